import MediaTypes

/// Lists directories: the watch first, then the entries, so that nothing slips between.
extension WatchLoop {
    func list(_ task: CrawlTask) {
        guard let path = tree.path(task.node), let entry = tree[task.node] else { return }
        do throws(DirectoryFailure) {
            let handle = try DirectoryHandle(path, isRoot: entry.parent == nil)
            guard let node = claim(handle, for: task.node) else { return }
            unmounted.remove(node)
            if unreadable.remove(node) != nil { tree.update(node) { $0.isListed = false } }
            guard !hasMarker(handle) else { return exclude(node, handle) }
            if tree[node]?.isMarked == true { tree.setMarked(false, node) }
            watch(node, handle)
            // A directory that took another's node may keep nothing of what lay below it.
            let isRecursive = task.isRecursive || node != task.node
            tell(try read(handle, node), of: node, isRecursive: isRecursive, cause: task.cause)
        } catch {
            failed(task.node, error)
        }
    }

    private func failed(_ node: NodeID, _ failure: DirectoryFailure) {
        switch failure {
        case .gone: suspect(node)
        case .transient: relists.schedule(node, at: now + configuration.renameHold)
        case .unreadable(let code):
            guard tree[node]?.parent != nil else {
                if let root = tree.root(node) { takeOffline(root, reason: WatchSentences.unreadable(code)) }
                return
            }
            unreadable.insert(node)
        }
    }

    /// Settles which directory of the tree an open directory is; `nil`: none that is to be listed.
    private func claim(_ handle: borrowing DirectoryHandle, for node: NodeID) -> NodeID? {
        guard let entry = tree[node] else { return nil }
        if entry.key == handle.key { return node }
        if let former = entry.key {
            guard entry.parent != nil else {
                nextPresence = now
                return nil
            }
            if former.device != handle.key.device, handle.isEmpty() {
                keepUnmounted(node)
                return nil
            }
            drop(tree.clear(node))
        }
        guard let other = tree.node(with: handle.key), other != node else {
            tree.setKey(handle.key, node)
            return node
        }
        return resolve(other, foundAt: node, handle.key)
    }

    /// A directory that we have in one place was found in another.
    private func resolve(_ other: NodeID, foundAt node: NodeID, _ key: DirectoryKey) -> NodeID? {
        guard let otherPath = tree.path(other), let place = tree.place(node) else { return nil }
        if leads(otherPath, to: key) {
            // Both places are real: a bind mount. The first one has it.
            drop(tree.remove(node))
            return nil
        }
        guard tree[other]?.parent != nil, !tree.isInside(node, other) else {
            suspect(other)
            relists.schedule(node, at: now + configuration.renameHold)
            return nil
        }
        // It was renamed, and its records are still under way or were dropped.
        let formerPlace = tree.place(other)
        drop(tree.remove(node))
        tree.move(other, to: place)
        // Its old name may have a new directory by now, which the tree took for this one until here.
        defer { if let formerPlace { suspects.schedule(formerPlace, at: now) } }
        guard tree[other]?.isMarked == false else {
            // Nobody knows it under its old name, and perhaps under this one: the listing decides anew.
            tree.setMarked(false, other)
            return other
        }
        if let path = tree.path(other) { emit(.directoryMoved(from: otherPath, to: path)) }
        return other
    }

    /// Whether a path leads to this directory now.
    func leads(_ path: MediaPath, to key: DirectoryKey) -> Bool {
        do throws(DirectoryFailure) {
            return try DirectoryHandle(path, isRoot: roots[path] != nil).key == key
        } catch { return false }
    }

    /// Keeps a mount point whose file system is gone: it is told neither as empty nor as removed.
    func keepUnmounted(_ node: NodeID) {
        let former = tree[node]?.key
        drop(tree.clear(node))
        tree.setKey(former, node)
        unmounted.insert(node)
    }

    private func hasMarker(_ handle: borrowing DirectoryHandle) -> Bool {
        for name in ExclusionRules.markerNames {
            switch handle.status(name) {
            case .missing, .failed: continue
            case .file, .directory, .other: return true
            }
        }
        return false
    }

    /// A marker keeps us out. A root keeps its watch, by which we see the marker go.
    private func exclude(_ node: NodeID, _ handle: borrowing DirectoryHandle) {
        guard let path = tree.path(node), let entry = tree[node], !entry.isMarked else { return }
        tree.setMarked(true, node)
        guard entry.parent == nil else {
            if tree.marked.count == 1 { nextMarkers = now + configuration.markerInterval }
            drop(tree.clear(node))
            return emit(.directoryRemoved(path))
        }
        for child in entry.children.values { drop(tree.remove(child)) }
        watch(node, handle)
        emit(.listed(directory: path, files: [], subdirectories: [], live: true))
    }

