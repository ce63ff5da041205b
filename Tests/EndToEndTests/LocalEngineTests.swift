import DaemonAPI
import Foundation
import Glibc
import HTTPTransport
import MediaTypes
import TestSupport
import Testing

extension EndToEnd {
    /// The local engine with the tiny checkpoint. Its weights are random: that its noise is stored, found and attributed
    /// is what these tests are about.
    @Suite struct LocalEngine {
        private static let tiny = Fixtures.directory.text + "/Reference/tiny"

        /// A daemon with the tiny checkpoint in use.
        private func daemonWithModel() async throws -> TestDaemon {
            let daemon = try await TestDaemon()
            let run = try await daemon.tintype("model", "import", Self.tiny)
            #expect(run.status == 0, "\(run.errors)")
            return daemon
        }

        @Test func `pictures and videos are described, and each description says by what`() async throws {
            let daemon = try await daemonWithModel()
            for (number, name) in ["photos/birthday.jpg", "documents/receipt.jpg", "videos/upright.mp4"].enumerated() {
                try daemon.directory.copy(Fixtures.named(name), to: "media/\(number)\(name.suffix(4))")
            }
            try await daemon.watchMedia()
            try await daemon.waitForDescriptions(of: 3)
            #expect(try await daemon.tintype("failed", "--json").output == "")
            #expect(try await daemon.status().engine.model == "tiny")

            let path = try #require(MediaPath(daemon.directory.path.text + "/media/0.jpg"))
            let shown: [FileReport] = try await daemon.tintype("show", "--json", path.text).decoded()
            let caption = try #require(shown.first?.descriptions.first { $0.field == .caption })
            #expect(caption.source == .engine && caption.model == "tiny")
            #expect(caption.promptDigest?.isEmpty == false && caption.modelDigest?.isEmpty == false)
            // Noise has no words, but pieces of them: one between two marks is found.
            let pieces = caption.text.split { !$0.isLetter && !$0.isNumber }
            let word = try #require(pieces.filter { $0.allSatisfy(\.isASCII) }.max { $0.count < $1.count })
            #expect(try await daemon.names("caption:\(word)").contains("0.jpg"), "\(word)")
        }

        @Test func `it answers about pictures and a video, with and without a thought`() async throws {
            let daemon = try await daemonWithModel()
            let one = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "a b.jpg").text
            let two = try daemon.directory.copy(Fixtures.named("videos/upright.mp4"), to: "c.mp4").text
            for files in [[one], [two], [one, two]] {
                let run = try await ProgramRun.of(
                    [BuiltPrograms.path("tintype"), "ask", "--max-tokens", "8"] + files + ["What is this?"],
                    environment: daemon.environment)
                #expect(run.status == 0 && run.output.count > 1, "\(run.errors)")
            }
            // This model does not come to an end of its thought so soon.
            let thought = try await daemon.tintype("ask", "--think", "--max-tokens", "8", one, "Why?")
            #expect(thought.status == 2 && thought.output == "" && thought.errors.contains("--max-tokens"))
        }

