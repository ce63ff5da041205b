import MediaTypes
import Testing

@testable import FileWatching

@Suite(.serialized, .timeLimit(.minutes(5)))
struct WatchingPropertyTests {
    @Test(arguments: 1...8)
    func `after any operations the events have made the model equal to the disk`(seed: Int) async throws {
        try await check(seed: seed, .quick)
    }

    @Test(arguments: 101...103)
    func `after any operations and overflows the events have made the model equal to the disk`(seed: Int) async throws {
        try await check(seed: seed, .quick) { session, step in
            if step % 40 == 39 { session.watcher.mailbox.deliver([KernelRecord(watch: -1, kind: .overflowed)]) }
        }
    }

    @Test(arguments: 201...203)
    func `with a backlog of eight records the events have made the model equal to the disk`(seed: Int) async throws {
        var configuration = WatchConfiguration.quick
        configuration.backlogCapacity = 8
        configuration.settlingCapacity = 4
        configuration.eventCapacity = 4
        try await check(seed: seed, configuration)
    }

    @Test(arguments: 301...303)
    func `with two watches the events make the model equal to the disk`(seed: Int) async throws {
        var configuration = WatchConfiguration.quick
        configuration.watchLimit = 2
        try await check(seed: seed, configuration)
    }

    private func check(
        seed: Int, _ configuration: WatchConfiguration,
        between: (WatchSession, Int) -> Void = { _, _ in }
    ) async throws {
        let tree = try TemporaryTree()
        var operations = RandomOperations(tree, seed: UInt64(seed))
        for _ in 0..<50 { operations.step() }
        try await WatchSession.run(tree, configuration) { session in
            _ = try await session.next()
            for step in 0..<200 {
                operations.step()
                between(session, step)
                // Now and then the watcher gets to see what is between.
                if step % 50 == 25 { try await session.untilAtRest() }
            }
            try await session.untilAtRest()
            // A polled folder is right after its next round.
            for _ in 0..<20 where configuration.watchLimit != nil { try await session.untilAtRest() }
            let disk = try ModelTree.onDisk(tree.root)
            #expect(session.model.differences(from: disk) == [])
        }
    }
}
