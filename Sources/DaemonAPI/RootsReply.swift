public import MediaTypes

/// `GET /v1/roots`, and the reply to `POST` and `DELETE`: what is watched now.
public struct RootsReply: Reply {
    /// The folders.
    public var roots: [RootReport]
    /// Files not yet described.
    public var pending: Int

    /// A reply of these folders.
    public init(roots: [RootReport], pending: Int) {
        self.roots = roots
        self.pending = pending
    }
}

/// A folder that is watched; `roots --json` prints exactly this.
public struct RootReport: Codable, Hashable, Sendable, PathCarrying {
    /// How a folder is followed.
    public enum State: String, Codable, Hashable, Sendable {
        /// The kernel tells of every change.
        case watched
        /// It is looked through now and then: the kernel's watches do not reach.
        case polled
        /// It is not there: a drive that is not mounted.
        case offline
    }

    /// The folder, bytes that are no UTF-8 replaced.
    public var path: String
    /// The path's bytes in base64, where it is no UTF-8.
    public var pathBytes: String?
    /// How it is followed.
    public var state: State
    /// The files below it that are known.
    public var files: Int

    /// A folder of these parts.
    public init(path: MediaPath, state: State, files: Int) {
        let wire = WirePath(path)
        self.path = wire.path
        pathBytes = wire.pathBytes
        self.state = state
        self.files = files
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case state, files
    }
}

/// `POST /v1/roots`: watch this folder.
public struct AddRootRequest: Codable, Hashable, Sendable, PathCarrying {
    /// The folder, absolute.
    public var path: String
    /// The path's bytes in base64, where it is no UTF-8.
    public var pathBytes: String?

    /// A request for this folder.
    public init(path: MediaPath) {
        let wire = WirePath(path)
        self.path = wire.path
        pathBytes = wire.pathBytes
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
    }
}
