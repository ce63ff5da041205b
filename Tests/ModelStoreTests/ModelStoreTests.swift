import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import ModelStore

struct ModelStoreTests {
    private let directory: TemporaryDirectory
    private let store: ModelStore

    init() throws {
        directory = try TemporaryDirectory()
        store = ModelStore(directory: directory.path.text + "/models")
    }

    /// A folder with the files of a model, empty of sense.
    private func folder(_ name: String, _ files: [String] = ["config.json", "tokenizer.json", "model.safetensors"])
        throws -> String
    {
        for file in files { try directory.write("content of \(file)", to: "\(name)/\(file)") }
        return directory.path.text + "/" + name
    }

    @Test func `a model on disk is taken over, and the original stays`() throws {
        let original = try folder("mine")
        let model = try store.importModel([original])
        #expect(model.name == "mine" && model.format == "safetensors" && store.modelInUse() == model)
        #expect(FileManager.default.fileExists(atPath: original + "/config.json"))
        try store.verify("mine")
    }

    @Test func `a pair of GGUF files is taken over`() throws {
        let text = try directory.write("t", to: "Text-Q4.gguf").text
        let projector = try directory.write("p", to: "mmproj.gguf").text
        #expect(try store.importModel([text, projector], name: "pair").format == "gguf")
        #expect(throws: ModelStoreError.self) { try store.importModel([text]) }
        #expect(throws: ModelStoreError.self) { try store.importModel([projector]) }
    }

