import MediaTypes

/// Looks at one name, and what follows from it.
extension WatchLoop {
    /// Opens a directory and proves that it is the one we mean.
    ///
    /// A rename that we have not read yet can put another directory, or none, under a path: that is `gone`.
    func open(_ node: NodeID) throws(DirectoryFailure) -> DirectoryHandle {
        guard let path = tree.path(node), let entry = tree[node] else { throw .gone }
        let handle = try DirectoryHandle(path, isRoot: entry.parent == nil)
        guard entry.key == nil || entry.key == handle.key else { throw .gone }
        return handle
    }

    /// What a place holds; a directory that cannot be opened holds nothing that we could tell.
    func status(_ place: Place) -> EntryStatus {
        do throws(DirectoryFailure) {
            return try open(place.node).status(place.name)
        } catch {
            return .failed(0)
        }
    }

    /// Looks at a name, and tells what is there or no longer there.
    func look(at place: Place) {
        guard tree[place.node] != nil else { return }
        do throws(DirectoryFailure) {
            let handle = try open(place.node)
            judge(place, handle.status(place.name))
        } catch {
            putOff(place.node, error)
        }
    }

    /// The directory could not be asked: it is listed again later, if it is still ours then.
    func putOff(_ node: NodeID, _ failure: DirectoryFailure) {
        if case .unreadable = failure { return }
        relists.schedule(node, at: now + configuration.renameHold)
        if failure == .gone { suspect(node) }
    }

    /// A directory is not where we have it. Unless a rename explains it until then, a look at its place decides.
    func suspect(_ node: NodeID) {
        guard let place = tree.place(node) else {
            nextPresence = now
            return
        }
        if !suspects.contains(place) { suspects.schedule(place, at: now + configuration.renameHold) }
    }

    private func judge(_ place: Place, _ status: EntryStatus) {
        let child = tree.child(place)
        switch status {
        case .directory(let key):
            tellFileRemoved(place)
            judgeDirectory(place, key, child)
        case .file:
            if let child { removeDirectory(child) }
            if includesFile(place) { settleLater(place) }
        case .missing, .other:
            if let child { removeDirectory(child) }
            tellFileRemoved(place)
        case .failed:
            relists.schedule(place.node, at: now + configuration.renameHold)
        }
        if ExclusionRules.isMarker(place.name) {
            crawls.push(CrawlTask(node: place.node, isRecursive: true, cause: .live))
        }
    }

    private func judgeDirectory(_ place: Place, _ key: DirectoryKey, _ child: NodeID?) {
        guard includesFolder(place) else {
            if let child { removeDirectory(child) }
            return
        }
        guard let child else {
            return crawls.push(CrawlTask(node: tree.insertChild(place), isRecursive: true, cause: .live))
        }
        guard let entry = tree[child], !entry.isMarked else { return }
        switch entry.key {
        case nil: if unreadable.contains(child) { relists.schedule(child, at: now) }
        case key: if !entry.isListed { relists.schedule(child, at: now) }
        case .some(let former) where former.device != key.device:
            // Something was mounted or unmounted here: the listing decides.
            crawls.push(CrawlTask(node: child, isRecursive: true, cause: .live))
        case .some:
            removeDirectory(child)
            crawls.push(CrawlTask(node: tree.insertChild(place), isRecursive: true, cause: .live))
        }
    }

    /// Tells that there is no file of this name, whether there was one or not.
    private func tellFileRemoved(_ place: Place) {
        gate.forget(place)
        if includesFile(place), let path = tree.path(place) { emit(.fileRemoved(path)) }
    }

    /// Forgets a directory and tells that it is gone.
    func removeDirectory(_ node: NodeID) {
        guard let path = tree.path(node), let entry = tree[node] else { return }
        drop(tree.remove(node))
        if !entry.isMarked { emit(.directoryRemoved(path)) }
    }

    func includesFile(_ place: Place) -> Bool {
        tree[place.node]?.isMarked == false
            && rules.includesFile(place.name, in: tree.path(place.node), root: tree.root(place.node))
    }

    func includesFolder(_ place: Place) -> Bool {
        tree[place.node]?.isMarked == false
            && rules.includesFolder(place.name, in: tree.path(place.node), root: tree.root(place.node))
    }

    /// Lets a file settle. Where too many do, their directories are listed again later instead.
    func settleLater(_ place: Place) {
        if gate.count < configuration.settlingCapacity || gate.isWaiting(place) {
            gate.touch(place, now: now)
        } else if !relists.contains(place.node) {
            relists.schedule(place.node, at: now + configuration.settleTime)
        }
    }

    /// Looks at files that have had their quiet time.
    func settleDue(_ now: Duration) {
        let atOnce = 256
        for _ in 0..<atOnce {
            guard let place = gate.popDue(now) else { return }
            settle(place, now)
        }
    }

    private func settle(_ place: Place, _ now: Duration) {
        guard tree[place.node] != nil, includesFile(place) else { return gate.forget(place) }
        do throws(DirectoryFailure) {
            let handle = try open(place.node)
            let status = handle.status(place.name)
            guard case .file(let file) = status else { return judge(place, status) }
            let passes = gate.observe(place, file, now: now, wallTime: WatchClock.wallTime())
            if passes, let path = tree.path(place) { emit(.settled(path, file.identity)) }
        } catch {
            gate.forget(place)
            putOff(place.node, error)
        }
    }
}
