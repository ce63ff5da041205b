import DaemonAPI
import Foundation

/// What a program did: its exit status, and what it wrote.
struct ProgramRun: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// The output's lines.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// The output's lines of JSON as values of this type.
    func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> [Value] {
        try lines.map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    /// The names of the members of each line of JSON.
    func keys() throws -> [Set<String>] {
        try lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return Set((object as? [String: Any] ?? [:]).keys)
        }
    }

    /// Runs a program to its end, on a thread of its own, for a minute at most: `timeout` then ends it with 124.
    static func of(_ command: [String], environment: [String: String]) async throws -> ProgramRun {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try run(command, environment) }) }.start()
        }
    }

    private static func run(_ command: [String], _ environment: [String: String]) throws -> ProgramRun {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["--kill-after=1", "60"] + command
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Errors are a few lines, which fit into the pipe while the output is read.
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return ProgramRun(
            status: process.terminationStatus, output: String(decoding: written, as: UTF8.self),
            errors: String(decoding: complained, as: UTF8.self))
    }
}
