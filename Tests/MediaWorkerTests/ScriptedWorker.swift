import Glibc
import MediaTypes
import Synchronization
import TestSupport

@testable import MediaWorker

/// A shell script in the place of `tintype-media`: says that it is ready, then does what the test wants.
struct ScriptedWorker {
    let directory: TemporaryDirectory
    let program: String

    /// - Parameter script: run when the first request has arrived. `$READY` says that it is ready; `$REAL` is the real
    ///   worker.
    init(afterRequest script: String) throws {
        try self.init(script: "cat \"$READY\" >&3\nhead -c 1 <&3 >/dev/null\n" + script)
    }

    /// - Parameter script: the whole of it.
    init(script: String) throws {
        directory = try TemporaryDirectory()
        let readiness = WorkerReadiness(
            words: WorkerReadiness.WordReading(engine: "none", languages: ["eng"], missing: [], dataDirectory: nil),
            sandbox: WorkerReadiness.Sandbox(landlockVersion: nil, isFilteringCalls: false, leaks: []))
        let ready = try directory.write(try WorkerReply.ready(readiness).frame().encoded(), to: "ready")
        let text = try directory.write(
            "#!/bin/sh\nREADY='\(ready.text)'\nREAL='\(RealWorker.program)'\nHERE='\(directory.path.text)'\n\(script)\n",
            to: "text")
        let file = directory.path("worker")
        // Written by another process: a program that was open for writing here, while another test started a process
        // that still holds all our descriptors, is "busy" and cannot be run.
        let copying = try ChildProcess.start(
            program: "/bin/sh",
            arguments: ["-c", "cat '\(text.text)' > '\(file.text)' && chmod 755 '\(file.text)'"], environment: [],
            channel: 0)
        _ = copying.waitForEnd()
        program = file.text
    }
}

/// The real `tintype-media`, which SwiftPM builds beside the tests.
enum RealWorker {
    static let program: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/tintype-media"
    }()
}

/// A pool, and what happened to its workers.
final class WatchedPool: Sendable {
    let pool: MediaWorkerPool
    let events: AsyncStream<MediaWorkerEvent>
    private let keptDirectory: TemporaryDirectory?

    convenience init(
        _ worker: ScriptedWorker, adjust: (inout MediaWorkerConfiguration) -> Void = { _ in }
    ) {
        self.init(program: worker.program, keeping: worker.directory, adjust: adjust)
    }

    init(
        program: String = RealWorker.program, keeping directory: TemporaryDirectory? = nil,
        adjust: (inout MediaWorkerConfiguration) -> Void = { _ in }
    ) {
        let (events, continuation) = AsyncStream.makeStream(of: MediaWorkerEvent.self)
        var configuration = MediaWorkerConfiguration(program: program, settings: WorkerSettings(languages: ["eng"]))
        configuration.workerCount = 1
        configuration.idleAfter = .seconds(3_600)
        configuration.onEvent = { continuation.yield($0) }
        adjust(&configuration)
        pool = MediaWorkerPool(configuration)
        self.events = events
        keptDirectory = directory
    }

    /// Waits for the first event that `matches`.
    func waitForEvent(_ matches: (MediaWorkerEvent) -> Bool) async {
        for await event in events where matches(event) { return }
    }
}

/// The failure that a call ends with; `nil`: it succeeds.
func failure(of body: () async throws(JobFailure) -> Void) async -> JobFailure? {
    do throws(JobFailure) {
        try await body()
        return nil
    } catch {
        return error
    }
}
