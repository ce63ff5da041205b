/// Ends an answer where one of some texts would appear, and shows no part of it.
struct StopStrings {
    private let stops: [[UInt8]]
    private var pending: [UInt8] = []
    /// Whether one was found: nothing more is shown.
    private(set) var isStopped = false

    init(_ stops: [String]) { self.stops = stops.map { Array($0.utf8) } }

    /// The text that is certain to be shown.
    mutating func append(_ text: String) -> String {
        guard !isStopped else { return "" }
        pending += text.utf8
        for place in pending.indices where stops.contains(where: { pending[place...].starts(with: $0) }) {
            isStopped = true
            defer { pending = [] }
            return String(decoding: pending[..<place], as: UTF8.self)
        }
        // What may yet become a stop is held back.
        let held = pending.indices.first { place in stops.contains { $0.starts(with: pending[place...]) } }
        let shown = pending[..<(held ?? pending.endIndex)]
        defer { pending.removeFirst(shown.count) }
        return String(decoding: shown, as: UTF8.self)
    }

    /// What was held back for nothing.
    mutating func finish() -> String {
        defer { pending = [] }
        return isStopped ? "" : String(decoding: pending, as: UTF8.self)
    }
}
