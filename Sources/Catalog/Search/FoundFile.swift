public import MediaTypes

/// The order of what was found.
public enum SearchOrder: String, Hashable, Sendable, CaseIterable {
    /// Best first; where the query has no words, newest first.
    case relevance
    /// Newest first, by when it was taken.
    case date
    /// By file name.
    case name
}

/// A file that matches a query.
public struct FoundFile: Hashable, Sendable {
    /// Where words of the query were found; `meaning`: other words say the same.
    public enum Field: String, Hashable, Sendable, CaseIterable { case name, tags, caption, ocr, facts, meaning }

    /// The file.
    public var path: MediaPath
    /// The file's number.
    public var fileID: Int64
    /// The content's number; `nil`: it is not hashed yet.
    public var assetID: Int64?
    /// Photo or video; `nil`: not known yet.
    public var kind: MediaKind?
    /// Whether it is a picture of a screen.
    public var isScreenshot = false
    /// When it was taken.
    public var takenAt: CaptureTime?
    /// What is in the picture.
    public var caption: String?
    /// The words in the picture.
    public var ocr: String?
    /// All tags, the person's own first.
    public var tags: [String] = []
    /// The fields in which words of the query were found, the one of `snippet` first.
    public var matched: [Field] = []
    /// The text around the first match.
    public var snippet: Snippet?
    /// How well all its words fit, higher is better; 0 where it has not all of them as words, and for queries without.
    public var score = 0.0
    /// Where in a video the words were found, in seconds.
    public var seconds: Double?
}

/// A piece of text with the matches in it marked.
public struct Snippet: Hashable, Sendable {
    /// The text.
    public var text: String
    /// Where the matches lie, in Unicode scalars.
    public var marks: [Range<Int>]
}

/// One page of what was found.
public struct SearchPage: Sendable {
    /// The files, in the order asked for.
    public var files: [FoundFile]
    /// How many there are in all; where `isTotalExact` is false, at least that many. Files in which a word is only a part
    /// of longer ones count once the page reaches them.
    public var total: Int
    /// Whether `total` was counted to the end.
    public var isTotalExact: Bool

    /// Whether it was looked for more than files with all words as words: by their meaning, too, where a meaning was given.
    public var reachesKindred = false

    /// Whether more follow behind the page that began at `offset`.
    public func hasMore(after offset: Int) -> Bool { offset + files.count < total }
}
