import Foundation

/// How many threads it is worth to compute on.
public enum ProcessorBudget {
    /// One for each core that this process may use, since two hyper-threads share the units that products keep busy; no more
    /// than the processor time that its control groups have. Slow cores count: what they do not get to, fast ones take.
    public static var threads: Int { threads(root: "/") }

    /// - `root`: where the kernel's file systems lie.
    static func threads(root: String) -> Int {
        let cores = Set(usable(root).map { core(of: $0, root) }).count
        return max(min(cores, quota(root) ?? cores), 1)
    }

    /// The processors that the process may be scheduled on, by the kernel's numbers. What it is allowed has those among it that
    /// are switched off, or could be plugged in.
    private static func usable(_ root: String) -> [Int] {
        let name = "Cpus_allowed_list:"
        let status = lines(root + "proc/self/status").first { $0.hasPrefix(name) }
        guard let status else { return Array(0..<ProcessInfo.processInfo.activeProcessorCount) }
        let allowed = numbers(status.dropFirst(name.count))
        guard let online = lines(root + "sys/devices/system/cpu/online").first else { return allowed }
        // A container may be told of processors under other numbers.
        let both = allowed.filter(Set(numbers(online[...])).contains)
        return both.isEmpty ? allowed : both
    }

    /// The numbers in a list of the kernel's: `0-3,8`.
    private static func numbers(_ list: Substring) -> [Int] {
        list.split(separator: ",").flatMap { range in
            let ends = range.split(separator: "-").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [Int]() }
            return Array(first...last)
        }
    }

    /// The list of a core's processors, which all of them share; where nobody tells, each is a core.
    private static func core(of processor: Int, _ root: String) -> String {
        lines(root + "sys/devices/system/cpu/cpu\(processor)/topology/core_cpus_list").first ?? "\(processor)"
    }

    /// Whole processors' time of the narrowest group that this process is in; `nil`: it has no limit.
    private static func quota(_ root: String) -> Int? {
        // The line of the unified hierarchy: `0::/user.slice/…`.
        guard let own = lines(root + "proc/self/cgroup").first(where: { $0.hasPrefix("0::/") }) else { return nil }
        let names = own.dropFirst(4).split(separator: "/")
        return (0...names.count).compactMap { depth in
            let path = names.prefix(depth).map { $0 + "/" }.joined()
            let words = lines(root + "sys/fs/cgroup/" + path + "cpu.max").first?.split(separator: " ") ?? []
            let numbers = words.compactMap { Int($0) }
            guard numbers.count == 2, numbers[1] > 0 else { return nil }
            return numbers[0] / numbers[1]
        }.min()
    }

    private static func lines(_ path: String) -> [String] {
        (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    }
}
