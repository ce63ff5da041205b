import CCurl
import CCurlShim

/// One request as libcurl sees it. Lives and dies on one thread.
///
/// It is a multi handle with one easy handle, since that can be woken and waits as long as we say; a lone easy handle
/// would notice a cancelled task within a second at best.
final class Transfer {
    let request: HTTPRequest
    let url: String
    let certificateAuthorities: String?
    let pipe: ResponsePipe
    var response: ResponseReceiver

    private let clock = ContinuousClock()
    private var lastProgress: ContinuousClock.Instant
    private var sentBytes: curl_off_t = 0
    private var isPaused = false

    init(_ request: HTTPRequest, url: String, certificateAuthorities: String?, pipe: ResponsePipe) {
        self.request = request
        self.url = url
        self.certificateAuthorities = certificateAuthorities
        self.pipe = pipe
        response = ResponseReceiver(request: request)
        lastProgress = clock.now
    }

    /// Sends, receives, and ends the pipe.
    func run() {
        guard let multi = curl_multi_init() else { return pipe.finish(.failure(outOfMemory)) }
        defer { curl_multi_cleanup(multi) }
        guard let easy = curl_easy_init() else { return pipe.finish(.failure(outOfMemory)) }
        defer { curl_easy_cleanup(easy) }
        let handle = WakeHandle(multi: multi)
        pipe.setWake { curl_multi_wakeup(handle.multi) }
        defer { pipe.setWake(nil) }
        do throws(HTTPError) {
            try withConfigured(easy) { () throws(HTTPError) in
                curl_multi_add_handle(multi, easy)
                defer { curl_multi_remove_handle(multi, easy) }
                try perform(easy, in: multi)
            }
            pipe.finish(.success(()))
        } catch {
            pipe.finish(.failure(error))
        }
    }

    private var outOfMemory: HTTPError { .curl(CURLE_OUT_OF_MEMORY, request) }

    private func perform(_ easy: UnsafeMutableRawPointer, in multi: UnsafeMutableRawPointer) throws(HTTPError) {
        lastProgress = clock.now
        while !pipe.hasEnded {
            var running: CInt = 0
            let code = curl_multi_perform(multi, &running)
            guard code == CURLM_OK else { throw .curl(CURLE_FAILED_INIT, request) }
            if let fault = response.fault { throw fault }
            if running == 0 { return try checkResult(of: multi) }
            if isPaused {
                if pipe.hasRoom {
                    isPaused = false
                    lastProgress = clock.now
                    curl_easy_pause(easy, CURLPAUSE_CONT)
                    continue
                }
                // It is the reader who takes its time; taking a chunk wakes us.
                curl_multi_poll(multi, nil, 0, CInt(Self.longestWait), nil)
                continue
            }
            try waitForProgress(easy, in: multi)
        }
    }

    /// A minute, in milliseconds: what ends a wait sooner is a byte, a wake-up, or a timer of curl's.
    private static let longestWait = 60_000

    private func waitForProgress(_ easy: UnsafeMutableRawPointer, in multi: UnsafeMutableRawPointer)
        throws(HTTPError)
    {
        // Until it is connected curl's own time-out counts, and curl's timer ends the wait.
        guard isConnected(easy) else {
            lastProgress = clock.now
            curl_multi_poll(multi, nil, 0, CInt(Self.longestWait), nil)
            return
        }
        noteUpload(easy)
        let left = request.progressTimeout - (clock.now - lastProgress)
        guard left > .zero else { throw .noProgress(request.endpoint, within: request.progressTimeout) }
        curl_multi_poll(multi, nil, 0, CInt(min(Self.longestWait, left.milliseconds)), nil)
    }

    private func isConnected(_ easy: UnsafeMutableRawPointer) -> Bool {
        var microseconds: curl_off_t = 0
        shim_curl_get_size(easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return microseconds > 0
    }

    private func noteUpload(_ easy: UnsafeMutableRawPointer) {
        var bytes: curl_off_t = 0
        shim_curl_get_size(easy, CURLINFO_SIZE_UPLOAD_T, &bytes)
        if bytes != sentBytes {
            sentBytes = bytes
            lastProgress = clock.now
        }
    }

    private func checkResult(of multi: UnsafeMutableRawPointer) throws(HTTPError) {
        var left: CInt = 0
        guard let message = curl_multi_info_read(multi, &left) else { throw .curl(CURLE_FAILED_INIT, request) }
        let code = message.pointee.data.result
        guard code == CURLE_OK else { throw .curl(code, request) }
        // curl takes an answer that ends inside its headers for a whole one.
        guard pipe.hasHead else { throw .curl(CURLE_GOT_NOTHING, request) }
    }

    // What curl calls.

    /// Takes a header line. Anything but its length ends the transfer.
    func receive(headerLine bytes: UnsafeRawBufferPointer) -> Int {
        lastProgress = clock.now
        if let head = response.receive(headerLine: bytes) { pipe.put(head: head) }
        return response.fault == nil ? bytes.count : 0
    }

    /// Takes a piece of the body, or asks to be offered it again when there is room.
    func receive(body bytes: UnsafeRawBufferPointer) -> Int {
        lastProgress = clock.now
        guard pipe.hasRoom else {
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        guard response.accepts(bodyBytes: bytes.count) else { return 0 }
        if !bytes.isEmpty { pipe.put(chunk: Array(bytes)) }
        return bytes.count
    }
}

/// A multi handle that other threads may wake: of all calls on one, `curl_multi_wakeup` alone is made for that, and the
/// pipe's lock keeps it from outliving the handle.
private struct WakeHandle: @unchecked Sendable {
    let multi: UnsafeMutableRawPointer
}
