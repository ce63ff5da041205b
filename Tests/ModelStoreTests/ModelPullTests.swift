import Foundation
import MediaTypes
import Synchronization
import TestSupport
import Testing

@testable import ModelStore

struct ModelPullTests {
    private let directory: TemporaryDirectory
    private let store: ModelStore
    private let hub: ScriptedHub

    init() throws {
        directory = try TemporaryDirectory()
        store = ModelStore(directory: directory.path.text + "/models")
        hub = try ScriptedHub()
    }

    private func pull(_ hub: ScriptedHub? = nil) async throws(ModelStoreError) -> InstalledModel {
        let hub = hub ?? self.hub
        return try await ModelPull(hub.model, from: hub.url, into: store, pause: { _ in }).run { _ in }
    }

    @Test func `a model is fetched, checked, put in its place, and used where none is`() async throws {
        let totals = Mutex<[PullProgress]>([])
        let model = try await ModelPull(hub.model, from: hub.url, into: store, pause: { _ in })
            .run { progress in totals.withLock { $0.append(progress) } }
        #expect(model.manifest.files.map(\.path).sorted() == ["config.json", "model.safetensors", "tokenizer.json"])
        #expect(store.modelInUse() == model && model.isComplete)
        try store.verify("model")
        #expect(totals.withLock { $0.last?.received == $0.last?.total })
        let weights = try Data(contentsOf: URL(filePath: model.folder + "/model.safetensors"))
        #expect([UInt8](weights) == hub.files["model.safetensors"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: store.directory + "/.partial").filter { $0 == "model" }
                .isEmpty)
    }

    @Test func `a connection that is cut goes on where it stopped`() async throws {
        hub.fail("model.safetensors", .cut(after: 70_000), .cut(after: 0), .cut(after: 50_000))
        _ = try await pull()
        let ranges = hub.requests("model.safetensors")
        #expect(ranges.first == .some(nil) && ranges.dropFirst().allSatisfy { $0?.hasPrefix("bytes=") == true })
        try store.verify("model")
    }

    @Test func `an import of the same name leaves what a pull has begun`() async throws {
        for _ in 0..<6 { hub.fail("model.safetensors", .cut(after: 0)) }
        await #expect(throws: ModelStoreError.self) { try await pull() }
        let folder = try TemporaryDirectory()
        for file in ["config.json", "tokenizer.json", "model.safetensors"] {
            try folder.write("mine", to: "model/" + file)
        }
        _ = try store.importModel([folder.path.text + "/model"])
        #expect(FileManager.default.fileExists(atPath: store.directory + "/.partial/model/config.json"))
        // And the pull does not take the place of what was imported.
        let error = await #expect(throws: ModelStoreError.self) { try await pull() }
        #expect(error?.code == .unusable)
    }

    @Test func `what an earlier try left does not become part of the model`() async throws {
        try FileManager.default.createDirectory(
            atPath: store.directory + "/.partial/model", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: store.directory + "/.partial/model/other-Q8_0.gguf.part"))
        let model = try await pull()
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: model.folder).sorted()
                == ["config.json", "model.safetensors", "tokenizer.json", ModelManifest.fileName].sorted())
    }

    @Test func `a hub that knows no ranges is begun anew`() async throws {
        hub.fail("model.safetensors", .cut(after: 70_000), .ignoresRanges)
        _ = try await pull()
        try store.verify("model")
    }

    @Test func `a connection that is cut for ever is given up, and what has arrived is kept`() async throws {
        for _ in 0..<6 { hub.fail("model.safetensors", .cut(after: 0)) }
        let error = await #expect(throws: ModelStoreError.self) { try await pull() }
        #expect(error?.code == .noNetwork && store.models().isEmpty)
        #expect(FileManager.default.fileExists(atPath: store.directory + "/.partial/model/config.json"))
        _ = try await pull()
        #expect(hub.requests("config.json").count == 1)
    }

    @Test func `a wrong file is fetched once more, and refused when it is wrong again`() async throws {
        hub.fail("model.safetensors", .wrongByte)
        _ = try await pull()
        try store.verify("model")
        try store.remove("model", evenInUse: true)
        hub.fail("model.safetensors", .wrongByte, .wrongByte)
        let error = await #expect(throws: ModelStoreError.self) { try await pull() }
        #expect(error?.code == .damaged && store.models().isEmpty)
    }

    @Test(arguments: [401, 403, 404]) func `a refusal is told, and not tried again`(status: Int) async throws {
        hub.fail("config.json", .status(status))
        let error = await #expect(throws: ModelStoreError.self) { try await pull() }
        #expect(error?.code == .refused && error?.message.contains("\(status)") == true)
    }

    @Test(arguments: [429, 500, 503]) func `a hub that is busy is asked again`(status: Int) async throws {
        hub.fail("config.json", .status(status), .status(status))
        _ = try await pull()
        #expect(hub.requests("config.json").count == 3)
    }

    @Test func `large files may come from elsewhere`() async throws {
        hub.fail("model.safetensors", .redirect("\(hub.url)/elsewhere/model.safetensors"))
        hub.fail("config.json", .redirect("/elsewhere/config.json"))
        _ = try await pull()
        try store.verify("model")
    }

    @Test func `redirects have an end, and lead to no other kind of address`() async throws {
        for _ in 0..<10 { hub.fail("config.json", .redirect("\(hub.url)/elsewhere/config.json")) }
        let circle = await #expect(throws: ModelStoreError.self) { try await pull() }
        #expect(circle?.code == .refused)
        let other = try ScriptedHub()
        other.fail("config.json", .redirect("file:///etc/passwd"), .redirect("file:///etc/passwd"))
        await #expect(throws: ModelStoreError.self) { try await pull(other) }
    }

    @Test func `a file longer than its list says is refused`() async throws {
        hub.fail("config.json", .tooLong)
        let error = await #expect(throws: ModelStoreError.self) { try await pull() }
        #expect(error?.code == .badListing)
    }

    @Test(arguments: [
        "no json", "{}", #"[{"type":"file","path":"config.json"}]"#,
        #"[{"type":"file","path":"config.json","size":-1,"oid":"x"}]"#,
        #"[{"type":"file","path":"config.json","size":99999999999999,"oid":"x"}]"#,
        #"[{"type":"file","path":"config.json","size":1,"oid":"x"},{"type":"file","path":"config.json","size":1,"oid":"x"}]"#,
        "[]",
        #"[{"type":"file","path":"../config.json","size":1,"oid":"x"}]"#,
        #"[{"type":"file","path":"/etc/tokenizer.json","size":1,"oid":"x"}]"#,
    ])
    func `a list that cannot be is refused`(text: String) async throws {
        hub.list(text)
        await #expect(throws: ModelStoreError.self) { try await pull() }
        #expect(store.models().isEmpty)
    }

    @Test func `without a network one sentence says what still works`() async throws {
        let error = await #expect(throws: ModelStoreError.self) {
            try await ModelPull(hub.model, from: "http://127.0.0.1:1", into: store, pause: { _ in }).run { _ in }
        }
        #expect(error?.code == .noNetwork && error?.remedy.contains("import") == true)
    }

    @Test func `two do not fetch one model at a time`() async throws {
        let latch = FileManager.default
        let folder = try store.makePartialFolder("model")
        let lock = open(folder + ".lock", O_RDWR | O_CREAT, 0o600)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0 && latch.fileExists(atPath: folder))
        let error = await #expect(throws: ModelStoreError.self) { try await pull() }
        #expect(error?.code == .busy)
    }

    @Test func `of a GGUF repository one text file and the projector are taken`() async throws {
        let names = [
            "Model-Q4_K_M.gguf", "Model-Q8_0.gguf", "mmproj-model-f16.gguf", "mmproj-model-Q8_0.gguf",
            "mmproj-4x-f16.gguf",
        ]
        let model = try #require(KnownModel.named("MiniCPM-V-4.6-gguf"))
        #expect(try model.wanted(names, text: nil) == ["Model-Q4_K_M.gguf", "mmproj-model-f16.gguf"])
        #expect(try model.wanted(names, text: "Model-Q8_0.gguf") == ["Model-Q8_0.gguf", "mmproj-model-f16.gguf"])
        #expect(throws: ModelStoreError.self) { try model.wanted(names, text: "none.gguf") }
        #expect(throws: ModelStoreError.self) { try model.wanted(["Model-Q4_K_M.gguf"], text: nil) }
    }

    @Test func `names are known, or of the form OWNER-slash-NAME`() {
        #expect(KnownModel.named(nil)?.repository == "openbmb/MiniCPM-V-4.6-Thinking")
        #expect(KnownModel.named("minicpm-v-4.6")?.repository == "openbmb/MiniCPM-V-4.6")
        #expect(KnownModel.named("me/mine")?.name == "mine")
        for name in ["mine", "a/b/c", "../x", "a/..", "a/", ""] { #expect(KnownModel.named(name) == nil, "\(name)") }
    }
}
