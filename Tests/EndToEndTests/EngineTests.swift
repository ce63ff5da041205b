import DaemonAPI
import Foundation
import MediaTypes
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct Engines {
        /// What a model says of a picture, as the fixed structure wants it.
        private static let answer = """
            {"caption": "A red lantern hangs over a wooden jetty.", "tags": ["lantern", "jetty"], \
            "text": "PIER NINE", "language": "en"}
            """

        private static func reply(_ request: ScriptedServerRequest) -> ScriptedServerReply {
            guard request.method == "POST" else {
                return .whole(#"{"object":"list","data":[{"id":"scripted-1","object":"model"}]}"#)
            }
            let content = (try? JSONEncoder().encode(answer)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
            let start = #"{"model":"scripted-1","choices":[{"index":0,"finish_reason":"stop","#
            guard request.text.contains("\"stream\":true") else {
                return .whole(start + #""message":{"role":"assistant","content":\#(content)}}]}"#)
            }
            return .events([start + #""delta":{"content":\#(content)}}]}"#, "[DONE]"])
        }

        private func configuration(_ url: String) -> String {
            "[engine]\nurl = \"\(url)\"\nmodel = \"scripted-1\"\n"
        }

        @Test func `what the engine says is found, told apart from the rest, and says where it comes from`()
            async throws
        {
            let engine = try ScriptedServer { Self.reply($0) }
            let daemon = try await TestDaemon(configuration: configuration(engine.url))
            let path = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "media/a.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForDescriptions(of: 1)

            let hit = try #require(try await daemon.find("lantern jetty").first)
            #expect(hit.caption == "A red lantern hangs over a wooden jetty.")
            #expect(Set(hit.matched).isSuperset(of: ["caption"]))
            #expect(try await daemon.names("tag:lantern") == ["a.jpg"])
            #expect(try await daemon.names("caption:wooden") == ["a.jpg"])
            #expect(try await daemon.names("caption:pier") == [])

            let shown: [FileReport] = try await daemon.tintype("show", "--json", path.text).decoded()
            let caption = try #require(shown.first?.descriptions.first { $0.field == .caption })
            #expect(caption.source == .engine && caption.model == "scripted-1")
            #expect(caption.promptDigest?.isEmpty == false)
            #expect(caption.engine?.contains("127.0.0.1") == true)
            #expect(shown.first?.whyNot == nil)
            #expect(try await daemon.status().engine.state != .unavailable)
        }

        @Test func `the person's tags never mix with the engine's, and survive a second look`() async throws {
            let engine = try ScriptedServer { Self.reply($0) }
            let daemon = try await TestDaemon(configuration: configuration(engine.url))
            let path = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "media/a.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForDescriptions(of: 1)

            #expect(try await daemon.tintype("tag", path.text, "+mine", "+other").status == 0)
            #expect(try await daemon.tintype("tag", path.text, "-other").output == "mine\n")
            let before = engine.requests.count { $0.method == "POST" }
            #expect(try await daemon.tintype("describe", path.text).status == 0)
            try await daemon.wait {
                let status = try await daemon.status()
                return engine.requests.count { $0.method == "POST" } > before && status.queued.description == 0
                    && status.running.isEmpty
            }
            #expect(try await daemon.names("tag:mine tag:lantern") == ["a.jpg"])
            let tags: [TagCount] = try await daemon.tintype("tags", "--json").decoded()
            #expect(tags.first { $0.tag == "mine" }?.source == .user)
            #expect(tags.first { $0.tag == "lantern" }?.source == .engine)
        }

        @Test func `while the engine is away files wait, status says so, and all goes on when it is back`()
            async throws
        {
            let isBroken = Mutex(true)
            let engine = try ScriptedServer { request in
                isBroken.withLock { $0 }
                    ? .whole(#"{"error":{"message":"loading"}}"#, status: 503) : Self.reply(request)
            }
            let daemon = try await TestDaemon(configuration: configuration(engine.url))
            try daemon.directory.copy(Fixtures.named("documents/receipt.jpg"), to: "media/a.jpg")
            try await daemon.watchMedia()
            try await daemon.wait {
                let status = try await daemon.status()
                return status.engine.state == .unavailable && status.queued.description == 1
            }

            let status = try await daemon.status()
            #expect(status.undescribed == 1 && status.pending == 1)
            #expect(status.problems.contains { $0.code.hasPrefix("engine") && $0.remedy != nil })
            try await daemon.wait { try await daemon.names("espresso") == ["a.jpg"] }
            #expect(try await daemon.tintype("failed", "--json").output == "")

            isBroken.withLock { $0 = false }
            try await daemon.wait { try await daemon.status().undescribed == 0 }
            #expect(try await daemon.names("lantern") == ["a.jpg"])
        }

        @Test func `an engine that goes in the middle of an answer is named, and what came is shown`() async throws {
            let engine = try ScriptedServer { request in
                guard request.method == "POST" else { return Self.reply(request) }
                let piece = #"{"choices":[{"index":0,"delta":{"content":"A red "}}]}"#
                return .events([piece, piece]).reset(after: 60)
            }
            let daemon = try await TestDaemon(configuration: configuration(engine.url))
            let picture = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "a.jpg")
            let run = try await daemon.tintype("ask", picture.text, "What is this?")
            #expect(run.status == 2 && run.errors.contains(engine.url), "\(run.errors)")
        }

        @Test func `what a question has beside its pictures reaches the engine, and what that says of it the asker`()
            async throws
        {
            let engine = try ScriptedServer { request in
                guard request.text.contains("\"temperature\":9") else { return Self.reply(request) }
                return .whole(#"{"error":{"message":"temperature must be at most 2"}}"#, status: 400)
            }
            let daemon = try await TestDaemon(configuration: configuration(engine.url))
            let messages = #""messages":[{"role":"user","content":"hi"}]"#
            let beside =
                #""response_format":{"type":"json_schema","json_schema":{"z":1,"a":[2,"\u00e9"]}},"n":2,"stop":["x"]"#
            let asked = try await daemon.curl("/v1/chat/completions", "--fail", "--json", "{\(messages),\(beside)}")
            #expect(asked.status == 0, "\(asked.errors)")
            let body = try #require(engine.requests.last { $0.method == "POST" }?.text)
            #expect(body.contains(beside) && !body.contains("kwargs"), "\(body)")

            let odd = try await daemon.curl(
                "/v1/chat/completions", "-w", "\n%{http_code}", "--json", "{\(messages),\"temperature\":9}")
            #expect(odd.lines.last == "400" && odd.output.contains("at most 2"), "\(odd.output)")
        }

        @Test func `of several pictures the one that cannot be read is named`() async throws {
            let engine = try ScriptedServer { Self.reply($0) }
            let daemon = try await TestDaemon(configuration: configuration(engine.url))
            let good = try daemon.directory.copy(Fixtures.named("photos/birthday.jpg"), to: "good.jpg").text
            let bad = try daemon.directory.write("no picture", to: "bad.jpg").text
            let run = try await daemon.tintype("ask", good, bad, "what?")
            #expect(run.status == 2 && run.errors.contains(bad) && !run.errors.contains(good), "\(run.errors)")
            let unasked = try await daemon.tintype("ask", good, bad)
            #expect(unasked.status == 64 && unasked.errors.contains("The question is missing"), "\(unasked.errors)")
        }

        @Test func `without an engine everything else works, and status says what is missing`() async throws {
            let daemon = try await TestDaemon()
            try daemon.directory.copy(Fixtures.named("documents/receipt.jpg"), to: "media/a.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForFiles(1)
            let status = try await daemon.status()
            #expect(status.engine.state == .none && status.undescribed == 1)
            #expect(status.problems.contains { $0.code == "no-engine" })
            #expect(try await daemon.names("is:undescribed") == ["a.jpg"])
        }
    }
}
