import Glibc

/// Tells the service manager how we are, as sd_notify(3) does; without one, every call does nothing.
public struct ServiceNotifier: Sendable {
    /// Half the time in which systemd expects a sign of life, as it recommends; `nil`: it expects none.
    public let watchdogInterval: Duration?
    private let address: [UInt8]?

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` of the environment.
    public init() {
        self.init(environment: { getenv($0).map { String(cString: $0) } })
    }

    /// A notifier as these variables say.
    init(environment: (String) -> String?) {
        address = environment("NOTIFY_SOCKET").flatMap(Self.address)
        let isForUs = environment("WATCHDOG_PID").map { Int32($0) == getpid() } ?? true
        let microseconds = isForUs ? environment("WATCHDOG_USEC").flatMap(Int64.init) : nil
        watchdogInterval = microseconds.flatMap { $0 > 1 ? .microseconds($0 / 2) : nil }
    }

    /// We answer.
    public func ready() { send("READY=1") }

    /// What `systemctl status` shows of us: one line.
    public func status(_ text: String) {
        let line = text.unicodeScalars.map { $0.value < 32 ? " " : String($0) }.joined()
        send("STATUS=\(line)")
    }

    /// We are on our way out.
    public func stopping() { send("STOPPING=1") }

    /// We make progress.
    public func watchdog() { send("WATCHDOG=1") }

    private func send(_ message: String) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { _ = close(descriptor) }
        // Nothing can be done about a manager that does not listen: like sd_notify's callers, we go on.
        let bytes = Array(message.utf8)
        _ = withUnixAddress(address) {
            sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), $0, $1)
        }
    }

    /// A path, or the abstract name that `@` stands for.
    private static func address(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.count > 1, bytes.count <= 107 else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "/"): return bytes
        case UInt8(ascii: "@"): return [0] + bytes[1...]
        default: return nil
        }
    }
}
