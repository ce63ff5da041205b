/// Why a socket could not be opened. `message` and `remedy` reach the user word for word.
public struct HTTPServingError: Error, Sendable {
    /// For callers that branch.
    public enum Code: Sendable {
        /// Another process answers on the socket.
        case alreadyRunning
        /// The path does not fit into a socket's address.
        case pathTooLong
        /// The directory belongs to somebody else, or others may write to it.
        case unsafeDirectory
        /// The system refused.
        case cannotListen
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, naming the socket.
    public let message: String
    /// What to do, as an order.
    public let remedy: String
    /// The errno underneath, for the log; 0 where there is none.
    public let errno: Int32
}

extension HTTPServingError: CustomStringConvertible {
    /// Message and remedy, as a person reads them.
    public var description: String { "\(message) \(remedy)" }
}
