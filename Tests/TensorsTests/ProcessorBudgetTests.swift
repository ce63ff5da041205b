import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Tensors

/// As many threads as there are cores to compute on, and time for.
struct ProcessorBudgetTests {
    private let machine: TemporaryDirectory

    /// Two cores of two hyper-threads, 0 and 2, 1 and 3.
    init() throws {
        machine = try TemporaryDirectory()
        for (processor, core) in ["0,2", "1,3", "0,2", "1,3"].enumerated() {
            try tell("sys/devices/system/cpu/cpu\(processor)/topology/core_cpus_list", core)
        }
    }

    private func tell(_ file: String, _ text: String) throws {
        try machine.write(text + "\n", to: file)
    }

    private func threads(on processors: String) throws -> Int {
        try tell("proc/self/status", "Name:\tx\nCpus_allowed_list:\t\(processors)\nMems_allowed_list:\t0")
        return ProcessorBudget.threads(root: machine.path.text + "/")
    }

    @Test func `hyper-threads of a core count once`() throws {
        #expect(try threads(on: "0-3") == 2)
        #expect(try threads(on: "0-1") == 2)
        #expect(try threads(on: "1,3") == 1)
    }

    @Test func `processors that are switched off do not count`() throws {
        try tell("sys/devices/system/cpu/online", "0-1,3")
        #expect(try threads(on: "0-127") == 2)
        #expect(try threads(on: "1-3") == 1)
        try tell("sys/devices/system/cpu/online", "8-9")
        #expect(try threads(on: "0-3") == 2)
    }

    @Test func `a processor of which nothing is told is a core`() throws {
        #expect(try threads(on: "4-5,8") == 3)
        #expect(try threads(on: "none") == 1)
    }

    @Test func `no more than the time that any group above has`() throws {
        try tell("proc/self/cgroup", "1:cpu:/elsewhere\n0::/user.slice/background.slice")
        #expect(try threads(on: "4-5,8") == 3)
        try tell("sys/fs/cgroup/user.slice/background.slice/cpu.max", "max 100000")
        #expect(try threads(on: "4-5,8") == 3)
        try tell("sys/fs/cgroup/user.slice/cpu.max", "250000 100000")
        #expect(try threads(on: "4-5,8") == 2)
        try tell("sys/fs/cgroup/user.slice/background.slice/cpu.max", "50000 100000")
        #expect(try threads(on: "4-5,8") == 1)
    }

    @Test func `this machine has some`() {
        #expect(1...ProcessInfo.processInfo.activeProcessorCount ~= ProcessorBudget.threads)
    }
}
