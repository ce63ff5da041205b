import Catalog
import FileWatching
import Indexing
import Logging
import MediaTypes

/// Writes what the watcher tells into the catalog, in the watcher's order, and wakes the indexer.
struct TreeRecorder {
    let catalog: MediaCatalog
    let watcher: FileWatcher
    let indexer: Indexer
    let trouble: StoreTrouble
    let onChange: @Sendable () -> Void
    let logger: Logger

    /// Events taken at a time: listings that come together are one transaction.
    private static let batch = 64

    /// Records until the watcher's stream ends.
    func run() async {
        while true {
            let events = await watcher.events.nextBatch(upTo: Self.batch)
            if events.isEmpty { return }
            var rest = events[...]
            while let first = rest.first {
                let listings = Self.listings(opening: rest)
                if listings.count > 0 {
                    await attempt(first.place) { try await record(listings) }
                    rest = rest.dropFirst(listings.count)
                } else {
                    await attempt(first.place) { try await record(first) }
                    rest = rest.dropFirst()
                }
            }
            indexer.wake()
            onChange()
        }
    }

    /// The listings that the events open with, as long as they were come by in the same way.
    private static func listings(opening events: ArraySlice<FileEvent>) -> [(DirectoryListing, live: Bool)] {
        var listings: [(DirectoryListing, live: Bool)] = []
        for event in events {
            guard case .listed(let directory, let files, let subdirectories, let live) = event,
                live == listings.first?.live ?? live
            else { break }
            let listing = DirectoryListing(directory: directory, files: files, subdirectories: subdirectories)
            listings.append((listing, live))
        }
        return listings
    }

    private func record(_ listings: [(DirectoryListing, live: Bool)]) async throws {
        let discovery: Discovery = listings.first?.live == true ? .live : .crawl
        try await catalog.recordListings(listings.map(\.0), discovery: discovery)
    }

    private func record(_ event: FileEvent) async throws {
        switch event {
        case .listed: preconditionFailure("listings are recorded together")
        case .settled(let path, let identity): try await catalog.recordFile(path, identity: identity)
        case .fileMoved(let from, let to, let identity):
            try await catalog.moveFile(from: from, to: to, identity: identity)
        case .directoryMoved(let from, let to):
            if try await !catalog.moveDirectory(from: from, to: to) { rescan(around: to) }
        case .fileRemoved(let path): try await catalog.removeFile(path)
        case .directoryRemoved(let path): try await catalog.removeDirectory(path)
        case .rootState(let path, let state): try await catalog.setRootState(path, state.catalogState)
        case .crawlFinished(let root): logger.debug("crawl finished", metadata: ["root": "\(root.text)"])
        case .overflowed: logger.warning("the kernel dropped file events; every root is crawled again")
        }
    }

    /// Records an event, however long the library refuses: the watcher waits meanwhile, and nothing is lost.
    ///
    /// What it refuses for a reason that waiting does not mend is made good by a crawl.
    private func attempt(_ place: MediaPath?, _ record: () async throws -> Void) async {
        var delay = Duration.seconds(1)
        while !Task.isCancelled {
            do {
                try await record()
                return trouble.clear()
            } catch {
                if trouble.note(error) {
                    logger.error("a change on disk cannot be recorded", metadata: ["error": "\(error)"])
                }
                guard let error = error as? CatalogError, error.code == .busy || error.code == .diskFull else {
                    if let place { rescan(around: place) }
                    return
                }
                try? await Task.sleep(for: delay)
                delay = min(delay * 2, .seconds(30))
            }
        }
    }

    /// Has the root crawled that holds a path.
    private func rescan(around path: MediaPath) {
        if let root = watcher.roots.first(where: { path.isInside($0) }) { watcher.rescan(root: root) }
    }
}

extension FileEvent {
    /// Where it happened; `nil`: everywhere.
    fileprivate var place: MediaPath? {
        switch self {
        case .listed(let directory, _, _, _): directory
        case .settled(let path, _), .fileMoved(_, let path, _), .directoryMoved(_, let path): path
        case .fileRemoved(let path), .directoryRemoved(let path): path
        case .rootState(let path, _), .crawlFinished(let path): path
        case .overflowed: nil
        }
    }
}

extension FileWatching.RootState {
    /// The state as the catalog stores it; the reason is the watcher's to tell.
    var catalogState: Catalog.RootState {
        switch self {
        case .watched: .watched
        case .polled: .polled
        case .offline: .offline
        }
    }
}
