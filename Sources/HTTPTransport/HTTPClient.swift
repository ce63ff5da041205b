import CCurl
import Dispatch

/// An HTTP/1.1 client for Unix sockets, TCP and TLS: a thread and a connection a request.
///
/// No connection is kept: ours are cheap or rare, and an open one would hold up a server that wants to stop.
/// Redirects are answers like any other and never followed, so that a key goes nowhere but where it was sent.
public struct HTTPClient: Sendable {
    /// A file of PEM certificates to trust in place of the system's; `nil`: the system's.
    public var certificateAuthorities: String?

    /// A client that trusts what the system trusts.
    public init(certificateAuthorities: String? = nil) { self.certificateAuthorities = certificateAuthorities }

    /// curl wants to be set up once, before any thread uses it.
    private static let setUp: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    /// Sends a request and waits for the whole answer, whatever its status.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let stream = try await stream(request)
        return HTTPResponse(head: stream.head, body: try await stream.collect())
    }

    /// Sends a request and returns when its status and headers are there; the body follows.
    public func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let url = try request.checkedURL()
        precondition(Self.setUp == CURLE_OK, "libcurl cannot be set up: code \(Self.setUp.rawValue)")
        let pipe = ResponsePipe()
        let owner = PipeOwner(pipe: pipe)
        let certificateAuthorities = certificateAuthorities
        // A queue of its own has a thread of its own: curl blocks in `poll`, which the cooperative pool must not.
        DispatchQueue(label: "tintype.http").async {
            Transfer(request, url: url, certificateAuthorities: certificateAuthorities, pipe: pipe).run()
        }
        return HTTPStream(head: try await pipe.head(), owner: owner)
    }
}
