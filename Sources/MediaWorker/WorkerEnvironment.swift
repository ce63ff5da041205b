import Glibc

/// The environment that a worker gets: nothing of the person's but what finds libraries and says the language.
enum WorkerEnvironment {
    /// Built once: the daemon's environment does not change.
    static let reduced: [String] =
        kept.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } } + [
            // One thread a worker: the pool is what makes use of several processors.
            "OMP_THREAD_LIMIT=1",
            // Each arena takes 64 MB of address space, and there is one busy thread.
            "MALLOC_ARENA_MAX=2",
            // A crash is reported by the daemon; Swift's backtracer is a program, and the sandbox starts none.
            "SWIFT_BACKTRACE=enable=no",
        ]

    private static let kept: [String] = ["LD_LIBRARY_PATH", "LC_ALL", "LC_MESSAGES", "LANG", "TESSDATA_PREFIX"]
}
