import MediaTypes

/// A directory that is to be listed.
struct CrawlTask: Equatable {
    /// Why it is listed.
    enum Cause: Equatable {
        /// A crawl of this root, which tells when it is through; no two crawls have one number.
        case crawl(root: MediaPath, number: Int)
        /// Something happened here while we watched.
        case live
        /// It has no watch, and its turn has come.
        case poll
    }

    var node: NodeID
    /// Whether directories that were listed before are listed again below it.
    var isRecursive: Bool
    var cause: Cause
}

/// The directories that are to be listed, the last added first, so that a crawl goes into the depth and holds few.
/// Requests for a crawl that has not begun are one.
struct CrawlQueue {
    private struct Crawl {
        let number: Int
        /// The crawl's tasks that are not finished.
        var open = 0
        var hasBegun = false
        /// Whether the root is to be crawled again afterwards.
        var again = false
    }

    private var tasks: [CrawlTask] = []
    private var crawls: [MediaPath: Crawl] = [:]
    private var lastNumber = 0

    var count: Int { tasks.count }

    /// Asks for a crawl of a root, whose directory is `node`.
    mutating func request(_ root: MediaPath, node: NodeID) {
        if crawls[root] == nil {
            lastNumber += 1
            crawls[root] = Crawl(number: lastNumber)
            push(CrawlTask(node: node, isRecursive: true, cause: .crawl(root: root, number: lastNumber)))
        } else if crawls[root]?.hasBegun == true {
            crawls[root]?.again = true
        }
    }

    mutating func push(_ task: CrawlTask) {
        if let root = currentRoot(task) { crawls[root]?.open += 1 }
        tasks.append(task)
    }

    mutating func pop() -> CrawlTask? {
        guard let task = tasks.popLast() else { return nil }
        if let root = currentRoot(task) { crawls[root]?.hasBegun = true }
        return task
    }

    /// Ends a task that was taken. Returns the root whose crawl is through with it, and whether another was asked for.
    mutating func finish(_ task: CrawlTask) -> (root: MediaPath, again: Bool)? {
        guard let root = currentRoot(task), var crawl = crawls[root] else { return nil }
        crawl.open -= 1
        crawls[root] = crawl.open == 0 ? nil : crawl
        return crawl.open == 0 ? (root, crawl.again) : nil
    }

    /// Gives up a root's crawl, since its directory is no longer there.
    mutating func abandon(_ root: MediaPath) {
        tasks = tasks.filter { currentRoot($0) != root }
        crawls[root] = nil
    }

    /// The root whose crawl a task belongs to; `nil`: it belongs to none, or to one that was given up.
    private func currentRoot(_ task: CrawlTask) -> MediaPath? {
        guard case .crawl(let root, let number) = task.cause, crawls[root]?.number == number else { return nil }
        return root
    }
}
