/// What a server grants its clients before it turns them away.
public struct HTTPServerLimits: Sendable {
    /// Bytes of a request's line and headers. Enough for a path of 4,096 percent-encoded bytes.
    public var headByteCount = 32 * 1024
    /// Bytes of a request's body, where its route sets no limit of its own. Larger than any order of ours.
    public var bodyByteCount = 1 << 20
    /// Bytes of all requests' bodies that have come, or are announced, and are not answered yet. As much as all
    /// connections may send where no route sets a limit of its own.
    public var bodiesByteCount = 64 << 20
    /// Connections at one time. A person has a handful; each costs some 20 kB.
    public var connectionCount = 64
    /// From a request's first byte to the end of its headers. Local clients send them in one piece.
    public var headTime = Duration.seconds(10)
    /// Between two pieces of a request's body.
    public var bodyTime = Duration.seconds(30)
    /// Between two requests of a connection that is kept open.
    public var idleTime = Duration.seconds(75)
    /// Until a client has taken one piece of an answer. A client that was stopped with ^Z gives its place back.
    public var writeTime = Duration.seconds(60)
    /// How long requests in hand may go on when the server stops; below systemd's `TimeoutStopSec`.
    public var graceTime = Duration.seconds(5)

    /// The limits as they are documented.
    public init() {}
}
