/// Why a call of the watcher failed. `message` and `remedy` reach the user word for word.
public struct FileWatchingError: Error, Equatable {
    /// For callers that branch.
    public enum Code: Sendable {
        /// The root lies inside another, or holds one.
        case overlappingRoots
        /// The system gave no thread, or no descriptor.
        case outOfResources
    }
    /// The kind of failure.
    public let code: Code
    /// What happened, naming the thing.
    public let message: String
    /// What to do, as an order.
    public let remedy: String
}

extension FileWatchingError: CustomStringConvertible {
    /// Message and remedy, as a person reads them.
    public var description: String { "\(message) \(remedy)" }
}