        @Test func `nonsense in a question is refused by what is wrong with it`() async throws {
            let daemon = try await daemonWithModel()
            for (member, said) in [
                (#""temperature": "hot""#, "temperature"), (#""n": 2"#, "“n”"), (#""stop": 7"#, "“stop”"),
                (#""response_format": {"type": "poem"}"#, "response_format"), (#""top_k": 0.5"#, "top_k"),
                (#""downsample_mode": "8x""#, "downsample_mode"),
                (#""mm_processor_kwargs": {"max_slice_nums": -1}"#, "max_slice_nums"),
            ] {
                let body = #"{"messages": [{"role": "user", "content": "hi"}], "max_tokens": 2, \#(member)}"#
                let run = try await daemon.curl("/v1/chat/completions", "-w", "\n%{http_code}", "--json", body)
                #expect(run.lines.last == "400" && run.output.contains(said), "\(member): \(run.output)")
            }
        }

        @Test func `questions that come while it loads wait for the one start`() async throws {
            let daemon = try await daemonWithModel()
            let picture = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "a.jpg").text
            try await withThrowingTaskGroup(of: ProgramRun.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await daemon.tintype("ask", "--max-tokens", "2", picture, "What?") }
                }
                for try await run in group { #expect(run.status == 0, "\(run.errors)") }
            }
            #expect(Self.children(of: daemon.pid, named: "tintype-engine").count == 1)
        }

        @Test func `after a change of the model with questions under way, one engine is left, with the model in use`()
            async throws
        {
            let daemon = try await daemonWithModel()
            #expect(try await daemon.tintype("model", "import", Self.tiny, "--name", "other").status == 0)
            let picture = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "a.jpg").text
            for name in ["other", "tiny", "other"] {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    // Those that the change ends may fail, and say so.
                    for _ in 0..<4 {
                        group.addTask { _ = try await daemon.tintype("ask", "--max-tokens", "200", picture, "What?") }
                    }
                    _ = try await daemon.tintype("model", "use", name)
                    try await group.waitForAll()
                }
                #expect(try await daemon.tintype("ask", "--max-tokens", "2", picture, "What?").status == 0)
                let engines = Self.children(of: daemon.pid, named: "tintype-engine")
                let commands = engines.map {
                    (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8)) ?? ""
                }
                #expect(commands.count == 1 && commands.allSatisfy { $0.contains("/models/\(name)\0") }, "\(commands)")
            }
        }

        @Test func `an answer that ends because another model is chosen says so`() async throws {
            let daemon = try await daemonWithModel()
            #expect(try await daemon.tintype("model", "import", Self.tiny, "--name", "other").status == 0)
            var request = HTTPRequest(
                try Endpoint.unix(socketPath: daemon.socket), method: "POST", path: "/v1/chat/completions")
            request.body = Array(
                #"{"messages": [{"role": "user", "content": "hi"}], "stream": true, "max_tokens": 2000}"#.utf8)
            let answer = try await HTTPClient().stream(request)
            var chunks = answer.makeAsyncIterator()
            var text = String(decoding: try #require(try await chunks.next()), as: UTF8.self)
            // Stopped in the middle of its answer, it does not come to its end before it is ended.
            for engine in Self.children(of: daemon.pid, named: "tintype-engine") { kill(engine, SIGSTOP) }
            #expect(try await daemon.tintype("model", "use", "other").status == 0)
            let picture = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "a.jpg").text
            #expect(try await daemon.tintype("ask", "--max-tokens", "2", picture, "What?").status == 0)
            while let chunk = try await chunks.next() { text += String(decoding: chunk, as: UTF8.self) }
            #expect(text.contains("another model is in use now: other instead of tiny"), "\(text.suffix(400))")
        }

        @Test func `killed while it writes it comes back with the next question`() async throws {
            let daemon = try await daemonWithModel()
            let picture = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "a.jpg").text
            #expect(try await daemon.tintype("ask", "--max-tokens", "2", picture, "What?").status == 0)
            let engines = Self.children(of: daemon.pid, named: "tintype-engine")
            #expect(engines.count == 1)
            for engine in engines { kill(engine, SIGKILL) }
            #expect(try await daemon.tintype("ask", "--max-tokens", "2", picture, "What?").status == 0)
        }

        @Test func `a daemon that ends takes its engine along, however it ends`() async throws {
            for signal in [SIGTERM, SIGKILL] {
                let daemon = try await daemonWithModel()
                let picture = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "a.jpg").text
                #expect(try await daemon.tintype("ask", "--max-tokens", "2", picture, "What?").status == 0)
                let engine = try #require(Self.children(of: daemon.pid, named: "tintype-engine").first)
                await daemon.end(by: signal)
                // Ends with that process; 124 were a minute's patience at its end.
                let wait = ["/usr/bin/tail", "--pid=\(engine)", "--sleep-interval=0.05", "-f", "/dev/null"]
                #expect(try await ProgramRun.of(wait, environment: [:]).status == 0)
            }
        }

        @Test func `a model that was damaged is named, with what to do, and pictures wait`() async throws {
            let daemon = try await daemonWithModel()
            let weights = daemon.home + "/data/models/tiny/model.safetensors"
            try Data("no weights".utf8).write(to: URL(filePath: weights))
            try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "media/a.jpg")
            try await daemon.watchMedia()
            try await daemon.wait { try await daemon.status().engine.state == .unavailable }
            let problem = try #require(try await daemon.status().problems.first { $0.code.hasPrefix("engine") })
            #expect(problem.message.contains("model.safetensors") && problem.remedy?.contains("model import") == true)
            #expect(try await daemon.tintype("failed", "--json").output == "")
            let verify = try await daemon.tintype("model", "verify")
            #expect(verify.status == 2 && verify.errors.contains("model.safetensors"))
            #expect(verify.errors.contains("tintype model import \(Self.tiny)") && !verify.errors.contains("pull"))
            let doctor = try await daemon.tintype("doctor")
            #expect(
                doctor.output.contains("is damaged") && !doctor.output.contains("engine is idle"), "\(doctor.output)")
            #expect(
                try await daemon.tintype("model", "list").output.contains(
                    "incomplete, get it again: tintype model import"))
        }

        @Test func `a model that cannot be told any more is listed, named by doctor, and can be removed`() async throws
        {
            let daemon = try await daemonWithModel()
            let folder = daemon.home + "/data/models/tiny"
            try Data("{".utf8).write(to: URL(filePath: folder + "/tintype-model.json"))
            let list = try await daemon.tintype("model", "list")
            #expect(list.status == 0 && list.output.contains("tiny  damaged"), "\(list.output)")
            #expect(try await daemon.tintype("model", "list", "--json").output.contains("\"damaged\":true"))
            #expect(try await daemon.tintype("model", "verify").errors.contains("tintype model remove tiny"))
            #expect(try await daemon.tintype("model", "use", "tiny").errors.contains("tintype-model.json"))
            #expect(try await daemon.tintype("doctor").output.contains("tintype-model.json"))
            #expect(try await daemon.tintype("model", "remove", "tiny").status == 0)
            #expect(!FileManager.default.fileExists(atPath: folder))
            #expect(try await daemon.tintype("model", "import", Self.tiny).status == 0)
        }

        @Test func `a name that is none is refused by itself, not by the usage`() async throws {
            let daemon = try await TestDaemon()
            for name in ["..", "a/b", ""] {
                let run = try await daemon.tintype("model", "import", Self.tiny, "--name", name)
                #expect(
                    run.status == 64 && run.errors.contains("“\(name)”") && !run.errors.contains("Usage"),
                    "\(run.errors)")
            }
        }

        @Test func `models are listed, changed and removed`() async throws {
            let daemon = try await daemonWithModel()
            try FileManager.default.copyItem(atPath: Self.tiny, toPath: daemon.directory.path("other").text)
            #expect(try await daemon.tintype("model", "import", daemon.directory.path("other").text).status == 0)
            #expect(try await daemon.tintype("model", "list").output.contains("other"))
            #expect(try await daemon.tintype("model", "use", "tiny").status == 0)
            #expect(try await daemon.status().engine.model == "tiny")
            #expect(try await daemon.tintype("model", "verify").status == 0)
            let refused = try await daemon.tintype("model", "remove", "tiny")
            #expect(refused.status == 2 && refused.errors.contains("in use"))
            #expect(try await daemon.tintype("model", "remove", "other").status == 0)
            #expect(try await !daemon.tintype("model", "list").output.contains("other"))
            let missing = try await daemon.tintype("model", "use", "nothing")
            #expect(missing.status != 0 && missing.errors.contains("nothing"))
        }

        /// The processes of this name whose parent this is.
        private static func children(of parent: Int32, named name: String) -> [Int32] {
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return entries.compactMap(Int32.init).filter { pid in
                guard let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
                let text = String(decoding: stat, as: UTF8.self)
                // “pid (name) state parent …”
                guard let end = text.lastIndex(of: ")") else { return false }
                let fields = text[text.index(after: end)...].split(separator: " ")
                return fields.count > 1 && Int32(fields[1]) == parent && text.contains("(\(name.prefix(15)))")
            }
        }
    }

    /// `tintype-engine` run by hand.
    @Suite struct EngineProgram {
        private func run(_ arguments: [String]) async throws -> ProgramRun {
            try await ProgramRun.of([BuiltPrograms.path("tintype-engine")] + arguments, environment: [:])
        }

        @Test func `a folder without a model gives one sentence`() async throws {
            let directory = try TemporaryDirectory()
            let run = try await run(["--model", directory.path.text, "--socket", directory.path("s").text])
            #expect(run.status == 2 && run.errors.contains(directory.path.text))
            #expect(run.errors.split(separator: "\n").count == 1)
        }

        @Test func `wrong use is told with the status for it`() async throws {
            for arguments in [[], ["--model"], ["--threads", "0", "--model", "a", "--socket", "b"], ["--what"]] {
                let run = try await run(arguments)
                #expect(run.status == 64 && !run.errors.isEmpty)
            }
        }

        @Test func `without work it ends by itself, and its socket is gone`() async throws {
            let directory = try TemporaryDirectory()
            let socket = directory.path("s").text
            let model = Fixtures.directory.text + "/Reference/tiny"
            let run = try await run(["--model", model, "--socket", socket, "--idle-seconds", "1"])
            #expect(run.status == 0 && run.errors == "")
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }
}
