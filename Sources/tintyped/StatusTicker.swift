/// Tells that something about the queue has changed, as often as it does; whoever listens looks at his own pace.
struct StatusTicker: Sendable {
    /// Changes since the last look, folded into one.
    let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Notes a change.
    func noteChange() { continuation.yield() }
}
