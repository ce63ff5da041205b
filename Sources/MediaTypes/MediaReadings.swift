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
    /// A digest of the models that read; `nil`: Tesseract did.
    public var modelDigest: String?

    /// Words of these lines.
    public init(lines: [RecognisedLine], languages: String, engine: String) {
        self.lines = lines
        self.languages = languages
        self.engine = engine
    }
}

/// A word for what a picture shows, as a small model sees it.
public struct RecognisedTag: Hashable, Sendable, Codable {
    /// The word.
    public var text: String
    /// 0…1.
    public var confidence: Double

    /// A tag of this word.
    public init(text: String, confidence: Double) {
        self.text = text
        self.confidence = confidence
    }
}

/// What the stage `words` finds in one file: the words in it, and first tags.
public struct FirstLookReading: Sendable, Codable {
    /// The words.
    public var text: RecognisedText
    /// The tags; empty where no model looked for them.
    public var tags: [RecognisedTag]
    /// A digest of the models that gave the tags.
    public var modelDigest: String?

    /// A reading of these.
    public init(text: RecognisedText, tags: [RecognisedTag] = [], modelDigest: String? = nil) {
        self.text = text
        self.tags = tags
        self.modelDigest = modelDigest
    }
}

/// A decoded picture or frame, written anew for an engine.
public struct EncodedPicture: Hashable, Sendable {
    /// How pixels are written.
    public enum Format: String, Hashable, Sendable, Codable {
        /// A baseline JPEG: small, for engines on other machines.
        case jpeg = "image/jpeg"
        /// A binary PPM: the pixels themselves, for an engine that decodes nothing.
        case pixmap = "image/x-portable-pixmap"
    }

    /// How the pixels are written.
    public var format: Format
    /// The picture, upright, sRGB.
    public var bytes: [UInt8]
    /// Width and height.
    public var size: PixelSize
    /// Seconds inside a video; `nil` for a picture.
    public var time: Double?
    /// Where in its video a frame is; `nil` for a picture, and where the video says nothing of it.
    public var place: FramePlace?

    /// A picture of these bytes.
    public init(
        format: Format = .jpeg, bytes: [UInt8], size: PixelSize, time: Double? = nil, place: FramePlace? = nil
    ) {
        self.format = format
        self.bytes = bytes
        self.size = size
        self.time = time
        self.place = place
    }
}

/// Where in a video a frame is.
public struct FramePlace: Hashable, Sendable, Codable {
    /// The frame's number, from 0.
    public var index: Int
    /// Frames a second, on average.
    public var framesPerSecond: Double
    /// Seconds that the video plays.
    public var duration: Double
    /// How many frames it has.
    public var frameCount: Int

    /// A place of these.
    public init(index: Int, framesPerSecond: Double, duration: Double, frameCount: Int) {
        self.index = index
        self.framesPerSecond = framesPerSecond
        self.duration = duration
        self.frameCount = frameCount
    }
}

/// How an engine wants its pictures.
public struct PictureOrder: Hashable, Sendable, Codable {
    /// Which frames of a video.
    public enum Frames: Hashable, Sendable, Codable {
        /// At most so many, spread evenly.
        case evenly(Int)
        /// One for each second and `stack` − 1 between them, for at most `most` seconds; longer videos are spread over.
        /// What MiniCPM-V's own processor takes.
        case eachSecond(most: Int, stack: Int)
    }

    /// How pixels are written.
    public var format: EncodedPicture.Format
    /// The longest side of a picture in pixels; smaller ones stay as they are.
    public var longSide: Int
    /// The longest side of a video's frame in pixels.
    public var frameLongSide: Int
    /// Which frames of a video.
    public var frames: Frames

    /// An order of these.
    public init(format: EncodedPicture.Format, longSide: Int, frameLongSide: Int, frames: Frames) {
        self.format = format
        self.longSide = longSide
        self.frameLongSide = frameLongSide
        self.frames = frames
    }
}
