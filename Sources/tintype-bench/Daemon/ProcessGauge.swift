import Foundation

/// What a process uses, as /proc tells it.
struct ProcessGauge {
    let process: Int32

    /// Resident memory in megabytes (10⁶ bytes).
    func residentMegabytes() throws -> Double { try megabytes("VmRSS:") }

    /// The most resident memory since `resetPeak`, in megabytes.
    func peakMegabytes() throws -> Double { try megabytes("VmHWM:") }

    /// The processes that it has started and that still run.
    func children() throws -> [ProcessGauge] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task").flatMap { thread in
            try read("task/\(thread)/children").split(separator: " ").compactMap { Int32($0).map(ProcessGauge.init) }
        }
    }

    /// The program's name and arguments.
    func arguments() throws -> [String] { try read("cmdline").split(separator: "\0").map(String.init) }

    /// Starts a new peak.
    func resetPeak() throws {
        guard let file = FileHandle(forWritingAtPath: "/proc/\(process)/clear_refs") else {
            throw BenchError("/proc/\(process)/clear_refs cannot be written.")
        }
        try file.write(contentsOf: Data("5".utf8))
    }

    /// Seconds of processor time so far, its threads' and the system's on its behalf.
    func processorSeconds() throws -> Double {
        // The name, in parentheses, may hold blanks; state is the first field behind it, user time the twelfth.
        let fields = try read("stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw BenchError("/proc/\(process)/stat cannot be read.")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func megabytes(_ field: String) throws -> Double {
        let line = try read("status").split(separator: "\n").first { $0.hasPrefix(field) }
        guard let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
        else { throw BenchError("/proc/\(process)/status has no \(field)") }
        return kilobytes * 1024 / 1e6
    }

    private func read(_ name: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: "/proc/\(process)/\(name)") else {
            throw BenchError("The daemon (process \(process)) is gone.")
        }
        return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }
}
