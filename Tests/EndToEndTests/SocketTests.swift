import DaemonAPI
import Foundation
import MediaTypes
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct Socket {
        private func daemonWithOnePhoto() async throws -> TestDaemon {
            let daemon = try await TestDaemon()
            try daemon.directory.copy(Fixtures.named("photos/harbour.jpg"), to: "media/harbour.jpg")
            try await daemon.watchMedia()
            try await daemon.waitForFiles(1)
            return daemon
        }

        @Test func `curl gets an answer from every route, and each says how much is pending`() async throws {
            let daemon = try await daemonWithOnePhoto()
            let asset = try #require(try await daemon.find("harbour").first?.asset)
            let path = daemon.directory.path("media/harbour.jpg").text
            for target in [
                "/v1/status", "/v1/roots", "/v1/jobs?state=failed", "/v1/tags", "/v1/models", "/v1/search?q=harbour",
                "/v1/search?q=camera%3Acanon+type%3Aphoto&limit=5", "/v1/assets/\(asset)", "/v1/files?path=\(path)",
            ] {
                let run = try await daemon.curl(target, "--fail")
                #expect(run.status == 0, "\(target): \(run.errors)")
                #expect(try run.keys().first?.contains("pending") == true, "\(target)")
            }
            let picture = daemon.directory.path("thumbnail.png").text
            let thumbnail = try await daemon.curl("/v1/assets/\(asset)/thumbnail", "--fail", "-o", picture)
            #expect(thumbnail.status == 0)
            let bytes = [UInt8](FileManager.default.contents(atPath: picture) ?? Data())
            #expect(bytes.starts(with: [0x89] + Array("PNG".utf8)))
        }

        @Test func `folders can be added and taken away by curl`() async throws {
            let daemon = try await TestDaemon()
            let folder = try daemon.directory.makeDirectory("media").text
            let added = try await daemon.curl("/v1/roots", "--json", "{\"path\": \"\(folder)\"}")
            #expect(try added.decoded(RootsReply.self).first?.roots.map(\.path) == [folder])
            let removed = try await daemon.curl("/v1/roots?path=\(folder)", "-X", "DELETE")
            #expect(try removed.decoded(RootsReply.self).first?.roots.isEmpty == true)
        }

        private static let refusals: [(target: String, options: [String], status: Int)] = [
            ("/v1/nothing", [], 404), ("/v1/assets/999999", [], 404), ("/v1/assets/seven", [], 400),
            ("/v1/status", ["-X", "DELETE"], 405),
            ("/v1/search?q=taken:someday", [], 400), ("/v1/search?q=x&limit=-1", [], 400),
            ("/v1/search?q=x&sort=colour", [], 400), ("/v1/files?path=relative", [], 400),
            ("/v1/roots", ["--json", "{"], 400), ("/v1/roots", ["--json", "{\"path\": 7}"], 400),
            ("/v1/roots", ["--json", "{\"path\": \"/nowhere/at/all\"}"], 404), ("/v1/jobs?state=odd", [], 400),
            ("/v1/%zz", [], 400),
            ("/v1/jobs/retry", ["--json", "{\"path\": 5}"], 400),
            ("/v1/jobs/retry", ["--json", "{\"paths\": 5}"], 400),
            ("/v1/jobs/retry", ["--json", "[]"], 400),
        ]

        @Test func `what cannot be done is refused with code, message and remedy`() async throws {
            let daemon = try await TestDaemon()
            let curl = ["/usr/bin/curl", "--unix-socket", daemon.socket, "-sS", "-w", "\n%{http_code}"]
            for (target, options, status) in Self.refusals {
                let run = try await ProgramRun.of(
                    curl + options + ["http://tintype" + target], environment: daemon.environment)
                #expect(run.lines.last == "\(status)", "\(target): \(run.output)")
                let reply = try JSONDecoder().decode(ErrorReply.self, from: Data((run.lines.first ?? "").utf8))
                #expect(!reply.error.code.isEmpty && reply.error.message.hasSuffix("."), "\(target)")
            }
        }

        @Test func `hostile clients get an answer or the door, and the daemon stays up`() async throws {
            let daemon = try await TestDaemon()
            let head = "GET /v1/search?q=x HTTP/1.1\r\nHost: x\r\n"
            var random = SeededGenerator(seed: 1)
            let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            for (bytes, answer) in [
                (noise, "HTTP/1.1 400 "),
                (Array((head + "X: ").utf8) + [UInt8](repeating: 97, count: 1 << 20), "HTTP/1.1 431 "),
                (
                    Array("POST /v1/roots HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n".utf8),
                    "HTTP/1.1 413 "
                ),
                (Array("POST /v1/roots HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{".utf8), ""),
                (Array(repeatElement(Array((head + "\r\n").utf8), count: 200).joined()), "HTTP/1.1 200 "),
            ] {
                #expect(try await RawExchange.send(bytes, to: daemon.socket).hasPrefix(answer))
            }
            let deep = String(repeating: "[", count: 100_000)
            _ = try await daemon.curl("/v1/roots", "--json", deep)
            _ = try await daemon.curl("/v1/search?q=" + String(repeating: "%28", count: 5_000))
            _ = try await daemon.curl("/v1/search?q=" + String(repeating: "a+or+", count: 3_000) + "a")
            #expect(try await daemon.status().pid == daemon.pid)
        }

        @Test func `only the owner can reach the socket, the library and the log`() async throws {
            let daemon = try await TestDaemon()
            func mode(_ path: String) throws -> Int {
                let attributes = try FileManager.default.attributesOfItem(atPath: daemon.home + path)
                return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
            }
            #expect(try mode("/run/tintyped.sock") == 0o600)
            #expect(try mode("/run") == 0o700)
            #expect(try mode("/data/library.sqlite") == 0o600)
        }
    }
}
