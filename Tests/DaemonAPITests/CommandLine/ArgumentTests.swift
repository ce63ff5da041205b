import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import tintype

struct ArgumentTests {
    private func find(_ arguments: String...) throws -> FindVerb {
        try #require(try Invocation.command(for: ["find"] + arguments) as? FindVerb)
    }

    @Test
    func `a minus before a word is part of the query, wherever the options stand`() throws {
        let verb = try find("cat", "-dog", "--limit", "5", "or", "-0", "-house", "bird")
        #expect(verb.query == ["cat", "-dog", "or", "-house", "bird"])
        #expect(verb.limit == 5)
        #expect(verb.nul)
    }

    @Test
    func `after two dashes everything is part of the query`() throws {
        let verb = try find("--json", "--", "--limit", "-0")
        #expect(verb.query == ["--limit", "-0"])
        #expect(verb.limit == nil)
        #expect(!verb.nul)
    }

    @Test(arguments: [
        ["find"], ["find", "--limt", "3", "x"], ["find", "x", "--limit", "0"], ["find", "x", "--offset", "-1"],
        ["find", "x", "--sort", "size"], ["find", "x", "--json", "-0"], ["find", "x", "--limit"], ["describe"],
        ["describe", "a.jpg", "--where", "x"], ["ask", "a.jpg"], ["ask", "a.jpg", "q", "--downsample", "8x"],
        ["ask", "a.jpg", "q", "--max-frames", "0"], ["tag", "a.jpg", "beach"], ["tag", "a.jpg", "+"], ["tag"],
        ["add"], ["remove"], ["remove", "--keep", "--forget", "/a"], ["show"], ["pause", "make"], ["nonsense"],
    ])
    func `what makes no sense is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try Invocation.command(for: arguments) }
    }

    @Test
    func `tags are told by their signs`() throws {
        let verb = try #require(
            try Invocation.command(for: ["tag", "a.jpg", "-work", "+beach", "--json"]) as? TagVerb
        )
        #expect(verb.operands == ["a.jpg", "-work", "+beach"])
        #expect(verb.json.isOn)
    }

    @Test
    func `a command after two dashes keeps its own options`() throws {
        let verb = try #require(
            try Invocation.command(for: ["pause", "--", "make", "-j8", "--help"]) as? PauseVerb)
        #expect(verb.command == ["make", "-j8", "--help"])
    }

    @Test(arguments: [
        [0x61, 0xE9, 0x62], [0xC3, 0xA9], [0xC3], [0xFF, 0xFE, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBF, 0xBD],
        [0xF0, 0x9F, 0x98, 0x80, 0xF0, 0x9F], [],
    ])
    func `arguments keep their bytes, UTF-8 or not`(bytes: [UInt8]) {
        #expect(RawArguments.bytes(of: RawArguments.text(of: bytes)) == bytes)
    }

    @Test
    func `a file behind a linked folder is the file itself, also when it is gone`() throws {
        let folder = try TemporaryDirectory()
        let there = try folder.write("x", to: "real/a.jpg")
        #expect(symlink(folder.path("real").text, folder.path("link").text) == 0)
        #expect(try CommandLinePath.file(folder.path("link/a.jpg").text) == resolved(there))
        let gone = try CommandLinePath.file(folder.path("link/sub/../gone.jpg").text)
        #expect(try gone == resolved(folder.path("real")).appending(FileName("gone.jpg")))
    }

    @Test
    func `only a folder that is there can be watched`() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("x", to: "a.jpg")
        #expect(throws: CommandFailure.self) { try CommandLinePath.folder(file.text) }
        let missing = #expect(throws: CommandFailure.self) { try CommandLinePath.folder(folder.path("no").text) }
        #expect(missing?.status == .failed)
        #expect(missing?.message.contains("No such file") == true)
    }

    @Test
    func `a file to ask about must be a readable file`() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("x", to: "a.jpg")
        #expect(try CommandLinePath.readableFile(file.text) == resolved(file))
        #expect(throws: CommandFailure.self) { try CommandLinePath.readableFile(folder.path(".").text) }
        #expect(throws: CommandFailure.self) { try CommandLinePath.readableFile(folder.path("no.jpg").text) }
    }

    /// The temporary directory itself may lie behind a link.
    private func resolved(_ path: MediaPath) throws -> MediaPath {
        let found = try #require(path.withCString { realpath($0, nil) })
        defer { free(found) }
        return try #require(MediaPath(String(cString: found)))
    }
}
