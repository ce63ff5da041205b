import CCurl
import CCurlShim

extension Transfer {
    /// Sets every option and calls `body` while what they point to is alive.
    func withConfigured(_ easy: UnsafeMutableRawPointer, _ body: () throws(HTTPError) -> Void) throws(HTTPError) {
        var headers: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(headers) }
        for line in headerLines { headers = curl_slist_append(headers, line) ?? headers }
        // Kept apart from the array: curl reads it long after this call, which an array's pointer does not promise.
        let sent = UnsafeMutableRawBufferPointer.allocate(byteCount: request.body?.count ?? 0, alignment: 1)
        defer { sent.deallocate() }
        sent.copyBytes(from: request.body ?? [])

        var options = EasyOptions(easy: easy)
        options.set(CURLOPT_URL, url)
        setSafety(&options)
        setReach(&options)
        setMethod(&options, body: sent)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectionTimeout.milliseconds))
        options.check(shim_curl_set_list(easy, CURLOPT_HTTPHEADER, headers))
        setReceivers(&options)
        guard options.code == CURLE_OK else { throw .curl(options.code, request) }
        try body()
    }

    private var headerLines: [String] {
        // curl would wait a second for a "100 Continue" before a body over 1 MiB.
        ["Expect:"] + request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    }

    private func setSafety(_ options: inout EasyOptions) {
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_FORBID_REUSE, 1)
        options.set(CURLOPT_PATH_AS_IS, 1)
        if let certificateAuthorities { options.set(CURLOPT_CAINFO, certificateAuthorities) }
    }

    private func setReach(_ options: inout EasyOptions) {
        if case .unix(let socketPath) = request.endpoint.reach { options.set(CURLOPT_UNIX_SOCKET_PATH, socketPath) }
        // An empty proxy switches off those of the environment.
        if request.endpoint.isLocal { options.set(CURLOPT_PROXY, "") }
        if let credentials = request.endpoint.credentials { options.set(CURLOPT_USERPWD, credentials) }
    }

    private func setMethod(_ options: inout EasyOptions, body: UnsafeMutableRawBufferPointer) {
        if request.method == "HEAD" { options.set(CURLOPT_NOBODY, 1) }
        if request.body != nil {
            options.set(CURLOPT_POST, 1)
            options.check(shim_curl_set_size(options.easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
            options.check(shim_curl_set_pointer(options.easy, CURLOPT_POSTFIELDS, body.baseAddress))
        }
        if request.method != "HEAD" { options.set(CURLOPT_CUSTOMREQUEST, request.method) }
    }

    private func setReceivers(_ options: inout EasyOptions) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.check(
            shim_curl_set_receiver(options.easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                Transfer.called(bytes, size * count, context) { $0.receive(headerLine: $1) }
            })
        options.check(
            shim_curl_set_receiver(options.easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                Transfer.called(bytes, size * count, context) { $0.receive(body: $1) }
            })
        options.check(shim_curl_set_pointer(options.easy, CURLOPT_HEADERDATA, context))
        options.check(shim_curl_set_pointer(options.easy, CURLOPT_WRITEDATA, context))
    }

    private static func called(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ receive: (Transfer, UnsafeRawBufferPointer) -> Int
    ) -> Int {
        guard let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return receive(transfer, UnsafeRawBufferPointer(start: bytes, count: count))
    }
}

/// Sets options and remembers the first that was refused.
private struct EasyOptions {
    let easy: UnsafeMutableRawPointer
    private(set) var code = CURLE_OK

    init(easy: UnsafeMutableRawPointer) { self.easy = easy }

    mutating func check(_ result: CURLcode) { if code == CURLE_OK { code = result } }

    mutating func set(_ option: CURLoption, _ value: Int) { check(shim_curl_set_long(easy, option, value)) }

    mutating func set(_ option: CURLoption, _ value: String) { check(shim_curl_set_text(easy, option, value)) }
}
