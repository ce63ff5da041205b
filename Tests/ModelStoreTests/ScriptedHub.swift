import Foundation
import Synchronization
import TestSupport

@testable import ModelStore

/// A hub of the test's own: a repository with its list of files, and faults on demand.
final class ScriptedHub: Sendable {
    /// What goes wrong with a request for a file.
    enum Fault: Sendable {
        /// The connection breaks after so many bytes of the body.
        case cut(after: Int)
        /// It sends the whole file whatever range was asked for.
        case ignoresRanges
        /// A byte is wrong.
        case wrongByte
        /// It answers with this status.
        case status(Int)
        /// It sends the client elsewhere.
        case redirect(String)
        /// It sends more than it lists.
        case tooLong
    }

    let repository = "owner/model"
    let files: [String: [UInt8]]
    private let faults = Mutex<[String: [Fault]]>([:])
    private let listing: Mutex<String?> = Mutex(nil)
    private let asked = Mutex<[(path: String, range: String?)]>([])
    private let server = Mutex<ScriptedServer?>(nil)

    init(_ files: [String: [UInt8]] = ScriptedHub.checkpoint) throws {
        self.files = files
        server.withLock { $0 = nil }
        let server = try ScriptedServer { [weak self] request in self?.answer(request) ?? .raw("") }
        self.server.withLock { $0 = server }
    }

    static let checkpoint: [String: [UInt8]] = [
        "config.json": Array("{}".utf8), "tokenizer.json": Array("{\"a\": 1}".utf8), "README.md": Array("no".utf8),
        "model.safetensors": (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) },
    ]

    var url: String { server.withLock { $0?.url ?? "" } }
    var model: KnownModel { KnownModel(repository: repository, name: "model", summary: "", textSuffix: nil) }
    /// The requests for a file, with the ranges that they asked for.
    func requests(_ path: String) -> [String?] { asked.withLock { $0.filter { $0.path == path }.map(\.range) } }

    /// The next requests for a file go wrong so, one after the other.
    func fail(_ path: String, _ faults: Fault...) { self.faults.withLock { $0[path, default: []] += faults } }

    /// Says something else for its list of files.
    func list(_ text: String) { listing.withLock { $0 = text } }

    private func answer(_ request: ScriptedServerRequest) -> ScriptedServerReply {
        if request.target.hasPrefix("/api/models/\(repository)/tree/") {
            return .whole(listing.withLock { $0 } ?? honestListing())
        }
        let prefix = "/\(repository)/resolve/main/"
        let elsewhere = "/elsewhere/"
        let path =
            request.target.hasPrefix(prefix)
            ? String(request.target.dropFirst(prefix.count)) : String(request.target.dropFirst(elsewhere.count))
        asked.withLock { $0.append((path, request.header("range"))) }
        guard let bytes = files[path] else { return .whole("no", status: 404) }
        let fault = faults.withLock { faults in faults[path]?.isEmpty == false ? faults[path]?.removeFirst() : nil }
        return reply(bytes, from: start(request.header("range")), fault)
    }

    private func start(_ range: String?) -> Int {
        range.flatMap { $0.split(separator: "=").last?.split(separator: "-").first }.flatMap { Int($0) } ?? 0
    }

    private func reply(_ bytes: [UInt8], from start: Int, _ fault: Fault?) -> ScriptedServerReply {
        func send(_ bytes: [UInt8], status: Int) -> ScriptedServerReply {
            let head = "HTTP/1.1 \(status) OK\r\nContent-Length: \(bytes.count)\r\nConnection: close\r\n\r\n"
            return ScriptedServerReply([.send(Array(head.utf8)), .send(bytes)])
        }
        guard start <= bytes.count else { return .whole("", status: 416) }
        let honest = send(Array(bytes[start...]), status: start > 0 ? 206 : 200)
        switch fault {
        case nil: return honest
        case .cut(let count)?:
            // Closed in peace: a reset may throw away what the client has not read, and leave nothing to go on from.
            return ScriptedServerReply([honest.steps[0], .send(Array(bytes[start...].prefix(count)))])
        case .ignoresRanges?: return send(bytes, status: 200)
        case .wrongByte?:
            var wrong = Array(bytes[start...])
            wrong[wrong.count / 2] ^= 1
            return send(wrong, status: start > 0 ? 206 : 200)
        case .status(let status)?: return .whole("no", status: status)
        case .redirect(let target)?:
            return .whole("", status: 302, headers: ["Location: \(target)"])
        case .tooLong?: return send(Array(bytes[start...]) + [1, 2, 3], status: start > 0 ? 206 : 200)
        }
    }

    private func honestListing() -> String {
        let entries = files.sorted { $0.key < $1.key }.map { name, bytes in
            // Large files carry a SHA-256, small ones git's name.
            let digest =
                name.hasSuffix(".safetensors") || name.hasSuffix(".gguf")
                ? #""oid": "0", "lfs": {"oid": "\#(Self.sha256(bytes))", "size": \#(bytes.count)}"#
                : #""oid": "\#(Self.gitBlob(bytes))""#
            return #"{"type": "file", "path": "\#(name)", "size": \#(bytes.count), \#(digest)}"#
        }
        return "[" + (entries + [#"{"type": "directory", "path": "sub"}"#]).joined(separator: ",") + "]"
    }

    // By other programs: the digest under test must not check itself.
    private static func sha256(_ bytes: [UInt8]) -> String { String(run(["sha256sum"], bytes).prefix { $0 != " " }) }

    private static func gitBlob(_ bytes: [UInt8]) -> String { run(["git", "hash-object", "--stdin"], bytes) }

    private static func run(_ arguments: [String], _ bytes: [UInt8]) -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        guard (try? process.run()) != nil else { return "" }
        input.fileHandleForWriting.write(Data(bytes))
        try? input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
