import MediaTypes

/// Roots: added, gone, back, looked at without a watch.
extension WatchLoop {
    func obey(_ command: WatchCommand) {
        switch command {
        case .add(let root, let knownDevice):
            roots[root] = Root(knownDevice: knownDevice)
            checkPresence(of: root)
        case .remove(let root):
            detach(root)
            roots[root] = nil
        case .rescan(let root):
            checkPresence(of: root)
            requestCrawl(root)
        }
    }

    func requestCrawl(_ root: MediaPath) {
        if let node = roots[root]?.node { crawls.request(root, node: node) }
    }

    /// Ends a crawl's task, and the crawl with its last.
    func finish(_ task: CrawlTask) {
        guard let (root, again) = crawls.finish(task), roots[root]?.node != nil else { return }
        emit(.crawlFinished(root: root))
        if again { requestCrawl(root) }
        reassess()
    }

    func checkPresence(_ now: Duration) {
        nextPresence = now + configuration.presenceInterval
        for root in roots.keys { checkPresence(of: root) }
        for node in unmounted { crawls.push(CrawlTask(node: node, isRecursive: true, cause: .live)) }
    }

    /// Looks whether a root is where it was, and follows what is found.
    func checkPresence(of path: MediaPath) {
        guard let root = roots[path] else { return }
        var found: DirectoryKey?
        var reason = WatchSentences.missing
        var isEmpty = false
        do throws(DirectoryFailure) {
            let handle = try DirectoryHandle(path, isRoot: true)
            found = handle.key
            isEmpty = handle.isEmpty()
        } catch .unreadable(let code) {
            reason = WatchSentences.unreadable(code)
        } catch .transient {
            return  // says nothing about the root
        } catch {}
        let attached = root.node.flatMap { tree[$0]?.key }
        let verdict = RootPresence.judge(
            found: found, reason: reason, isEmpty: isEmpty, attached: attached, knownDevice: root.knownDevice)
        switch verdict {
        case .unchanged: break
        case .offline(let reason): takeOffline(path, reason: reason)
        case .attach: attach(path, found)
        }
    }

    private func attach(_ path: MediaPath, _ key: DirectoryKey?) {
        guard let key else { return }
        if let other = tree.node(with: key), tree.root(other) != path, let otherPath = tree.path(other),
            leads(otherPath, to: key)
        {
            return takeOffline(path, reason: WatchSentences.sameFolder(otherPath))
        }
        detach(path)
        let node = tree.insertRoot(path)
        roots[path]?.node = node
        roots[path]?.knownDevice = key.device
        setState(.watched, of: path)
        requestCrawl(path)
    }

    func takeOffline(_ path: MediaPath, reason: String) {
        detach(path)
        setState(.offline(reason: reason), of: path)
    }

    /// Forgets the directories of a root without telling that they are gone.
    private func detach(_ path: MediaPath) {
        guard let node = roots[path]?.node else { return }
        roots[path]?.node = nil
        drop(tree.remove(node))
        crawls.abandon(path)
    }

    func setState(_ state: RootState, of path: MediaPath) {
        guard roots[path] != nil, roots[path]?.state != state else { return }
        roots[path]?.state = state
        // Who hears of it may ask for more at once, and is not to be told what was before.
        showHealth()
        emit(.rootState(path, state))
    }

    /// Notes that a directory has no watch, and why.
    func poll(_ node: NodeID, reason: String) {
        if polled.isEmpty { nextPoll = now + configuration.pollInterval }
        polled.insert(node)
        guard let path = tree.root(node), roots[path]?.state == .watched else { return }
        setState(.polled(reason: reason), of: path)
    }

    /// Calls roots watched again that have no directory without a watch any more.
    private func reassess() {
        let stillPolled = Set(polled.compactMap { tree.root($0) })
        for (path, root) in roots where !stillPolled.contains(path) {
            if case .polled = root.state { setState(.watched, of: path) }
        }
    }

    func pollDirectories(_ now: Duration) {
        nextPoll = now + configuration.pollInterval
        // A round begins when the one before is through.
        guard crawls.count == 0 else { return }
        reassess()
        for node in polled { crawls.push(CrawlTask(node: node, isRecursive: false, cause: .poll)) }
    }

    /// Looks whether folders that a marker excludes still have one: they have no watch that would tell.
    func checkMarkers(_ now: Duration) {
        nextMarkers = now + configuration.markerInterval
        for node in tree.marked where tree[node]?.parent != nil {
            crawls.push(CrawlTask(node: node, isRecursive: true, cause: .live))
        }
    }

    /// Ends the watches of directories that the tree has forgotten, and forgets what else was kept of them.
    func drop(_ removal: WatchTree.Removal) {
        for watch in removal.watches { inotify?.endWatch(watch) }
        polled.subtract(removal.nodes)
        unreadable.subtract(removal.nodes)
        unmounted.subtract(removal.nodes)
    }
}
