import Foundation
import Glibc
import HTTPServing
import Logging
import Synchronization

/// Runs a server with the routes of these tests in a directory of its own, and stops it afterwards.
func withServer<Value: Sendable>(
    _ limits: HTTPServerLimits = HTTPServerLimits(), routes: (inout Router) -> Void = { _ in },
    _ body: @Sendable (_ path: String) async throws -> Value
) async throws -> Value {
    try await withTemporaryDirectory { directory in
        let path = directory + "/socket"
        let server = HTTPServer(
            listener: try UnixListener.bind(path: path), router: makeRouter(routes), limits: limits, logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let value = try await body(path)
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func makeRouter(_ more: (inout Router) -> Void = { _ in }) -> Router {
    var router = Router { error in
        let fault = error as? HTTPServerFault
        return .json(Array("{\"error\":\"\(fault?.code ?? "internal")\"}".utf8), status: fault?.status ?? 500)
    }
    router.on("GET", "/ping") { _ in HTTPServerResponse(body: .bytes(Array("pong".utf8))) }
    router.on("POST", "/echo") { request in HTTPServerResponse(body: .bytes(request.body)) }
    router.on("POST", "/large", bodyLimit: 8 << 20) { request in
        HTTPServerResponse(body: .bytes(Array(String(request.body.count).utf8)))
    }
    router.on("GET", "/files/{name}") { request in
        let said = "\(request.parameters["name"] ?? "") \(request.query["q"] ?? "none")"
        return HTTPServerResponse(body: .bytes(Array(said.utf8)))
    }
    router.on("GET", "/broken") { _ in throw CancellationError() }
    more(&router)
    return router
}

func withTemporaryDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let directory = NSTemporaryDirectory() + "tt-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(directory)
}

/// Something that happens once and can be waited for.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func fire() { continuation.finish() }

    func wait() async { for await _ in stream {} }
}

/// What a command prints.
func run(_ command: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
}
