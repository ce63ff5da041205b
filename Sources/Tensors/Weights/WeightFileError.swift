/// Why a file of weights cannot be used. `message` and `remedy` reach the user word for word.
public struct WeightFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// For callers that branch.
    public enum Code: Sendable { case cannotOpen, malformed, unsupported, missingTensor, wrongShape }
    /// The kind of failure.
    public let code: Code
    /// What happened, naming the file.
    public let message: String
    /// What to do, as an order.
    public let remedy: String

    /// Message and remedy.
    public var description: String { "\(message) \(remedy)" }
}
