import Foundation
import Glibc
import MediaTypes
import ModelStore
import TestSupport
import Testing

@testable import MediaWorker
@testable import tintyped

/// Who reads the words where the process with the small models fails. Both workers are scripts in their place.
struct MediaDeskTests {
    private let directory: TemporaryDirectory
    private let picture: MediaPath

    init() throws {
        directory = try TemporaryDirectory()
        picture = try directory.write("nobody decodes it", to: "picture.png")
        let ready = WorkerReadiness(
            words: WorkerReadiness.WordReading(engine: "none", languages: ["eng"], missing: [], dataDirectory: nil),
            sandbox: WorkerReadiness.Sandbox(landlockVersion: nil, isFilteringCalls: false, leaks: []))
        try directory.write(try WorkerReply.ready(ready).frame().encoded(), to: "ready")
        let text = RecognisedText(
            lines: [RecognisedLine(text: "by Tesseract", confidence: 1)], languages: "eng", engine: "tesseract")
        try directory.write(try WorkerReply.words(text).frame().encoded(), to: "words")
        // One pixel, three bytes.
        let pictures = #"{"picturesToRead":{"_0":{"isScreenshot":false,"pictures":[{"size":{"width":1,"height":1}}]}}}"#
        try directory.write(Frame(header: Array(pictures.utf8)).encoded(), to: "pictures")
    }

    /// A desk whose workers do as told.
    ///
    /// - Parameters:
    ///   - looking: what the process with the models does with its first picture, in Python.
    ///   - writing: the pixels that the decoding one writes, in Python.
    private func desk(looking: String, writing: String = "b'123'") throws -> MediaDesk {
        let script = """
            #!/usr/bin/env python3
            import os, signal, socket, sys
            here = '\(directory.path.text)/'
            channel = socket.socket(fileno=3)
            channel.setblocking(True)
            hasModels = 'detection' in sys.argv[1]
            def say(name): channel.sendall(open(here + name, 'rb').read())
            def note(text): open(here + 'log', 'a').write(text + '\\n')
            say('ready')
            while True:
                data, descriptors, _, _ = socket.recv_fds(channel, 1 << 16, 8)
                if not data: break
                if b'"picturesToRead"' in data:
                    note('decoded')
                    os.write(descriptors[1], \(writing))
                    say('pictures')
                elif b'"words"' in data: say('words')
                elif b'"look"' in data:
                    note('looked')
                    \(looking)
            """
        let program = try directory.write(script, to: "worker")
        #expect(chmod(program.text, 0o755) == 0)
        try installModels()
        return MediaDesk(
            MediaWorkerConfiguration(program: program.text),
            models: ModelStore(directory: directory.path("models").text))
    }

    /// Files of the right sizes with nothing in them: who would read them is a script.
    private func installModels() throws {
        let folder = directory.path("models").text + "/first-look"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var files: [[String: Any]] = []
        for role in FirstLookModels.Role.allCases {
            try Data().write(to: URL(filePath: folder + "/" + role.fileName))
            files.append(["path": role.fileName, "sha256": role.digest, "size": 0])
        }
        let manifest: [String: Any] = ["files": files, "name": "first-look", "source": "a test"]
        try JSONSerialization.data(withJSONObject: manifest)
            .write(to: URL(filePath: folder + "/tintype-model.json"))
    }

    private var log: [Substring] {
        (try? String(contentsOfFile: directory.path("log").text, encoding: .utf8))?.split(separator: "\n") ?? []
    }

    @Test(arguments: ["os.kill(os.getpid(), signal.SIGSEGV)", "sys.exit(0)", "channel.sendall(b'no frame at all')"])
    func `where the small models fail, Tesseract reads, and the file is not to blame`(looking: String) async throws {
        let desk = try desk(looking: looking)
        let reading = try await desk.words(in: picture, identity: picture.identity)
        #expect(reading.text.lines.map(\.text) == ["by Tesseract"])
        #expect(reading.text.modelDigest == nil)
        #expect(log == ["decoded", "looked"])
        await desk.stop()
    }

    @Test func `a decoder that writes other pixels than it says is ended, and nothing is looked at`() async throws {
        let desk = try desk(looking: "sys.exit(0)", writing: "b'12'")
        await #expect(throws: JobFailure.misbehaved) {
            try await desk.words(in: picture, identity: picture.identity)
        }
        #expect(log == ["decoded"])
        #expect(desk.workers.health.failures == 1)
        await desk.stop()
    }
}
