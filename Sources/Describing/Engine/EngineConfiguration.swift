import HTTPTransport
public import MediaTypes

/// Which engine describes, and what it is asked for. Every default is here.
public struct EngineConfiguration: Sendable {
    /// Where the engine listens.
    let endpoint: Endpoint
    /// The model's name; `nil`: the first that the engine lists, asked for once.
    public var model: String?
    /// The key, where the engine wants one.
    public var key: EngineKey?
    /// How long the engine may be silent. Two minutes: a large model on a CPU reads a picture's tokens for one before
    /// its first word; after that each word is progress.
    public var timeoutWithoutProgress: Duration = .seconds(120)
    /// How many descriptions the caller may ask for at a time. One: a local engine shares two cores with the person;
    /// raise it for a server that batches.
    public var concurrency = 1
    /// The longest answer, in tokens. A caption and tags take 150; the rest is room for a screen full of words.
    public var maxTokens = 1536
    /// What is known of the engine on this machine; `nil`: it is somebody else's.
    public var local: LocalModel?
    /// The long side of the pictures sent, in pixels. 1344 is three tiles of 448, the most that MiniCPM-V looks at along
    /// a square's side; other models shrink to about as much, and print stays readable.
    public var longSide = 1344
    /// How many frames of a video are sent. Eight tell a clip's course, and fit into a context of 4,096 tokens at 64
    /// a frame or so and into 8,192 at the 256 to 500 of most models.
    public var videoFrames = 8

    /// The settings for the engine at `unix:/path`, `http://host:port` or `https://host`, with or without `/v1`; all
    /// else as by default.
    public init(url: String) throws(EngineProblem) {
        do { endpoint = try Endpoint(url) } catch { throw .badAddress(error) }
    }

    /// The engine's address without credentials.
    public var address: String { local == nil ? "\(endpoint)" : "tintype-engine" }

    /// How the engine wants the pictures of a medium that is to be described.
    public func order(for facts: MediaFacts) -> PictureOrder { order(frames: .evenly(videoFrames)) }

    /// How the engine wants pictures, and frames of videos chosen this way. Our own engine takes pixels only, chooses
    /// frames by its model's rule, and scales by itself: it gets half as much again as it looks at, which leaves its
    /// own scaling next to nothing to lose.
    public func order(frames: PictureOrder.Frames) -> PictureOrder {
        guard local != nil else {
            return PictureOrder(format: .jpeg, longSide: longSide, frameLongSide: longSide, frames: frames)
        }
        var chosen = frames
        if case .evenly(let count) = frames { chosen = .eachSecond(most: count, stack: 1) }
        return PictureOrder(format: .pixmap, longSide: 2016, frameLongSide: 640, frames: chosen)
    }
}

/// The model that our own engine has loaded.
public struct LocalModel: Hashable, Sendable {
    /// A digest of its weights.
    public var digest: String

    /// A model of this digest.
    public init(digest: String) { self.digest = digest }
}

/// An engine's key: printed as dots, wherever it is printed.
public struct EngineKey: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    let value: String

    /// The key of this text.
    public init(_ value: String) { self.value = value }

    /// Dots.
    public var description: String { "•••" }

    /// Nothing, so that no dump shows the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
