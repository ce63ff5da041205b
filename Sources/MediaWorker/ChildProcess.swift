import CPlatform
import Glibc
import Synchronization

/// A worker's process, from its start until the system has been told that we know of its end.
///
/// It may be killed from any thread; it is waited for from one.
final class ChildProcess: Sendable {
    /// How a process ended.
    enum Ending: Equatable {
        /// By its own will.
        case exited(status: CInt)
        /// By a signal.
        case signalled(CInt)
    }

    /// The process.
    let id: pid_t

    /// Whether `id` still names it: once the end is collected, the number may be another process's.
    private let isCollected = Mutex(false)

    private init(id: pid_t) { self.id = id }

    /// Starts a program that has no descriptors but the null device as 0 to 2 and `channel` as 3.
    static func start(
        program: String, arguments: [String], environment: [String], channel: CInt
    ) throws(ChannelError) -> ChildProcess {
        let id = withCStrings([program] + arguments) { arguments in
            withCStrings(environment) { environment in platform_start(program, arguments, environment, channel) }
        }
        guard id > 0 else { throw .system(errno: -id) }
        return ChildProcess(id: id)
    }

    /// Ends it at once. Nothing is lost: a worker holds no state.
    func kill() {
        isCollected.withLock { isCollected in
            if !isCollected { _ = Glibc.kill(id, SIGKILL) }
        }
    }

    /// Waits for its end, which `kill` or the closing of its channel brings about. Once only.
    func waitForEnd() -> Ending {
        // Left to be collected, so that a `kill` meanwhile cannot hit another process.
        _ = platform_wait_for_end(id, 1)
        return isCollected.withLock { isCollected in
            isCollected = true
            let status = platform_collect_child(id)
            return status < 0 ? .signalled(-status) : .exited(status: status)
        }
    }

    /// Whether it has not ended yet.
    var isRunning: Bool { isCollected.withLock { !$0 && platform_wait_for_end(id, 0) == 0 } }

    /// The processor time it has used so far; `nil` once it has ended.
    var processorTime: Duration? {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(id, &clock) == 0, clock_gettime(clock, &time) == 0 else { return nil }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The memory it holds, in bytes; `nil` once it has ended.
    var residentByteCount: Int? {
        guard let file = fopen("/proc/\(id)/statm", "re") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, CInt(line.count), file) != nil else { return nil }
        let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            .split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * Int(sysconf(CInt(_SC_PAGESIZE))) } : nil
    }
}

/// Calls `body` with a null-terminated array of C strings.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("an array with a terminator is not empty") }
        return body(base)
    }
}
