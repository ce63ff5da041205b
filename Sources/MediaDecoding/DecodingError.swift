/// Why a file could not be decoded at all. The message reaches the user word for word.
public struct DecodingError: Error, Hashable, Sendable {
    /// For callers that branch; the raw value is the failed job's code.
    public enum Code: String, Hashable, Sendable {
        /// The bytes are not what their format promises.
        case damaged
        /// A format, or a part of one, that no decoder here reads.
        case unsupported
        /// More pixels or bytes than we take memory for.
        case tooLarge = "too-large"
        /// The descriptor could not be read.
        case unreadable
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong with the file, as one sentence.
    public let message: String

    /// An error of this kind and sentence.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}
