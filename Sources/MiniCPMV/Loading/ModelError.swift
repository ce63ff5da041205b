public import Tensors

/// Why a model cannot be loaded or cannot answer. `message` and `remedy` reach the user word for word.
public struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// For callers that branch.
    public enum Code: Sendable {
        /// The folder holds no model that can be used.
        case badModel
        /// The request asks for what the model cannot do.
        case badRequest
        /// The prompt and its answer do not fit the model's context.
        case tooLong
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, naming the thing.
    public let message: String
    /// What to do, as an order.
    public let remedy: String

    /// An error of these parts.
    public init(code: Code, message: String, remedy: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// Broken or missing weights.
    public init(_ error: WeightFileError) {
        self.init(code: .badModel, message: error.message, remedy: error.remedy)
    }

    /// Message and remedy.
    public var description: String { "\(message) \(remedy)" }
}
