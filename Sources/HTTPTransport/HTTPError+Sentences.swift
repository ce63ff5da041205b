import CCurl

/// The sentences; what they name is an endpoint's description, which has no credentials in it.
extension HTTPError {
    static func badAddress(_ text: String, because reason: String) -> HTTPError {
        HTTPError(
            code: .badURL, message: "“\(text)” is no address: \(reason).",
            remedy: "Write unix:/path/to/socket, http://host:port or https://host.")
    }

    static func badRequest(_ what: String) -> HTTPError {
        HTTPError(code: .badURL, message: "The request cannot be sent: \(what).")
    }

    static let cancelled = HTTPError(code: .cancelled, message: "The request was cancelled.")

    static func tooLarge(_ endpoint: Endpoint, limit: Int) -> HTTPError {
        HTTPError(
            code: .tooLarge, message: "The answer of \(endpoint) is larger than the \(limit) bytes allowed.",
            remedy: "Check that the address is the right one.")
    }

    static func headTooLarge(_ endpoint: Endpoint, limit: Int) -> HTTPError {
        HTTPError(
            code: .protocolError, message: "The headers that \(endpoint) sent are larger than \(limit) bytes.",
            remedy: "Check that the address is the right one.")
    }

    static func lineTooLong(limit: Int) -> HTTPError {
        HTTPError(code: .tooLarge, message: "A line of the answer is longer than the \(limit) bytes allowed.")
    }

    static func noProgress(_ endpoint: Endpoint, within limit: Duration) -> HTTPError {
        HTTPError(
            code: .timedOut, message: "\(endpoint) sent nothing for \(limit.formattedSeconds).",
            remedy: "Check that it is not stuck, or allow it more time.")
    }

    /// What libcurl's code means for a person.
    static func curl(_ code: CURLcode, _ request: HTTPRequest) -> HTTPError {
        let endpoint = request.endpoint
        let detail = curl_easy_strerror(code).map { String(cString: $0) } ?? "code \(code.rawValue)"
        switch code {
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
            return HTTPError(
                code: .cannotConnect, message: "Nobody answers at \(endpoint) (\(detail)).",
                remedy: "Check that the server runs and that the address is right.")
        // Every other time-out is ours: curl's own covers only the connection.
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPError(
                code: .cannotConnect,
                message: "\(endpoint) took no connection within \(request.connectionTimeout.formattedSeconds).",
                remedy: "Check that the server runs and can be reached.")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return HTTPError(
                code: .tls, message: "No secure connection to \(endpoint) could be made (\(detail)).",
                remedy: "Check that it speaks TLS, and that this machine trusts its certificate.")
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
            return HTTPError(
                code: .connectionLost, message: "\(endpoint) broke off before its answer was whole (\(detail)).",
                remedy: "Check its log; it may have crashed.")
        case CURLE_URL_MALFORMAT:
            return .badAddress("\(endpoint)", because: detail)
        default:
            return HTTPError(
                code: .protocolError, message: "What \(endpoint) sent is not HTTP as we know it (\(detail)).",
                remedy: "Check that the address and port are those of an HTTP server.")
        }
    }
}

extension Duration {
    /// Milliseconds, rounded up; saturates at what a C `int` holds.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// As "2 s" or "0.25 s".
    var formattedSeconds: String {
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return "\(whole) s" }
        var digits = String(String(1000 + rest).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits) s"
    }
}
