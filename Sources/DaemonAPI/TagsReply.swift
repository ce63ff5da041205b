public import MediaTypes

/// `GET /v1/tags`: every tag in use.
public struct TagsReply: Reply {
    /// The tags, the most used first.
    public var tags: [TagCount]
    /// Files not yet described.
    public var pending: Int

    /// A reply of these tags.
    public init(tags: [TagCount], pending: Int) {
        self.tags = tags
        self.pending = pending
    }
}

/// How often a tag is used; `tags --json` prints exactly this.
public struct TagCount: Codable, Hashable, Sendable {
    /// The tag.
    public var tag: String
    /// Who gave it: the person's own tags never mix with automatic ones.
    public var source: Description.Source
    /// How many contents have it.
    public var count: Int

    /// A count of these parts.
    public init(tag: String, source: Description.Source, count: Int) {
        self.tag = tag
        self.source = source
        self.count = count
    }
}

/// `POST /v1/tags`: gives and takes the person's own tags.
public struct TagRequest: Codable, Hashable, Sendable, PathCarrying {
    /// The file, bytes that are no UTF-8 replaced.
    public var path: String
    /// The path's bytes in base64, where it is no UTF-8.
    public var pathBytes: String?
    /// Tags to give.
    public var add: [String]
    /// Tags to take.
    public var remove: [String]

    /// A request for this file.
    public init(path: MediaPath, add: [String], remove: [String]) {
        let wire = WirePath(path)
        self.path = wire.path
        pathBytes = wire.pathBytes
        self.add = add
        self.remove = remove
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case add, remove
    }
}

/// The reply to `POST /v1/tags`: the person's tags of that content now.
public struct FileTagsReply: Reply {
    /// The person's own tags, sorted.
    public var tags: [String]
    /// Files not yet described.
    public var pending: Int

    /// A reply of these tags.
    public init(tags: [String], pending: Int) {
        self.tags = tags
        self.pending = pending
    }
}
