import MediaTypes
import Testing

@testable import FileWatching

extension WatchConfiguration {
    /// Everything a hundred times faster than for people.
    static var quick: WatchConfiguration {
        var configuration = WatchConfiguration()
        configuration.settleTime = .milliseconds(30)
        configuration.longestSettleTime = .milliseconds(120)
        configuration.settleMemory = .milliseconds(300)
        configuration.renameHold = .milliseconds(50)
        configuration.pollInterval = .milliseconds(60)
        configuration.presenceInterval = .milliseconds(30)
        configuration.markerInterval = .milliseconds(30)
        return configuration
    }
}

/// The stream ended before what the test waits for had come.
struct StreamEnded: Error {}

/// A running watcher and the consumer of its events.
final class WatchSession {
    let watcher: FileWatcher
    let tree: TemporaryTree
    private(set) var model = ModelTree()
    /// Everything that came so far.
    private(set) var log: [FileEvent] = []
    private var events: FileEvents.Iterator
    private var sentinels = 0

    private init(_ watcher: FileWatcher, _ tree: TemporaryTree) {
        self.watcher = watcher
        self.tree = tree
        events = watcher.events.makeAsyncIterator()
    }

    /// Runs a watcher over `tree.root` while `body` works with it.
    static func run(
        _ tree: TemporaryTree, _ configuration: WatchConfiguration = .quick, knownDevice: UInt64? = nil,
        _ body: (WatchSession) async throws -> Void
    ) async throws {
        let watcher = try FileWatcher(configuration: configuration)
        try watcher.add(root: tree.root, knownDevice: knownDevice)
        async let running: Void = watcher.run()
        do {
            try await body(WatchSession(watcher, tree))
        } catch {
            watcher.mailbox.stop()
            try await running
            throw error
        }
        watcher.mailbox.stop()
        try await running
    }

    func next() async throws -> FileEvent {
        guard let event = await events.next() else { throw StreamEnded() }
        model.apply(event)
        log.append(event)
        return event
    }

    /// Takes events until one fits; returns those taken, the last one the one that fits.
    @discardableResult
    func until(_ fits: (FileEvent) -> Bool) async throws -> [FileEvent] {
        var taken: [FileEvent] = []
        while true {
            let event = try await next()
            taken.append(event)
            if fits(event) { return taken }
        }
    }

    @discardableResult
    func until(_ event: FileEvent) async throws -> [FileEvent] { try await until { $0 == event } }

    @discardableResult
    func untilCrawled() async throws -> [FileEvent] { try await until(.crawlFinished(root: tree.root)) }

    @discardableResult
    func untilSettled(_ relative: String) async throws -> [FileEvent] {
        let path = tree.path(relative)
        return try await until {
            if case .settled(path, _) = $0 { true } else { false }
        }
    }

    /// Takes events until the watcher has told everything there was to tell when this was called.
    @discardableResult
    func untilAtRest() async throws -> [FileEvent] {
        var taken = try await untilSentinel()
        var wasAtRest = false
        // A sentinel is handled after all that happened before it, so rest that is seen after one is real; and the
        // next one comes after everything that was told until then.
        repeat {
            wasAtRest = watcher.health.isAtRest
            taken += try await untilSentinel()
        } while !wasAtRest
        return taken
    }

    /// Writes a file and takes events until it is told.
    private func untilSentinel() async throws -> [FileEvent] {
        sentinels += 1
        let name = "sentinel-\(sentinels).jpg"
        try tree.write(name)
        return try await until { event in
            switch event {
            case .settled(let path, _): path == tree.path(name)
            case .listed(tree.root, let files, _, _):
                files.contains { $0.name == FileName(name) && $0.identity != nil }
            default: false
            }
        }
    }
}
