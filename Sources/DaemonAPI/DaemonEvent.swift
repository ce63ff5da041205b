public import MediaTypes

/// What `GET /v1/events` sends, as server-sent events: the event's name and one line of JSON.
public enum DaemonEvent: Hashable, Sendable {
    /// `status`: how things stand, at most once a second while something changes.
    case status(StatusReport)
    /// `indexed`: a file is searchable by more than before.
    case indexed(IndexedEvent)

    /// The event's name.
    public var name: String {
        switch self {
        case .status: "status"
        case .indexed: "indexed"
        }
    }

    /// The event's data.
    public func data() throws -> [UInt8] {
        switch self {
        case .status(let report): try WireCoding.encode(report)
        case .indexed(let event): try WireCoding.encode(event)
        }
    }

    /// The event of this name and data; `nil`: a name that a later version added.
    public init?(name: String, data: [UInt8]) throws {
        switch name {
        case "status": self = .status(try WireCoding.decode(StatusReport.self, from: data))
        case "indexed": self = .indexed(try WireCoding.decode(IndexedEvent.self, from: data))
        default: return nil
        }
    }
}

/// A stage of a file is done.
public struct IndexedEvent: Reply, PathCarrying {
    /// The file, bytes that are no UTF-8 replaced.
    public var path: String
    /// The path's bytes in base64, where it is no UTF-8.
    public var pathBytes: String?
    /// The stage that is done.
    public var stage: JobStage
    /// Files not yet described.
    public var pending: Int

    /// An event of these parts.
    public init(path: MediaPath, stage: JobStage, pending: Int) {
        let wire = WirePath(path)
        self.path = wire.path
        pathBytes = wire.pathBytes
        self.stage = stage
        self.pending = pending
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case stage, pending
    }
}
