import CCurl

/// A URL taken apart by libcurl, so that what we check is what it will use.
struct URLParts {
    struct Fault: Error {
        var reason: String
    }

    var scheme: String
    /// In brackets where it is an IPv6 address.
    var host: String
    var port: String?
    var path: String
    var user: String?
    var password: String?

    /// The parts of an `http` or `https` URL without a query or fragment.
    static func read(_ text: String) -> Result<URLParts, Fault> {
        guard !text.utf8.contains(0), let url = curl_url() else { return .failure(Fault(reason: "it holds a NUL")) }
        defer { curl_url_cleanup(url) }
        let code = curl_url_set(url, CURLUPART_URL, text, 0)
        guard code == CURLUE_OK, let scheme = part(CURLUPART_SCHEME, of: url), let host = part(CURLUPART_HOST, of: url)
        else {
            return .failure(Fault(reason: "it begins with neither unix: nor http:// nor https://, or names no host"))
        }
        guard scheme == "http" || scheme == "https" else {
            return .failure(Fault(reason: "\(scheme) is neither http nor https"))
        }
        guard part(CURLUPART_QUERY, of: url) == nil, part(CURLUPART_FRAGMENT, of: url) == nil else {
            return .failure(Fault(reason: "a server's address has no query and no fragment"))
        }
        return .success(
            URLParts(
                scheme: scheme, host: host, port: part(CURLUPART_PORT, of: url),
                path: part(CURLUPART_PATH, of: url) ?? "",
                user: part(CURLUPART_USER, of: url, decoded: true),
                password: part(CURLUPART_PASSWORD, of: url, decoded: true)))
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer, decoded: Bool = false) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, decoded ? UInt32(CURLU_URLDECODE) : 0) == CURLUE_OK, let text
        else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
