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
    var query: String?
    var fragment: String?
    var user: String?
    var password: String?

    /// The parts of an `http` or `https` URL.
    ///
    /// - `base`: where the text is found; it may then be relative to it.
    static func read(_ text: String, seenFrom base: String? = nil) -> Result<URLParts, Fault> {
        guard !text.utf8.contains(0), let url = curl_url() else { return .failure(Fault(reason: "it holds a NUL")) }
        defer { curl_url_cleanup(url) }
        if let base { curl_url_set(url, CURLUPART_URL, base, 0) }
        // Where servers lead to, they sometimes forget to encode.
        let code = curl_url_set(url, CURLUPART_URL, text, base == nil ? 0 : UInt32(CURLU_ALLOW_SPACE))
        guard code == CURLUE_OK, let scheme = part(CURLUPART_SCHEME, of: url), let host = part(CURLUPART_HOST, of: url)
        else {
            return .failure(Fault(reason: "it begins with neither unix: nor http:// nor https://, or names no host"))
        }
        guard scheme == "http" || scheme == "https" else {
            return .failure(Fault(reason: "\(scheme) is neither http nor https"))
        }
        return .success(
            URLParts(
                scheme: scheme, host: host, port: part(CURLUPART_PORT, of: url),
                path: part(CURLUPART_PATH, of: url) ?? "",
                query: part(CURLUPART_QUERY, of: url), fragment: part(CURLUPART_FRAGMENT, of: url),
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