    @Test func `what is no whole model is refused, and what is missing is named`() throws {
        for missing in ["config.json", "tokenizer.json", "model.safetensors"] {
            let files = ["config.json", "tokenizer.json", "model.safetensors"].filter { $0 != missing }
            let folder = try folder("lacks-" + missing, files)
            let error = #expect(throws: ModelStoreError.self) { try store.importModel([folder]) }
            #expect(
                error?.code == .incomplete
                    && error?.message.contains(missing.hasSuffix("s") ? "safetensors" : missing) == true)
        }
        #expect(throws: ModelStoreError.self) { try store.importModel([directory.path.text + "/nowhere"]) }
        #expect(store.models().isEmpty)
    }

    @Test func `another model is used when it is chosen`() throws {
        _ = try store.importModel([folder("a")])
        let other = try store.importModel([folder("b")])
        #expect(store.modelInUse()?.name == "a")
        try store.use("b")
        #expect(store.modelInUse() == other)
        #expect(throws: ModelStoreError.self) { try store.use("c") }
        #expect(throws: ModelStoreError.self) { try store.use("../a") }
        #expect(store.modelInUse() == other)
    }

    @Test func `the one in use is removed only where that is meant`() throws {
        let model = try store.importModel([folder("a")])
        let error = #expect(throws: ModelStoreError.self) { try store.remove("a", evenInUse: false) }
        #expect(error?.code == .inUse)
        try store.remove("a", evenInUse: true)
        #expect(store.models().isEmpty && store.modelInUse() == nil)
        #expect(!FileManager.default.fileExists(atPath: model.folder))
    }

    @Test func `what somebody put beside a model's files stays`() throws {
        let model = try store.importModel([folder("a")])
        let note = model.folder + "/notes.txt"
        try Data("mine".utf8).write(to: URL(filePath: note))
        try store.remove("a", evenInUse: true)
        #expect(FileManager.default.fileExists(atPath: note))
    }

    @Test func `a folder that the person put among the models is not replaced`() throws {
        let original = try folder("models/mine")
        try directory.write("dear", to: "models/mine/notes.txt")
        let error = #expect(throws: ModelStoreError.self) { try store.importModel([original]) }
        #expect(error?.message.contains("did not put there") == true)
        #expect(FileManager.default.fileExists(atPath: original + "/notes.txt"))
        #expect(FileManager.default.fileExists(atPath: original + "/model.safetensors"))
    }

    @Test func `a model that replaces another takes over what somebody put beside it`() throws {
        let original = try folder("mine")
        let model = try store.importModel([original])
        try directory.write("dear", to: "models/mine/notes.txt")
        try directory.write("other weights", to: "mine/model.safetensors")
        let next = try store.importModel([original])
        #expect(next.digest != model.digest)
        try store.verify("mine")
        #expect(FileManager.default.contents(atPath: model.folder + "/notes.txt") == Data("dear".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.directory + "/.replaced").isEmpty)
    }

    @Test func `an exchange that was cut off in the middle is undone`() throws {
        let original = try folder("mine")
        _ = try store.importModel([original])
        try FileManager.default.createDirectory(
            atPath: store.directory + "/.replaced", withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            atPath: store.directory + "/mine", toPath: store.directory + "/.replaced/mine")
        try directory.write("dear", to: "models/.replaced/mine/notes.txt")
        _ = try store.importModel([original])
        try store.verify("mine")
        #expect(FileManager.default.fileExists(atPath: store.directory + "/mine/notes.txt"))
    }

    @Test(arguments: ["in-use", "first-look", "a.lock"]) func `a name that means something else is refused`(
        name: String
    ) throws {
        let original = try folder("mine")
        #expect(throws: ModelStoreError.self) { try store.importModel([original], name: name) }
        #expect(store.models().isEmpty)
    }

    @Test func `another model does not take a name that is given`() throws {
        _ = try store.importModel([try folder("mine")])
        let error = #expect(throws: ModelStoreError.self) {
            try store.importModel([try folder("other/mine")])
        }
        #expect(error?.remedy.contains("tintype model remove mine") == true)
    }

    @Test func `files with blanks in their names can be verified and removed`() throws {
        let text = try directory.write("t", to: "My model Q4.gguf").text
        let projector = try directory.write("p", to: "mmproj.gguf").text
        let model = try store.importModel([text, projector])
        try store.verify(model.name)
        try store.remove(model.name, evenInUse: true)
        #expect(!FileManager.default.fileExists(atPath: model.folder))
        let twin = try directory.write("u", to: "twin/mmproj.gguf").text
        #expect(throws: ModelStoreError.self) { try store.importModel([text, projector, twin]) }
    }

    @Test func `damage is found, and every damaged file named`() throws {
        let model = try store.importModel([folder("a")])
        try Data("changed".utf8).write(to: URL(filePath: model.folder + "/config.json"))
        try FileManager.default.removeItem(atPath: model.folder + "/model.safetensors")
        let error = #expect(throws: ModelStoreError.self) { try store.verify("a") }
        #expect(error?.code == .damaged)
        for file in ["config.json", "model.safetensors"] { #expect(error?.message.contains(file) == true) }
        #expect(store.model("a")?.isComplete == false)
    }

    @Test func `the digest depends on the content alone`() throws {
        let (first, second) = (try store.importModel([folder("a")]), try store.importModel([folder("b")]))
        #expect(first.digest == second.digest && first.digest.count == 64)
        try directory.write("other", to: "c/config.json")
        try directory.write("x", to: "c/tokenizer.json")
        try directory.write("x", to: "c/model.safetensors")
        #expect(try store.importModel([directory.path.text + "/c"]).digest != first.digest)
    }

    @Test func `what links lead to is taken over, as hubs' caches have it`() throws {
        let original = try folder("a")
        let cache = try directory.makeDirectory("cache").text
        for name in try FileManager.default.contentsOfDirectory(atPath: original) {
            try FileManager.default.createSymbolicLink(
                atPath: cache + "/" + name, withDestinationPath: "../a/" + name)
        }
        let model = try store.importModel([cache])
        #expect(model.isComplete)
        try store.verify("cache")
        try FileManager.default.removeItem(atPath: cache + "/model.safetensors")
        try FileManager.default.createSymbolicLink(
            atPath: cache + "/model.safetensors", withDestinationPath: "/dev/zero")
        let error = #expect(throws: ModelStoreError.self) { try store.importModel([cache]) }
        #expect(error?.code == .cannotRead)
    }

    @Test func `what cannot be run does not become a model, and leaves nothing behind`() throws {
        let store = ModelStore(directory: store.directory) { _ throws(ModelStoreError) in throw .unusable("No.") }
        let error = #expect(throws: ModelStoreError.self) { try store.importModel([folder("a")]) }
        #expect(error?.code == .unusable && store.models().isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.directory + "/.import").isEmpty)
    }

    @Test(arguments: ["", "{", "[]", #"{"name":"a"}"#])
    func `a model with a broken manifest is no use, and can be removed`(text: String) throws {
        let original = try folder("a")
        let model = try store.importModel([original])
        try Data("mine".utf8).write(to: URL(filePath: model.folder + "/notes.txt"))
        #expect(store.damagedModels().isEmpty && store.troubleOfModelInUse() == nil)
        try Data(text.utf8).write(to: URL(filePath: model.folder + "/tintype-model.json"))
        #expect(store.models().isEmpty && store.modelInUse() == nil)
        #expect(store.damagedModels() == ["a"] && store.troubleOfModelInUse()?.code == .damaged)
        let remedies = [
            #expect(throws: ModelStoreError.self) { try store.use("a") }?.remedy,
            #expect(throws: ModelStoreError.self) { try store.verify("a") }?.remedy,
            #expect(throws: ModelStoreError.self) { try store.importModel([original]) }?.remedy,
        ]
        for remedy in remedies { #expect(remedy?.contains("tintype model remove a") == true) }
        try store.remove("a", evenInUse: false)
        #expect(store.damagedModels().isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: model.folder) == ["notes.txt"])
    }

    @Test func `what is damaged is got again from where it came`() throws {
        let original = try folder("a")
        let model = try store.importModel([original])
        try FileManager.default.removeItem(atPath: model.folder + "/config.json")
        #expect(store.troubleOfModelInUse()?.message.contains("config.json") == true)
        let error = #expect(throws: ModelStoreError.self) { try store.verify("a") }
        #expect(error?.remedy.contains("tintype model import \(original)") == true)
        _ = try store.importModel([original])
        try store.verify("a")
        var manifest = model.manifest
        (manifest.source, manifest.revision) = ("https://hub.example/openbmb/MiniCPM-V-4.6", "main")
        #expect(manifest.again == "tintype model pull openbmb/MiniCPM-V-4.6")
    }

    @Test func `of a folder with several GGUF files each is named, and what to pass`() throws {
        let hub = try folder("hub", ["a-Q4.gguf", "a-Q8.gguf", "mmproj-F16.gguf"])
        let error = #expect(throws: ModelStoreError.self) { try store.importModel([hub]) }
        for name in ["a-Q4.gguf", "a-Q8.gguf", "mmproj-F16.gguf"] {
            #expect(error?.message.contains(name) == true)
        }
        #expect(error?.remedy.contains("tintype model import \(hub)/a-Q4.gguf \(hub)/mmproj-F16.gguf") == true)
        #expect(try store.importModel([hub + "/a-Q4.gguf", hub + "/mmproj-F16.gguf"]).format == "gguf")
    }

    @Test func `what a killed import left is cleared, and one that is under way goes on`() throws {
        _ = try store.importModel([folder("a")])
        try directory.write("half a copy", to: "models/.import/killed/model.safetensors")
        try directory.write("half a copy", to: "models/.import/copying/model.safetensors")
        let lock = try PullLock(store.directory + "/.partial/copying", "copying")
        store.clearLeftovers()
        let place = store.directory + "/.import"
        #expect(try FileManager.default.contentsOfDirectory(atPath: place) == ["copying"])
        lock.release()
        store.clearLeftovers()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty)
    }

    @Test(arguments: ["../x", "a/b", ".", "", "\n", "ü"]) func `any name becomes one folder's`(name: String) throws {
        let model = try store.importModel([folder("m")], name: name)
        #expect(
            model.folder.hasPrefix(store.directory + "/") && !model.name.contains("/") && !model.name.hasPrefix("."))
    }
}
