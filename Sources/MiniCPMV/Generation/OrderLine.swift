import Synchronization

/// A request with its way back.
final class Order: Sendable {
    let request: GenerationRequest
    let continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    private let cancelled = Atomic<Bool>(false)

    init(request: GenerationRequest, continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation) {
        self.request = request
        self.continuation = continuation
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    func cancel() { cancelled.store(true, ordering: .relaxed) }
}

/// Orders that wait for their turn: the lowest priority number first, of equal ones the one that came first.
struct OrderLine {
    /// Answers of one priority that are written at a time; others wait. Each keeps about 20 MB and 24 KB a token.
    static let mostAtATime = 8

    private var waiting: [Order] = []

    mutating func append(_ order: Order) { waiting.append(order) }

    /// The order whose turn it is beside answers of these priorities; `nil`: none waits, or something more urgent is being
    /// answered, or as many of its kind as are at a time. One may always begin beside those that are less urgent than it, but
    /// not one more beside that.
    mutating func next(beside priorities: [Int]) -> Order? {
        waiting.removeAll(where: \.isCancelled)
        guard
            let place = waiting.indices.min(by: { waiting[$0].request.priority < waiting[$1].request.priority })
        else { return nil }
        let priority = waiting[place].request.priority
        guard priorities.allSatisfy({ $0 >= priority }), priorities.count(where: { $0 == priority }) < Self.mostAtATime,
            priorities.count <= Self.mostAtATime
        else { return nil }
        return waiting.remove(at: place)
    }

    /// Whether one waits that comes before this one, whenever that arrived.
    func hasMoreUrgent(than order: Order) -> Bool { waiting.contains { $0.request.priority < order.request.priority } }

    /// One that had its turn and gave it up waits again, before its equals.
    mutating func putBack(_ order: Order) { waiting.insert(order, at: 0) }

    mutating func takeAll() -> [Order] {
        defer { waiting = [] }
        return waiting
    }
}
