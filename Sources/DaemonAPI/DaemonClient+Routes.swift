public import MediaTypes

extension DaemonClient {
    /// How things stand.
    public func status() async throws(DaemonClientError) -> StatusReport {
        try await ask(.get, RequestTarget("status"))
    }

    /// A page of hits.
    public func search(_ question: SearchQuestion) async throws(DaemonClientError) -> SearchReply {
        // Waiting for the queue takes as long as the queue does.
        try await ask(.get, question.target, patience: question.waitsForQueue ? .endless : .usual)
    }

    /// Everything known of a file.
    public func file(_ path: MediaPath) async throws(DaemonClientError) -> FileReport {
        try await ask(.get, RequestTarget("files").adding("path", path.bytes))
    }

    /// The folders that are watched.
    public func roots() async throws(DaemonClientError) -> RootsReply {
        try await ask(.get, RequestTarget("roots"))
    }

    /// Watches this folder from now on.
    public func addRoot(_ path: MediaPath) async throws(DaemonClientError) -> RootsReply {
        try await ask(.post, RequestTarget("roots"), body: AddRootRequest(path: path))
    }

    /// Watches this folder no longer.
    ///
    /// - Parameter forgetting: Whether descriptions of what no other folder holds are deleted as well.
    public func removeRoot(_ path: MediaPath, forgetting: Bool) async throws(DaemonClientError) -> RootsReply {
        let target = RequestTarget("roots").adding("path", path.bytes)
        return try await ask(.delete, forgetting ? target.adding("forget", "1") : target)
    }

    /// What could not be read.
    public func failedJobs() async throws(DaemonClientError) -> FailedJobsReply {
        try await ask(.get, RequestTarget("jobs").adding("state", "failed"))
    }

    /// Tries again what failed: all of it, or these files.
    public func retry(_ paths: [MediaPath]? = nil) async throws(DaemonClientError) -> DoneReply {
        try await ask(.post, RequestTarget("jobs/retry"), body: RetryRequest(paths: paths))
    }

    /// Halts the queue.
    public func pause() async throws(DaemonClientError) -> DoneReply {
        try await ask(.post, RequestTarget("jobs/pause"), body: [String: String]())
    }

    /// Lets the queue go on.
    public func resume() async throws(DaemonClientError) -> DoneReply {
        try await ask(.post, RequestTarget("jobs/resume"), body: [String: String]())
    }

    /// Lets the engine look again.
    public func describe(_ request: DescribeRequest) async throws(DaemonClientError) -> DoneReply {
        try await ask(.post, RequestTarget("jobs/describe"), body: request)
    }

    /// Every tag in use.
    public func tags() async throws(DaemonClientError) -> TagsReply {
        try await ask(.get, RequestTarget("tags"))
    }

    /// Gives and takes the person's own tags of a file.
    public func changeTags(_ request: TagRequest) async throws(DaemonClientError) -> FileTagsReply {
        try await ask(.post, RequestTarget("tags"), body: request)
    }
}
