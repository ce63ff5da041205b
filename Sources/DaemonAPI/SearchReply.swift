public import MediaTypes

/// The order of hits.
public enum SearchOrder: String, Codable, Hashable, Sendable, CaseIterable {
    /// Best first.
    case relevance
    /// Newest first.
    case date
    /// By path.
    case name
}

/// `GET /v1/search`: a page of hits.
public struct SearchReply: Reply {
    /// The hits, in the order asked for.
    public var hits: [SearchHit]
    /// How many there are in all; `null` where that was not counted.
    @Nullable public var total: Int?
    /// Files not yet described.
    public var pending: Int

    /// A page of these hits.
    public init(hits: [SearchHit], total: Int?, pending: Int) {
        self.hits = hits
        self.total = total
        self.pending = pending
    }
}

/// A file that was found; `find --json` prints exactly this.
public struct SearchHit: Codable, Hashable, Sendable, PathCarrying {
    /// The file, bytes that are no UTF-8 replaced.
    public var path: String
    /// The path's bytes in base64, where it is no UTF-8.
    public var pathBytes: String?
    /// The content's number.
    @Nullable public var asset: Int64?
    /// The file's number.
    public var file: Int64
    /// Photo or video; `null`: not known yet.
    @Nullable public var kind: MediaKind?
    /// Whether it is a picture of a screen.
    public var isScreenshot = false
    /// When it was taken, ISO 8601, with the offset where that is known.
    @Nullable public var takenAt: String?
    /// What is in the picture.
    @Nullable public var caption: String?
    /// The words in the picture.
    @Nullable public var ocr: String?
    /// All tags, the person's own among them.
    public var tags: [String] = []
    /// The fields in which words of the query were found: `name`, `tags`, `caption`, `ocr`, `facts`.
    public var matched: [String] = []
    /// The text around the best match.
    @Nullable public var snippet: String?
    /// Where in `snippet` the matches lie: `[start, end]` in Unicode scalars, end excluded.
    public var marks: [[Int]] = []
    /// How well it fits: higher is better.
    public var score = 0.0
    /// Seconds inside a video.
    @Nullable public var at: Double?

    /// A hit on this file; the caller fills in the rest.
    public init(path: MediaPath, file: Int64, asset: Int64?) {
        let wire = WirePath(path)
        self.path = wire.path
        pathBytes = wire.pathBytes
        self.file = file
        self.asset = asset
    }

    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
        case asset, file, kind
        case isScreenshot = "is_screenshot"
        case takenAt = "taken_at"
        case caption, ocr, tags, matched, snippet, marks, score, at
    }
}

extension SearchHit {
    /// Sets `snippet` and `marks` from a text in which `open` and `close` stand around each match.
    public mutating func setSnippet(markedUp text: String, open: Unicode.Scalar, close: Unicode.Scalar) {
        var plain = String.UnicodeScalarView()
        var count = 0
        var start: Int?
        marks = []
        for scalar in text.unicodeScalars {
            if scalar == open {
                start = count
            } else if scalar == close {
                if let begun = start, begun < count { marks.append([begun, count]) }
                start = nil
            } else {
                plain.append(scalar)
                count += 1
            }
        }
        snippet = String(plain)
    }
}
