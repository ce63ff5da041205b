/// Why something could not be done with models. `message` and `remedy` reach the user word for word.
public struct ModelStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// For callers that branch.
    public enum Code: Hashable, Sendable {
        case noSuchModel, inUse, incomplete, damaged, unusable, cannotRead, cannotWrite, noSpace, busy, noNetwork,
            refused
        case badListing, cancelled, noPython, noPip
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, naming the thing.
    public let message: String
    /// What to do, as an order.
    public let remedy: String

    /// Message and remedy.
    public var description: String { "\(message) \(remedy)" }
}
