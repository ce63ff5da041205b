import MediaTypes

/// What the kernel's records lead to.
extension WatchLoop {
    func handle(_ records: [KernelRecord]) {
        for index in records.indices { handle(records[index], later: records[(index + 1)...]) }
    }

    private func handle(_ record: KernelRecord, later: ArraySlice<KernelRecord>) {
        let node = tree.node(watchedBy: record.watch)
        note(record, node)
        if record.kind == .overflowed { return overflow() }
        // Records of a watch that we ended may still be under way.
        guard let node else { return }
        guard let name = record.name else { return handleSelf(record, node) }
        let place = Place(node: node, name: name)
        switch record.kind {
        case .created, .written, .attributes:
            if record.isDirectory { look(at: place) } else { touch(place) }
        case .deleted:
            look(at: place)
        case .movedFrom:
            let half = RenamePairing.Half(place: place, isDirectory: record.isDirectory)
            renames.hold(half, cookie: record.cookie, now: now)
        case .movedTo:
            arrive(record, at: place, later: later)
        case .deletedSelf, .movedSelf, .unmounted, .watchEnded, .overflowed:
            break  // these have no name
        }
    }

    private func note(_ record: KernelRecord, _ node: NodeID?) {
        let time = WatchClock.wallTime()
        lastEventAt = time
        let directory = node.flatMap { tree.path($0) }
        board.record(
            RecordedEvent(
                at: time, kind: record.kind.rawValue, isDirectory: record.isDirectory,
                path: record.name.map { directory?.appending($0) } ?? directory, cookie: record.cookie))
    }

    private func overflow() {
        overflows += 1
        emit(.overflowed)
        for root in roots.keys { requestCrawl(root) }
    }

    /// Something happened to a watched directory itself.
    private func handleSelf(_ record: KernelRecord, _ node: NodeID) {
        switch record.kind {
        case .unmounted: leaveUnmounted(node)
        case .watchEnded: watchEnded(record.watch)
        case .movedSelf where tree[node]?.parent == nil, .deletedSelf where tree[node]?.parent == nil:
            suspect(node)
        case .movedSelf:
            // The parent's own records tell of it, unless the parent has no watch.
            if let parent = tree[node]?.parent, tree[parent]?.watch == nil { suspect(node) }
        case .attributes:
            // A folder that became readable, perhaps.
            if tree[node]?.isListed == false { relists.schedule(node, at: now) }
        default: break  // deletion is told again when the watch has ended
        }
    }

    /// The kernel ended a watch that we did not: its directory is no more. Another may have taken its place, even its
    /// inode number.
    private func watchEnded(_ watch: Int32) {
        guard let node = tree.unbind(watch) else { return }
        guard let place = tree.place(node) else {
            if let root = tree.root(node) { takeOffline(root, reason: WatchSentences.missing) }
            return suspectRoots()
        }
        removeDirectory(node)
        look(at: place)
    }

    private func suspectRoots() { nextPresence = now }

    /// The file system of a directory is gone: what is known of it stays until it is back.
    private func leaveUnmounted(_ node: NodeID) {
        guard tree[node]?.parent != nil else {
            if let root = tree.root(node) { takeOffline(root, reason: WatchSentences.unmounted) }
            return
        }
        keepUnmounted(node)
    }

    /// A file that may have changed, or a marker.
    func touch(_ place: Place) {
        if ExclusionRules.isMarker(place.name) { return look(at: place) }
        if includesFile(place) { settleLater(place) }
    }

    /// The second half of a rename.
    private func arrive(_ record: KernelRecord, at place: Place, later: ArraySlice<KernelRecord>) {
        guard let half = renames.match(cookie: record.cookie) else {
            return record.isDirectory ? look(at: place) : touch(place)
        }
        if half.isDirectory {
            moveDirectory(from: half.place, to: place)
        } else {
            let end = KernelRecord.end(of: (record.watch, place.name), in: later)
            let lastPlace = tree.node(watchedBy: end.watch).map { Place(node: $0, name: end.name) }
            moveFile(from: half.place, to: place, found: lastPlace ?? place)
        }
    }

    /// - found: where the file is by now, if the records that wait rename it again.
    private func moveFile(from: Place, to: Place, found: Place) {
        for place in [from, to] where ExclusionRules.isMarker(place.name) { look(at: place) }
        let leaves = includesFile(from)
        let arrives = includesFile(to)
        // One that was still settling was not told, or not as it is now: it settles under its new name.
        let wasTold = leaves && !gate.isWaiting(from)
        gate.forget(from)
        guard let fromPath = tree.path(from), let toPath = tree.path(to) else { return }
        if wasTold, arrives, case .file(let status) = status(found) {
            gate.forget(to)
            return emit(.fileMoved(from: fromPath, to: toPath, status.identity))
        }
        if leaves { emit(.fileRemoved(fromPath)) }
        if arrives { settleLater(to) }
    }

    private func moveDirectory(from: Place, to: Place) {
        suspects.cancel(from)
        let source = tree.child(from)
        guard includesFolder(to) else {
            if let source { removeDirectory(source) }
            return
        }
        // One that we do not know was excluded, or is new to us.
        guard let source, let fromPath = tree.path(from) else { return look(at: to) }
        if let other = tree.child(to) {
            guard other != source else { return }
            removeDirectory(other)
            // The source went with it: a folder took the place of the one that held it, which has left for good.
            guard tree[source] != nil else { return look(at: to) }
        }
        guard !tree.isInside(to.node, source) else { return suspect(to.node) }
        tree.move(source, to: to)
        guard let entry = tree[source], !entry.isMarked, let toPath = tree.path(to) else { return }
        emit(.directoryMoved(from: fromPath, to: toPath))
        if rules.dependsOnPath || !entry.isListed {
            crawls.push(CrawlTask(node: source, isRecursive: true, cause: .live))
        }
    }
}

extension KernelRecord {
    /// Where a file ends up by the renames among `records` that begin at `place`.
    static func end(
        of place: (watch: Int32, name: FileName), in records: ArraySlice<KernelRecord>
    ) -> (watch: Int32, name: FileName) {
        var place = place
        var cookie: UInt32?
        for record in records {
            if record.kind == .movedFrom, record.watch == place.watch, record.name == place.name {
                cookie = record.cookie
            } else if record.kind == .movedTo, record.cookie == cookie, let name = record.name {
                place = (record.watch, name)
                cookie = nil
            }
        }
        return place
    }
}
