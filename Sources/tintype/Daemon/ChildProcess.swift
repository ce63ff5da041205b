import Glibc
import MediaTypes

/// A program that this one started.
struct ChildProcess {
    /// How a program ended.
    enum Ending: Hashable {
        case exited(Int32)
        case signalled(Int32)

        /// The number a shell would give for it.
        var shellStatus: Int32 {
            switch self {
            case .exited(let code): code
            case .signalled(let signal): 128 + signal
            }
        }
    }

    /// How a program is started.
    struct Start {
        /// The program: a path, or a name that is looked for in `PATH`.
        var program: [UInt8]
        /// Its arguments, without its own name.
        var arguments: [[UInt8]] = []
        /// Variables that are set besides those of this process.
        var variables: [(name: String, value: [UInt8])] = []
        /// Whether it gets a session of its own and outlives us and our terminal.
        var isDetached = false
        /// Where its output goes, appended; `nil`: where ours goes. Its input is then empty.
        var output: MediaPath?
    }

    /// The process.
    let id: pid_t

    // <spawn.h>'s POSIX_SPAWN_SETSID, which needs _GNU_SOURCE; CPlatform has it, but its headers and Glibc's Swift
    // module cannot be imported into one file (`__rusage_who` has two definitions).
    private static let ownSession: Int16 = 0x80

    /// Starts a program. Throws an errno where it cannot be.
    init(_ start: Start) throws(StartFailure) {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let output = start.output {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            let flags = O_WRONLY | O_CREAT | O_APPEND
            _ = output.withCString { posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, $0, flags, 0o600) }
            posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        }
        if start.isDetached {
            Self.keepDescriptorsToOurselves()
        }
        // We ignore a broken pipe; a program that we start must die of it as usual.
        var defaults = sigset_t()
        sigemptyset(&defaults)
        for signal in [SIGPIPE, SIGINT, SIGQUIT] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | (start.isDetached ? Self.ownSession : 0))

        let arguments = CStringArray([start.program] + start.arguments)
        let environment = CStringArray(Self.environment(adding: start.variables))
        var id: pid_t = 0
        let program = (start.program + [0]).map(CChar.init(bitPattern:))
        let failure = posix_spawnp(&id, program, &actions, &attributes, arguments.pointers, environment.pointers)
        guard failure == 0 else { throw StartFailure(errno: failure) }
        self.id = id
    }

    /// A pipe of our caller's that stayed open in a daemon would keep the caller waiting for its end. The loop reaches
    /// up to the usual limit on open files; what does not exist is passed over.
    private static func keepDescriptorsToOurselves() {
        for descriptor: Int32 in 3..<1024 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }

    /// How it ended; `nil`: it still runs.
    func endingIfEnded() -> Ending? { ending(options: WNOHANG) }

    /// Waits until it ends.
    func wait() -> Ending { ending(options: 0) ?? .exited(0) }

    private func ending(options: Int32) -> Ending? {
        var status: Int32 = 0
        var found: pid_t
        repeat { found = waitpid(id, &status, options) } while found < 0 && errno == EINTR
        guard found == id else { return nil }
        // WIFSIGNALED and its kin are macros: the low seven bits are the signal, the next byte the exit code.
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }

    private static func environment(adding variables: [(name: String, value: [UInt8])]) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let entry = next.pointee {
            entries.append(UnsafeBufferPointer(start: entry, count: strlen(entry)).map(UInt8.init(bitPattern:)))
            next += 1
        }
        for (name, value) in variables {
            let opening = Array("\(name)=".utf8)
            entries.removeAll { $0.starts(with: opening) }
            entries.append(opening + value)
        }
        return entries
    }
}

/// Why a program could not be started.
struct StartFailure: Error, Hashable {
    /// The system's reason.
    let errno: Int32
}

/// Strings as `execve` wants them, ended by a null pointer.
private final class CStringArray {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [[UInt8]]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (index, string) in strings.enumerated() {
            pointers[index] = strdup((string + [0]).map(CChar.init(bitPattern:)))
        }
        pointers[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}
