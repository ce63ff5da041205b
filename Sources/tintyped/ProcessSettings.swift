import CPlatform
import Glibc
import Logging

/// What the process asks of the system before anything else runs.
enum ProcessSettings {
    /// Files are for their owner alone; memory that is free goes back to the system.
    static func apply() {
        umask(0o077)
        // Where we were started is nobody's business for as long as we run; a drive there could not be unmounted.
        chdir("/")
        // A client that leaves while it is written to is an error of that write, not the end of the daemon.
        signal(SIGPIPE, SIG_IGN)
        platform_limit_arenas(2)
    }

    /// `TINTYPE_LOG`: debug, info, notice (the default), warning or error. Paths appear at debug only.
    static var logLevel: Logger.Level {
        getenv("TINTYPE_LOG").flatMap { Logger.Level(rawValue: String(cString: $0)) } ?? .notice
    }
}
