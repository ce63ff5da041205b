import Glibc
import Synchronization

/// Runs a command in the terminal's foreground, as `nice` and `time` do: what interrupts it does not interrupt us.
enum Foreground {
    /// The command's process, for the handler of signals that only we get.
    private static let running = Atomic<Int32>(0)

    /// Runs this program with these arguments.
    ///
    /// - Returns: Its exit status as a shell gives it: 128 + signal, 127: no such program, 126: cannot be run.
    static func run(_ command: [[UInt8]], console: Console) -> Int32 {
        guard let program = command.first else { return 0 }
        let saved = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        let passed = [SIGTERM, SIGHUP].map {
            ($0, signal($0) { kill(Foreground.running.load(ordering: .relaxed), $0) })
        }
        defer { for (number, handler) in saved + passed { signal(number, handler) } }
        do {
            let child = try ChildProcess(.init(program: program, arguments: Array(command.dropFirst())))
            running.store(child.id, ordering: .relaxed)
            return child.wait().shellStatus
        } catch {
            let name = SafeText.name(String(decoding: program, as: UTF8.self))
            console.complain("tintype: \(name) cannot be started: \(String(cString: strerror(error.errno))).")
            return error.errno == ENOENT ? 127 : 126
        }
    }
}
