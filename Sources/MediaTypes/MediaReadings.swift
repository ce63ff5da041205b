/// A thumbnail as the freedesktop thumbnail standard wants it stored.
public struct Thumbnail: Hashable, Sendable {
    /// The two sizes that are kept; raw value: the folder's name.
    public enum Size: String, Hashable, Sendable, Codable, CaseIterable {
        /// At most 128 × 128 pixels.
        case normal
        /// At most 256 × 256 pixels.
        case large

        /// The longest side in pixels.
        public var longSide: Int { self == .normal ? 128 : 256 }
    }

    /// Which of the sizes.
    public var size: Size
    /// The PNG file, with its Thumb::URI and Thumb::MTime chunks.
    public var png: [UInt8]

    /// A thumbnail of this size.
    public init(size: Size, png: [UInt8]) {
        self.size = size
        self.png = png
    }
}

/// What the stage `facts` reads from one file.
public struct FactsReading: Sendable {
    /// What the bytes say.
    public var facts: MediaFacts
    /// Thumbnails, where the pixels could be decoded.
    public var thumbnails: [Thumbnail]

    /// A reading of these facts.
    public init(facts: MediaFacts, thumbnails: [Thumbnail]) {
        self.facts = facts
        self.thumbnails = thumbnails
    }
}

/// A line of words found in a picture.
public struct RecognisedLine: Hashable, Sendable, Codable {
    /// The words.
    public var text: String
    /// 0…1.
    public var confidence: Double
    /// Seconds inside a video.
    public var time: Double?

    /// A line of these words.
    public init(text: String, confidence: Double, time: Double? = nil) {
        self.text = text
        self.confidence = confidence
        self.time = time
    }
}

/// The words in a picture, in reading order.
public struct RecognisedText: Sendable, Codable {
    /// The lines, from the top.
    public var lines: [RecognisedLine]
    /// The languages that were used, as Tesseract names them: "eng+deu".
    public var languages: String
    /// The reader: "tesseract 5.3.0".
    public var engine: String

    /// Words of these lines.
    public init(lines: [RecognisedLine], languages: String, engine: String) {
        self.lines = lines
        self.languages = languages
        self.engine = engine
    }
}

/// A decoded picture or frame, encoded anew for an engine.
public struct EncodedPicture: Hashable, Sendable {
    /// A baseline JPEG, upright, sRGB.
    public var jpeg: [UInt8]
    /// Width and height.
    public var size: PixelSize
    /// Seconds inside a video; `nil` for a picture.
    public var time: Double?

    /// A picture of these bytes.
    public init(jpeg: [UInt8], size: PixelSize, time: Double? = nil) {
        self.jpeg = jpeg
        self.size = size
        self.time = time
    }
}
