import HTTPTransport
import MediaTypes

/// Why a question to the daemon got no answer. `problem` reaches the user word for word.
public struct DaemonClientError: Error, Hashable, Sendable {
    /// The kinds of failure, for callers that branch.
    public enum Kind: Hashable, Sendable {
        /// Nobody answers, or the connection broke.
        case unreachable
        /// The daemon refused, with this HTTP status.
        case refused(status: Int)
        /// What came is not what this version understands.
        case brokenReply
    }

    /// The kind of failure.
    public let kind: Kind
    /// What happened and what to do.
    public let problem: Problem

    static func unreachable(_ socket: MediaPath, because reason: String) -> DaemonClientError {
        DaemonClientError(
            kind: .unreachable,
            problem: Problem(
                code: "daemon-unreachable", message: "The daemon on \(socket.text) does not answer: \(reason)",
                remedy: "Run `tintype doctor`; the daemon's log says more."))
    }

    static func brokenReply(_ route: String, because reason: String) -> DaemonClientError {
        DaemonClientError(
            kind: .brokenReply,
            problem: Problem(
                code: "broken-reply", message: "The daemon's answer to \(route) cannot be read: \(reason)",
                remedy: "Daemon and command line may be of different versions: restart the daemon."))
    }

    static func transport(_ error: HTTPError, _ socket: MediaPath) -> DaemonClientError {
        switch error.code {
        case .tooLarge, .protocolError, .badURL: .brokenReply(socket.text, because: error.message)
        case .cannotConnect, .connectionLost, .timedOut, .tls, .cancelled: .unreachable(socket, because: error.message)
        }
    }

    /// The daemon's own words, where its body has them.
    static func refused(_ status: Int, body: [UInt8], _ route: String) -> DaemonClientError {
        let said = try? WireCoding.decode(ErrorReply.self, from: body).error
        return DaemonClientError(
            kind: .refused(status: status),
            problem: said
                ?? Problem(code: "refused", message: "The daemon refused \(route) with status \(status).", remedy: nil))
    }
}
