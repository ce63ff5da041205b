import CPlatform
import Glibc
import MediaWorker

/// Takes everything from this process that decoding does not need: files, network, other programs, boundless memory.
///
/// Each layer is taken where the kernel has it, and then tried out: what is said to hold is what did hold.
struct Sandbox {
    /// The one directory below which files may still be read: the language data that is loaded when a picture needs it.
    let readableDirectory: String?
    /// Address space in bytes; 0: no limit.
    let memoryByteLimit: Int
    /// Bytes that may be written to what is handed over: decoded pictures.
    let writtenByteLimit: Int

    /// Closes the sandbox around this thread and all that it starts. There is no way back.
    func enter() -> WorkerReadiness.Sandbox {
        limitResources()
        _ = platform_set_undumpable()
        _ = platform_set_no_new_privileges()
        let version = Landlock.enter(readable: readableDirectory)
        // Without Landlock no path can be told from another: then nothing at all may be opened.
        let isFiltering = CallFilter.install(mayOpenFiles: version != nil && readableDirectory != nil)
        return WorkerReadiness.Sandbox(
            landlockVersion: version, isFilteringCalls: isFiltering, leaks: SandboxProbe.leaks())
    }

    private func limitResources() {
        // A picture's header may ask for more memory than the machine has; the allocation fails, the machine lives.
        if memoryByteLimit > 0 { limit(RLIMIT_AS, to: memoryByteLimit) }
        // Null devices, the socket, a file in hand, language data being read: with room to spare.
        limit(RLIMIT_NOFILE, to: 32)
        // A core file would hold the person's pictures.
        limit(RLIMIT_CORE, to: 0)
        // Nothing else is written to any file; sockets do not count.
        limit(RLIMIT_FSIZE, to: writtenByteLimit)
        // RLIMIT_NPROC counts all of the user's processes, so it would stop us for what others do. The call filter
        // keeps this process from starting any.
    }

    private func limit(_ resource: __rlimit_resource, to value: Int) {
        var limits = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
        setrlimit(__rlimit_resource_t(resource.rawValue), &limits)
    }
}
