import CSeccomp
import Glibc

/// A list of the system calls that decoding needs; all others fail with EPERM.
///
/// They fail rather than kill: the C library and the codecs try things that they can do without (a statistic in /proc, a
/// scheduling hint), and a picture that could be read must not be lost for that. What an attacker would want fails, too.
enum CallFilter {
    /// Puts the filter in place for this thread and those that it starts.
    ///
    /// - Parameter mayOpenFiles: whether files may be opened for reading; Landlock says which.
    /// - Returns: whether it is in place.
    static func install(mayOpenFiles: Bool) -> Bool {
        guard let filter = seccomp_init(seccomp_action_fail_with(UInt16(EPERM))) else { return false }
        defer { seccomp_release(filter) }
        for name in plainCalls { allow(name, in: filter) }
        allow("mmap", when: [argument(2, masked: PROT_EXEC, equals: 0)], in: filter)
        // Code that a picture brought in must not become executable.
        allow("mprotect", when: [argument(2, masked: PROT_EXEC, equals: 0)], in: filter)
        // A file by its descriptor, never by a path.
        allow("newfstatat", when: [argument(3, masked: emptyPath, equals: emptyPath)], in: filter)
        // Threads, never processes. The C library falls back to `clone` where there is no `clone3`.
        allow("clone", when: [argument(0, masked: thread, equals: thread)], in: filter)
        add(seccomp_action_fail_with(UInt16(ENOSYS)), to: "clone3", in: filter)
        // Its own limits may be read, not set.
        allow("prlimit64", when: [argument(2, equals: 0)], in: filter)
        // abort() signals this process; no other may be.
        allow("tgkill", when: [argument(0, equals: UInt64(getpid()))], in: filter)
        // F_SETOWN would let it have signals sent to others.
        for command in [F_GETFD, F_SETFD, F_GETFL, F_SETFL] {
            allow("fcntl", when: [argument(1, equals: UInt64(command))], in: filter)
        }
        if mayOpenFiles {
            let writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC
            allow("openat", when: [argument(2, masked: writing, equals: 0)], in: filter)
        }
        // A library may have started a thread while it was loaded: the filter holds for all of them, or is not loaded.
        guard seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 else { return false }
        return seccomp_load(filter) == 0
    }

    /// CLONE_THREAD and AT_EMPTY_PATH, which Glibc's Swift module leaves out.
    private static let thread: CInt = 0x10000
    private static let emptyPath: CInt = 0x1000

    private static let plainCalls = [
        // The file in hand, and the socket.
        "read", "readv", "pread64", "preadv", "lseek", "close", "fstat", "write", "writev", "sendmsg", "recvmsg",
        "poll", "ppoll",
        // Memory.
        "munmap", "mremap", "madvise", "brk",
        // Threads and locks.
        "futex", "set_robust_list", "rseq", "sched_yield", "sched_getaffinity", "gettid", "getpid",
        // Signals to itself.
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
        // Clocks, where the kernel's page for them cannot serve.
        "clock_gettime", "clock_getres", "gettimeofday", "clock_nanosleep", "nanosleep",
        // Facts about the machine that size tables and caches.
        "sysinfo", "uname", "getrusage", "getrandom",
        "restart_syscall", "exit", "exit_group",
    ]

    private static func argument(_ index: UInt32, equals value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
    }

    private static func argument(_ index: UInt32, masked mask: CInt, equals value: CInt) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(mask), datum_b: UInt64(value))
    }

    private static func allow(_ name: String, when conditions: [scmp_arg_cmp] = [], in filter: scmp_filter_ctx) {
        add(UInt32(SCMP_ACT_ALLOW), to: name, when: conditions, in: filter)
    }

    private static func add(
        _ action: UInt32, to name: String, when conditions: [scmp_arg_cmp] = [], in filter: scmp_filter_ctx
    ) {
        // Not every processor has every call under every name.
        let call = seccomp_syscall_resolve_name(name)
        guard call != __NR_SCMP_ERROR else { return }
        seccomp_rule_add_array(filter, action, call, UInt32(conditions.count), conditions)
    }
}
