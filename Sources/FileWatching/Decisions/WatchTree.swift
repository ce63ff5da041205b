import MediaTypes

/// A directory known to the watcher; never given to another.
struct NodeID: Hashable {
    let rawValue: Int32
}

/// A name in a directory, whatever the directory is called by now.
struct Place: Hashable {
    var node: NodeID
    var name: FileName
}

/// What a directory is on disk.
struct DirectoryKey: Hashable {
    var device: UInt64
    var inode: UInt64
}

/// The watched directories as a forest: (parent, name), so that a rename changes one node however much lies below.
struct WatchTree {
    /// What is known of a directory.
    struct Node {
        fileprivate(set) var parent: NodeID?
        fileprivate(set) var name: FileName
        /// The path, for a root only.
        fileprivate(set) var rootPath: MediaPath?
        fileprivate(set) var children: [FileName: NodeID] = [:]
        /// `nil` until it was opened.
        fileprivate(set) var key: DirectoryKey?
        fileprivate(set) var watch: Int32?
        /// Whether its entries were told.
        var isListed = false
        /// Whether a marker file excludes it.
        fileprivate(set) var isMarked = false
        /// A digest of what was told, for a directory that is polled.
        var digest: Int?
    }

    private var nodes: [NodeID: Node] = [:]
    private var byWatch: [Int32: NodeID] = [:]
    private var byKey: [DirectoryKey: NodeID] = [:]
    private var lastID: Int32 = 0
    /// The directories that a marker excludes.
    private(set) var marked: Set<NodeID> = []

    var count: Int { nodes.count }
    var watchCount: Int { byWatch.count }

    subscript(_ node: NodeID) -> Node? { nodes[node] }

    func node(watchedBy watch: Int32) -> NodeID? { byWatch[watch] }
    func node(with key: DirectoryKey) -> NodeID? { byKey[key] }
    func child(_ place: Place) -> NodeID? { nodes[place.node]?.children[place.name] }

    /// Where a directory is; `nil`: it is no longer known.
    func path(_ node: NodeID) -> MediaPath? {
        guard let entry = nodes[node] else { return nil }
        guard let parent = entry.parent else { return entry.rootPath }
        return path(parent)?.appending(entry.name)
    }

    func path(_ place: Place) -> MediaPath? { path(place.node)?.appending(place.name) }

    /// The place that a directory takes in its parent; `nil` for a root.
    func place(_ node: NodeID) -> Place? {
        guard let entry = nodes[node], let parent = entry.parent else { return nil }
        return Place(node: parent, name: entry.name)
    }

    /// The path of the root that a directory lies below.
    func root(_ node: NodeID) -> MediaPath? {
        var node = node
        while let parent = nodes[node]?.parent { node = parent }
        return nodes[node]?.rootPath
    }

    /// Whether `node` is `ancestor` or lies below it.
    func isInside(_ node: NodeID, _ ancestor: NodeID) -> Bool {
        sequence(first: node) { nodes[$0]?.parent }.contains(ancestor)
    }

    mutating func insertRoot(_ path: MediaPath) -> NodeID {
        insert(Node(parent: nil, name: path.name, rootPath: path))
    }

    mutating func insertChild(_ place: Place) -> NodeID {
        precondition(nodes[place.node] != nil && child(place) == nil, "a directory nowhere, or twice in one place")
        let node = insert(Node(parent: place.node, name: place.name))
        nodes[place.node]?.children[place.name] = node
        return node
    }

    private mutating func insert(_ entry: Node) -> NodeID {
        lastID += 1
        let node = NodeID(rawValue: lastID)
        nodes[node] = entry
        return node
    }

    mutating func update(_ node: NodeID, _ change: (inout Node) -> Void) {
        guard var entry = nodes[node] else { return }
        change(&entry)
        nodes[node] = entry
    }

    mutating func setKey(_ key: DirectoryKey?, _ node: NodeID) {
        if let former = nodes[node]?.key, byKey[former] == node { byKey[former] = nil }
        nodes[node]?.key = key
        if let key { byKey[key] = node }
    }

    mutating func setMarked(_ isMarked: Bool, _ node: NodeID) {
        nodes[node]?.isMarked = isMarked
        if isMarked { marked.insert(node) } else { marked.remove(node) }
    }

    mutating func bind(_ watch: Int32, to node: NodeID) {
        if let former = byWatch[watch] { nodes[former]?.watch = nil }
        nodes[node]?.watch = watch
        byWatch[watch] = node
    }

    /// Forgets a watch that has ended. Returns whose it was.
    mutating func unbind(_ watch: Int32) -> NodeID? {
        guard let node = byWatch.removeValue(forKey: watch) else { return nil }
        nodes[node]?.watch = nil
        return node
    }

    /// Renames a directory; everything below comes along. Traps where the place is taken.
    mutating func move(_ node: NodeID, to place: Place) {
        precondition(nodes[node] != nil && nodes[place.node] != nil, "a directory that is not known cannot move")
        precondition(child(place) == nil && !isInside(place.node, node), "a directory cannot move there")
        if let former = self.place(node) { nodes[former.node]?.children[former.name] = nil }
        nodes[node]?.parent = place.node
        nodes[node]?.name = place.name
        nodes[place.node]?.children[place.name] = node
    }

    /// What was forgotten: the directories, and the watches that are to be ended.
    struct Removal {
        var nodes: Set<NodeID> = []
        var watches: [Int32] = []
    }

    /// Forgets a directory and everything below it.
    mutating func remove(_ node: NodeID) -> Removal {
        if let place = place(node) { nodes[place.node]?.children[place.name] = nil }
        var removal = Removal()
        removeSubtree(node, &removal)
        return removal
    }

    /// Forgets everything below a directory, its watch, and what it is on disk; the directory itself stays.
    mutating func clear(_ node: NodeID) -> Removal {
        var removal = Removal()
        clear(node, &removal)
        return removal
    }

    private mutating func clear(_ node: NodeID, _ removal: inout Removal) {
        guard let entry = nodes[node] else { return }
        setKey(nil, node)
        if let watch = entry.watch {
            _ = unbind(watch)
            removal.watches.append(watch)
        }
        update(node) { entry in
            entry.children = [:]
            entry.isListed = false
            entry.digest = nil
        }
        for child in entry.children.values { removeSubtree(child, &removal) }
    }

    private mutating func removeSubtree(_ node: NodeID, _ removal: inout Removal) {
        clear(node, &removal)
        removal.nodes.insert(node)
        marked.remove(node)
        nodes[node] = nil
    }
}