    /// Spends a watch on a directory, if there is one to spend; else it is polled.
    private func watch(_ node: NodeID, _ handle: borrowing DirectoryHandle) {
        guard tree[node]?.watch == nil, let path = tree.path(node) else { return }
        let interval = configuration.pollInterval
        guard let inotify else { return poll(node, reason: noInotifyReason) }
        if let kind = remoteFileSystem(handle) {
            return poll(node, reason: WatchSentences.remote(kind, interval: interval))
        }
        let limitReason = WatchSentences.watchLimit(watchLimit, interval: interval)
        guard tree.watchCount < watchLimit else { return poll(node, reason: limitReason) }
        do throws(Inotify.WatchFailure) {
            tree.bind(try inotify.watch(handle, at: path), to: node)
            polled.remove(node)
        } catch .limitReached {
            poll(node, reason: limitReason)
        } catch {
            suspect(node)
        }
    }

    private func remoteFileSystem(_ handle: borrowing DirectoryHandle) -> String? {
        if let known = remoteDevices[handle.key.device] { return known }
        let kind = handle.remoteFileSystem()
        remoteDevices[handle.key.device] = .some(kind)
        return kind
    }
}

/// What a directory holds that is looked at.
struct DirectoryListing: Hashable {
    var files: [ListedFile] = []
    var folders: [FileName] = []
}

extension WatchLoop {
    private func read(_ handle: borrowing DirectoryHandle, _ node: NodeID)
        throws(DirectoryFailure) -> DirectoryListing
    {
        var listing = DirectoryListing()
        var unclear: [FileName] = []
        try handle.forEachEntry { name, type in
            let place = Place(node: node, name: name)
            switch type {
            case .directory where includesFolder(place): listing.folders.append(name)
            case .file where includesFile(place), .unknown: unclear.append(name)
            case .file, .directory, .other: break
            }
            return true
        }
        let wallTime = WatchClock.wallTime()
        for name in unclear {
            let place = Place(node: node, name: name)
            switch handle.status(name) {
            case .file(let status) where includesFile(place):
                listing.files.append(ListedFile(name: name, identity: identity(status, at: place, wallTime)))
            case .directory where includesFolder(place):
                listing.folders.append(name)
            case .failed(let code):
                throw DirectoryFailure.transient(code)
            case .file, .directory, .other, .missing: break
            }
        }
        return listing
    }

    /// A file's identity; `nil` where it has yet to settle.
    private func identity(_ status: FileStatus, at place: Place, _ wallTime: Double) -> FileIdentity? {
        if gate.isWaiting(place) { return nil }
        guard status.isYoung(configuration.settleTime, wallTime: wallTime) else { return status.identity }
        settleLater(place)
        return nil
    }

    /// Tells a listing, and goes on to the directories that it names.
    private func tell(_ listing: DirectoryListing, of node: NodeID, isRecursive: Bool, cause: CrawlTask.Cause) {
        guard let path = tree.path(node), let entry = tree[node] else { return }
        let subdirectories = follow(listing.folders, of: node, isRecursive: isRecursive, cause: cause)
        let digest = polled.contains(node) ? listing.hashValue : nil
        let isNews = cause != .poll || digest == nil || digest != entry.digest
        tree.update(node) { entry in
            entry.isListed = true
            entry.digest = digest
        }
        guard isNews else { return }
        var isLive = true
        if case .crawl = cause { isLive = false }
        emit(.listed(directory: path, files: listing.files, subdirectories: subdirectories, live: isLive))
    }

    /// Brings the tree's children in line with a listing. Returns the names to be told.
    ///
    /// A child that is missed may have been renamed: it is told as there until it was looked for.
    private func follow(
        _ folders: [FileName], of node: NodeID, isRecursive: Bool, cause: CrawlTask.Cause
    ) -> [FileName] {
        var missed = tree[node]?.children ?? [:]
        var names: [FileName] = []
        for name in folders {
            let known = missed.removeValue(forKey: name)
            let place = Place(node: node, name: name)
            // A crawl of marked folders is the marker round's.
            if let known, tree[known]?.isMarked == true { continue }
            let child = known ?? tree.insertChild(place)
            names.append(name)
            if known == nil || isRecursive {
                crawls.push(
                    CrawlTask(node: child, isRecursive: true, cause: known == nil && cause == .poll ? .live : cause))
            }
        }
        for (name, child) in missed {
            if tree[child]?.isMarked == true {
                drop(tree.remove(child))
            } else {
                names.append(name)
                suspect(child)
            }
        }
        return names
    }
}
