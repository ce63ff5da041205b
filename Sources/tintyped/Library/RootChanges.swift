import Catalog
import FileWatching
import MediaTypes

/// Changes what is watched, in the catalog and in the watcher alike: the catalog is right, the watcher follows.
actor RootChanges {
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Makes one change, after those that were asked for before; then has the watcher watch what the catalog names.
    func perform<Answer: Sendable>(
        in catalog: MediaCatalog, _ watcher: FileWatcher, _ change: @Sendable () async throws -> Answer
    ) async throws -> Answer {
        // An actor lets others in at each await; changes must not interleave.
        while isBusy { await withCheckedContinuation { waiting.append($0) } }
        isBusy = true
        defer {
            isBusy = false
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        let answer = try await change()
        let roots = try await catalog.roots()
        for root in watcher.roots.subtracting(roots.map(\.path)) { watcher.remove(root: root) }
        for root in roots { try watcher.add(root: root.path, knownDevice: root.device) }
        return answer
    }
}
