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
    static func cannotHandOver(errno number: CInt, cause: Cause = .chance) -> JobFailure {
        JobFailure(
            code: "no-resources",
            message: "There is no memory for the decoded picture: \(String(cString: strerror(number))).", cause: cause)
    }

    /// The worker ended while it was at work on a file.
    ///
    /// - Parameter hasModels: whether it only sees what another one decodes. Then no file's bytes are to blame.
    static func crashed(_ ending: ChildProcess.Ending, hasModels: Bool) -> JobFailure {
        let (reason, mayBeChance): (String, Bool) =
            switch ending {
            case .signalled(SIGKILL):
                // Nobody here did that: the system's memory keeper, or a person. The file may be innocent.
                ("was killed while it read this file, most likely because memory ran out.", true)
            case .signalled(SIGTERM), .signalled(SIGINT), .signalled(SIGHUP), .signalled(SIGQUIT):
                ("was stopped while it read this file.", true)
            case .signalled(let number): ("crashed on this file: \(words(for: number)).", false)
            case .exited(let status): ("gave up on this file without a reason (status \(status)).", false)
            }
        return JobFailure(
            code: "crashed", message: "\(name(hasModels: hasModels)) \(reason)",
            cause: mayBeChance || hasModels ? .chance : .file)
    }

    /// The worker did not answer in time.
    ///
    /// - Parameters:
    ///   - wasBusy: whether it used its processor time up. If not, a slow disk or a busy machine is to blame.
    ///   - hasModels: as above.
    static func timedOut(after limit: Duration, wasBusy: Bool, hasModels: Bool) -> JobFailure {
        JobFailure(
            code: "timed-out",
            message: wasBusy
                ? "\(name(hasModels: hasModels)) worked on this file for \(limit.components.seconds) seconds and did not finish."
                : "The file could not be read in time: its disk is slow, or the machine was very busy.",
            cause: wasBusy && !hasModels ? .file : .chance)
    }

    private static func name(hasModels: Bool) -> String { hasModels ? "The small models' process" : "The decoder" }

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
        case SIGXFSZ: "it wrote more than any picture has"
        case SIGSYS: "it tried something that a decoder must never do"
        default: "signal \(signal)"
        }
    }
}
