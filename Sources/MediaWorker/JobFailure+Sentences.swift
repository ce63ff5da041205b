import Glibc
public import MediaTypes

extension JobFailure {
    /// The code of a first look that fails for its models and not for its file.
    public static let modelsDoNotFit = "first-look-unfit"

    static let notARegularFile = JobFailure(
        code: "unreadable", message: "It is not a regular file.", cause: .file)
    static let changed = JobFailure(
        code: "changed", message: "The file has changed since it was last looked at.", cause: .changed)
    static let cancelled = JobFailure(
        code: "cancelled", message: "Reading the file was called off.", cause: .service)

    static func cannotOpen(errno number: CInt) -> JobFailure {
        switch number {
        case ENOENT, ENOTDIR, ENODEV, ENXIO, ESTALE:
            JobFailure(code: "gone", message: "The file is not there.", cause: .gone)
        case EACCES, EPERM:
            JobFailure(
                code: "unreadable", message: "You may not read this file: its permissions forbid it.", cause: .file)
        case ELOOP:
            JobFailure(
                code: "unreadable", message: "It is a symbolic link; links are not followed.", cause: .file)
        case EMFILE, ENFILE, ENOMEM:
            JobFailure(code: "no-resources", message: "Too many files are open.", cause: .service)
        default:
            JobFailure(
                code: "unreadable", message: "The file cannot be opened: \(String(cString: strerror(number))).",
                cause: .file)
        }
    }

    /// Pictures cannot be handed from one worker to another.
    public static func cannotHandOver(errno number: CInt) -> JobFailure {
        JobFailure(
            code: "no-resources",
            message: "There is no memory for the decoded picture: \(String(cString: strerror(number))).", cause: .chance
        )
    }

    /// The worker ended while it had a file in hand.
    static func crashed(_ ending: ChildProcess.Ending) -> JobFailure {
        switch ending {
        case .signalled(SIGKILL):
            // Nobody here did that: the system's memory keeper, or a person. The file may be innocent.
            JobFailure(
                code: "crashed",
                message: "The decoder was killed while it read this file, most likely because memory ran out.",
                cause: .chance)
        case .signalled(SIGTERM), .signalled(SIGINT), .signalled(SIGHUP), .signalled(SIGQUIT):
            JobFailure(code: "crashed", message: "The decoder was stopped while it read this file.", cause: .chance)
        case .signalled(let number):
            JobFailure(
                code: "crashed", message: "The decoder crashed on this file: \(words(for: number)).", cause: .file)
        case .exited(let status):
            JobFailure(
                code: "crashed", message: "The decoder gave up on this file without a reason (status \(status)).",
                cause: .file)
        }
    }

    /// The worker did not answer in time.
    ///
    /// - Parameter wasBusy: whether it used its processor time up. If not, a slow disk or a busy machine is to blame.
    static func timedOut(after limit: Duration, wasBusy: Bool) -> JobFailure {
        JobFailure(
            code: "timed-out",
            message: wasBusy
                ? "The decoder worked on this file for \(limit.components.seconds) seconds and did not finish."
                : "The file could not be read in time: its disk is slow, or the machine was very busy.",
            cause: wasBusy ? .file : .chance)
    }

    /// The worker said something that no worker of ours says: a hostile file may have taken it over.
    static let misbehaved = JobFailure(
        code: "crashed", message: "The decoder gave an answer about this file that makes no sense.", cause: .file)

    /// Tesseract has no data: not the file's fault, and mended by installing some.
    static let cannotReadWords = JobFailure(
        code: "words-unavailable", message: "Words cannot be read: no language data for Tesseract is installed.",
        cause: .service)

    /// No worker can be started.
    static func workerUnavailable(_ reason: String) -> JobFailure {
        JobFailure(code: "worker-unavailable", message: "No file can be read: \(reason)", cause: .service)
    }

    private static func words(for signal: CInt) -> String {
        switch signal {
        case SIGSEGV, SIGBUS: "it reached for memory that is not there"
        case SIGILL, SIGTRAP: "it found itself in an impossible state"
        case SIGABRT: "it stopped itself on an inner contradiction"
        case SIGFPE: "it divided by zero"
        case SIGXCPU: "it used too much processor time"
        case SIGSYS: "it tried something that a decoder must never do"
        default: "signal \(signal)"
        }
    }
}
