/// Something that was said of an asset.
public struct Description: Hashable, Sendable {
    /// What is said.
    public enum Field: String, Hashable, Sendable, Codable { case caption, ocr, tag, title }

    /// Who says it. Each source replaces only its own.
    public enum Source: String, Hashable, Sendable, Codable {
        /// Small models and Tesseract.
        case firstLook = "first-look"
        /// The vision-language model.
        case engine
        /// The person.
        case user
    }

    /// What is said.
    public var field: Field
    /// The words.
    public var text: String
    /// 0…1; `nil`: the source gives none.
    public var confidence: Double?
    /// BCP 47 or Tesseract's code, where known.
    public var language: String?
    /// Seconds inside a video.
    public var span: ClosedRange<Double>?

    /// A description of these parts.
    public init(
        field: Field, text: String, confidence: Double? = nil, language: String? = nil,
        span: ClosedRange<Double>? = nil
    ) {
        self.field = field
        self.text = text
        self.confidence = confidence
        self.language = language
        self.span = span
    }
}

/// Where descriptions come from, so that they can be told apart and made again.
public struct Provenance: Hashable, Sendable, Codable {
    /// Who says it.
    public var source: Description.Source
    /// The program, as "tesseract 5.3.0" or the engine's address without credentials.
    public var engine: String?
    /// The model's name.
    public var model: String?
    /// A digest of the weights, where known.
    public var modelDigest: String?
    /// A digest of the prompt.
    public var promptDigest: String?
    /// The settings as one line of JSON.
    public var settings: String?
    /// The sampler's seed.
    public var seed: Int?

    /// A provenance of this source; the rest is filled in where known.
    public init(source: Description.Source) { self.source = source }
}
