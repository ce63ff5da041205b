import DaemonAPI
import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import tintype

/// The verbs as a script sees them: standard output, standard error and exit status.
struct VerbTests {
    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try WireCoding.encode(value), as: UTF8.self)
    }

    @Test
    func `find prints a hit as one line of JSON and nothing else`() async throws {
        let hit = try Sample.hit()
        let page = try json(SearchReply(hits: [hit], total: 1, pending: 3))
        let run = try await CommandLineRun(["find", "cake", "--json"]) { _ in .whole(page) }
        #expect(run.status == .done)
        #expect(run.output == (try json(hit)) + "\n")
        #expect(run.errors.isEmpty)
    }

    @Test
    func `find that finds nothing is silent in a pipe, explains itself on a terminal, and ends with 1`() async throws {
        let page = try json(SearchReply(hits: [], total: 0, pending: 3))
        let piped = try await CommandLineRun(["find", "cake"]) { _ in .whole(page) }
        #expect(piped.status == .nothingFound)
        #expect(piped.output.isEmpty && piped.errors.isEmpty)
        let seen = try await CommandLineRun(["find", "cake"], terminal: true) { _ in .whole(page) }
        #expect(seen.output.isEmpty)
        #expect(seen.errors == "no matches; 3 files are not yet described\n")
    }

    @Test
    func `find shows path, date, place in the video and the matched words, in bold on a terminal only`() async throws {
        let page = try json(SearchReply(hits: [try Sample.hit()], total: 1, pending: 0))
        let piped = try await CommandLineRun(["find", "cake"]) { _ in .whole(page) }
        #expect(piped.output == "/p/a.mp4  2024-06-01 12:00  at 0:12\n    A cake\n")
        let seen = try await CommandLineRun(["find", "cake"], terminal: true) { _ in .whole(page) }
        #expect(seen.output.contains("A \u{1B}[1mcake\u{1B}[0m"))
    }

    @Test
    func `nothing of a hostile name or caption reaches the output as a control character`() async throws {
        var hit = SearchHit(path: try Sample.path("/p/a\u{1B}]0;x\u{7}\u{202E}gpj.exe"), file: 1, asset: 1)
        hit.caption = "first\nsecond\u{9B}2J"
        let page = try json(SearchReply(hits: [hit], total: 1, pending: 0))
        for arguments in [["find", "x"], ["find", "x", "--json"]] {
            let run = try await CommandLineRun(arguments) { _ in .whole(page) }
            let unsafe = run.output.unicodeScalars.filter { SafeText.isUnsafe($0) && $0 != "\n" }
            #expect(unsafe.isEmpty, "\(unsafe)")
        }
        let seen = try await CommandLineRun(["find", "x", "--files"], terminal: true) { _ in .whole(page) }
        #expect(!seen.output.contains("\u{1B}"))
    }

    @Test
    func `--files and -0 give the path as it is`() async throws {
        let hit = SearchHit(path: try Sample.path("/p/a\nb"), file: 1, asset: 1)
        let page = try json(SearchReply(hits: [hit], total: 1, pending: 0))
        let lines = try await CommandLineRun(["find", "x", "--files"]) { _ in .whole(page) }
        #expect(lines.output == "/p/a\nb\n")
        let nul = try await CommandLineRun(["find", "x", "-0"]) { _ in .whole(page) }
        #expect(nul.output == "/p/a\nb\0")
    }

    @Test
    func `without a limit a script gets every page`() async throws {
        let hits = try (0..<5).map { SearchHit(path: try Sample.path("/p/\($0)"), file: Int64($0), asset: nil) }
        let pages = try [hits[0..<2], hits[2..<4], hits[4..<5]].map {
            try json(SearchReply(hits: Array($0), total: 5, pending: 0))
        }
        let run = try await CommandLineRun(["find", "x", "--files"]) { request in
            let offset = [0, 2, 4].firstIndex { request.target.contains("offset=\($0)&") } ?? 0
            return .whole(pages[offset])
        }
        #expect(run.output == "/p/0\n/p/1\n/p/2\n/p/3\n/p/4\n")
    }

    @Test
    func `a query that cannot be read is wrong use, with the daemon's words`() async throws {
        let body = #"{"error":{"code":"bad-query","message":"A ) is missing.","remedy":"Close it."}}"#
        let run = try await CommandLineRun(["find", "(x"]) { _ in .whole(body, status: 400) }
        #expect(run.status == .wrongUse)
        #expect(run.errors == "tintype: A ) is missing.\n  Close it.\n")
    }

    @Test
    func `status is one object, and readable for a person`() async throws {
        let status = try Sample.status()
        let body = try json(status)
        let machine = try await CommandLineRun(["status", "--json"]) { _ in .whole(body) }
        #expect(machine.output == body + "\n")
        let person = try await CommandLineRun(["status"]) { _ in .whole(body) }
        for words in [
            "1,204 files, 1,180 distinct contents", "12 for words, 160 for description", "85.3 a minute, about 2 min",
            "unavailable (minicpm-v), 160 undescribed", "! It does not answer.", "  Start it.",
        ] {
            #expect(person.output.contains(words), "\(words)")
        }
    }

    @Test
    func `show prints the whole report, and ends with 1 for a file that is not known`() async throws {
        let body = try json(try Sample.fileReport())
        let machine = try await CommandLineRun(["show", "/p/a.jpg", "--json"]) { _ in .whole(body) }
        #expect(machine.status == .done)
        #expect(machine.output == body + "\n")
        let person = try await CommandLineRun(["show", "/p/a.jpg"]) { _ in .whole(body) }
        for words in ["2.4 MB", "2024-06-01 12:00 (by its EXIF)", "EOS 5D, 1/125 s", "A ␛[31mcake", "not read yet"] {
            #expect(person.output.contains(words), "\(words)")
        }
        var unknown = FileReport(pending: 0)
        unknown.whyNot = "No watched folder holds it."
        let unknownBody = try json(unknown)
        let missing = try await CommandLineRun(["show", "/p/b.jpg"]) { _ in .whole(unknownBody) }
        #expect(missing.status == .nothingFound)
        #expect(missing.output.contains("No watched folder holds it."))
    }

    @Test
    func `failed prints a job a line, and none is well`() async throws {
        let job = FailedJob(
            path: try Sample.path("/p/b.png"), stage: .facts, code: "damaged", message: "It ends early.", attempts: 2,
            at: nil)
        let body = try json(FailedJobsReply(failed: [job], pending: 0))
        let run = try await CommandLineRun(["failed", "--json"]) { _ in .whole(body) }
        #expect(run.output == (try json(job)) + "\n")
        let person = try await CommandLineRun(["failed"]) { _ in .whole(body) }
        #expect(person.output == "/p/b.png\n    It ends early. (facts, damaged, tried 2 times)\n")
        let none = try await CommandLineRun(["failed", "--json"]) { _ in .whole(#"{"failed":[],"pending":0}"#) }
        #expect(none.status == .done)
        #expect(none.output.isEmpty)
    }

    @Test
    func `several folders of which one is missing are added as far as they go`() async throws {
        let folder = try TemporaryDirectory()
        let good = try folder.makeDirectory("good").text
        let bad = folder.path("bad").text
        let answer: @Sendable (ScriptedServerRequest) -> ScriptedServerReply = { _ in
            .whole(#"{"roots":[],"pending":0}"#)
        }
        let both = try await CommandLineRun(["add", good, bad], answer: answer)
        #expect(both.status == .partlyDone)
        #expect(both.output.contains("watching ") && both.output.hasSuffix("/good\n"))
        #expect(both.errors.contains("No such file or directory"))
        let none = try await CommandLineRun(["add", bad], answer: answer)
        #expect(none.status == .failed)
        let all = try await CommandLineRun(["add", good], answer: answer)
        #expect(all.status == .done)
    }

    @Test
    func `remove keeps descriptions where nobody can be asked`() async throws {
        let answer: @Sendable (ScriptedServerRequest) -> ScriptedServerReply = { request in
            request.target.contains("forget")
                ? .whole("{}", status: 500) : .whole(#"{"roots":[],"pending":0}"#)
        }
        #expect(try await CommandLineRun(["remove", "/p"], answer: answer).status == .done)
        #expect(try await CommandLineRun(["remove", "--keep", "/p"], answer: answer).status == .done)
        #expect(try await CommandLineRun(["remove", "--forget", "/p"], answer: answer).status == .failed)
    }

    @Test
    func `describe tells what it does not know`() async throws {
        func run(_ body: String) async throws -> CommandLineRun {
            try await CommandLineRun(["describe", "/a", "/b"]) { _ in .whole(body) }
        }
        #expect(try await run(#"{"count":2,"unknown":[],"pending":2}"#).status == .done)
        let partly = try await run(#"{"count":1,"unknown":["/b"],"pending":2}"#)
        #expect(partly.status == .partlyDone)
        #expect(partly.errors.contains("/b is not in the library."))
        #expect(try await run(#"{"count":0,"unknown":["/a","/b"],"pending":2}"#).status == .nothingFound)
    }

    @Test
    func `ask prints the answer with one line end, and says so when there is none`() async throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("x", to: "a.jpg").text
        let run = try await CommandLineRun(["ask", file, "what?"]) { request in
            .events([
                #"{"choices":[{"delta":{"content":"A "}}]}"#, #"{"choices":[{"delta":{"content":"cake.\n\n"}}]}"#,
                "[DONE]",
            ])
        }
        #expect(run.output == "A cake.\n")
        #expect(run.status == .done)
        let silent = try await CommandLineRun(["ask", file, "what?"]) { _ in .events(["[DONE]"]) }
        #expect(silent.status == .failed)
        #expect(silent.errors.contains("The engine gave no answer."))
    }

    @Test
    func `pause with a command resumes after it and ends with its status`() async throws {
        let status = try json(StatusReport())
        let run = try await CommandLineRun(["pause", "--", "sh", "-c", "exit 7"]) { request in
            request.target == "/v1/status" ? .whole(status) : .whole(#"{"count":0,"unknown":[],"pending":0}"#)
        }
        #expect(run.status == CommandStatus(code: 7))
        let missing = try await CommandLineRun(["pause", "--", "no-such-program-here"]) { request in
            request.target == "/v1/status" ? .whole(status) : .whole(#"{"count":0,"unknown":[],"pending":0}"#)
        }
        #expect(missing.status == CommandStatus(code: 127))
    }

    @Test
    func `a tag keeps its sign for the daemon`() async throws {
        let run = try await CommandLineRun(["tag", "/p/a.jpg", "+beach", "-work"]) { request in
            request.text == #"{"add":["beach"],"path":"/p/a.jpg","remove":["work"]}"#
                ? .whole(#"{"tags":["anna","beach"],"pending":0}"#) : .whole("{}", status: 500)
        }
        #expect(run.output == "anna\nbeach\n")
    }

    @Test
    func `help and version are results, wrong use is not`() async throws {
        let version = try await CommandLineRun(["--version"], answer: nil)
        #expect(version.status == .done)
        #expect(version.output == "tintype \(TintypeVersion.current)\n")
        let help = try await CommandLineRun(["find", "--help"], answer: nil)
        #expect(help.status == .done)
        #expect(help.output.contains("EXAMPLES") || help.output.contains("Examples"))
        let wrong = try await CommandLineRun(["find", "--nonsense", "x"], answer: nil)
        #expect(wrong.status == .wrongUse)
        #expect(wrong.output.isEmpty)
    }
}
