public import MediaTypes

/// A file below `Tests/Fixtures/media` and what is known to be true of it.
public struct Fixture: Sendable, CustomStringConvertible {
    /// What a reader should make of the file.
    public enum Condition: String, Sendable {
        /// It decodes wholly.
        case sound
        /// It decodes in part, or a reader may refuse it; `note` says what was done to it.
        case damaged
        /// Nothing in it can be decoded, or nobody should try.
        case hopeless
    }

    /// The path below `Tests/Fixtures/media`, as "photos/harbour.jpg".
    public let name: String
    /// The whole path.
    public let path: MediaPath
    /// How broken it is.
    public let condition: Condition
    /// What the bytes say, as far as the file is sound: everything but `perceptualHash` and `damage`.
    public let facts: MediaFacts
    /// The SHA-256 of the file.
    public let contentHash: ContentHash
    /// The language of `lines` as Tesseract names it, "eng"; `nil` where nothing is written in the picture.
    public let language: String?
    /// The lines of text drawn in the picture, from the top.
    public let lines: [String]
    /// What is shown, or what was broken, in one sentence.
    public let note: String

    /// The file's bytes.
    public func bytes() throws -> [UInt8] { try Fixtures.read(path) }

    /// The name: what a parameterised test is shown as.
    public var description: String { name }
}
