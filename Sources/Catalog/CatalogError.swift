/// Why a `MediaCatalog` call failed. `message` and `remedy` reach the user word for word.
public struct CatalogError: Error {
    /// For callers that branch.
    public enum Code: Sendable, Hashable {
        /// The library's file or folder cannot be made, opened or read.
        case cannotOpen
        /// A newer Tintype has changed the library's form.
        case writtenByNewerVersion
        /// The library's file is damaged, or is something else.
        case corrupt
        /// Another program holds the library.
        case busy
        /// No room is left for the library.
        case diskFull
        /// The query cannot be read; `column` is where, counted from 1.
        case badQuery(column: Int)
        /// The file or asset that was named is not in the library.
        case notFound
        /// The file is known, but its content has not been looked at yet.
        case notReady
        /// SQLite refused for a reason that no one can do anything about.
        case failed
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, naming the thing.
    public let message: String
    /// What to do, as an order; `nil` where there is nothing to do.
    public let remedy: String?
    /// The SQLite error underneath, for the log.
    public let cause: (any Error)?

    init(_ code: Code, _ message: String, remedy: String?, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }
}

extension CatalogError: CustomStringConvertible {
    /// Message and remedy, as a person reads them.
    public var description: String { [message, remedy].compactMap(\.self).joined(separator: " ") }
}
