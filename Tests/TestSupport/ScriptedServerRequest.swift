import Synchronization

/// A request as a scripted server read it.
public struct ScriptedServerRequest: Sendable {
    /// `GET`, `POST`, …
    public var method: String
    /// Path and query as they were sent.
    public var target: String
    /// Names in lower case, in the order in which they came.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The first value of a header, its name in lower case.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// Reads a head (without the empty line that ends it).
    init?(head: String) {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return nil }
        (method, target) = (String(words[0]), String(words[1]))
        headers = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), String(line[colon...].dropFirst().drop { $0 == " " }))
        }
        body = []
    }
}

/// What a scripted server has seen, and who waits to hear of it.
final class ScriptedServerLog: Sendable {
    private struct State {
        var requests: [ScriptedServerRequest] = []
        var clientsLeft = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var requests: [ScriptedServerRequest] { state.withLock { $0.requests } }

    func record(_ request: ScriptedServerRequest) { change { $0.requests.append(request) } }

    func recordClientLeft() { change { $0.clientsLeft += 1 } }

    func request(number: Int) async -> ScriptedServerRequest {
        await wait { $0.requests.count >= number }
        return requests[number - 1]
    }

    func clientLeft() async { await wait { $0.clientsLeft > 0 } }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func wait(until isDone: @Sendable (borrowing State) -> Bool) async {
        while !state.withLock({ isDone($0) }) {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if isDone(state) { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        }
    }
}
