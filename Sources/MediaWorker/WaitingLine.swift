import Synchronization

/// Things to be lent out one at a time to whoever asks: the urgent first, else first come first served.
final class WaitingLine<Item: Sendable>: Sendable {
    private struct State {
        var free: [Item]
        /// The urgent before the others.
        var waiting: [(ticket: Int, isUrgent: Bool, continuation: CheckedContinuation<Item?, Never>)] = []
        var lastTicket = 0
    }

    private let state: Mutex<State>

    init(_ items: [Item]) { state = Mutex(State(free: items)) }

    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// The thing that was given back last, so that the others stay idle long enough to end; waits where there is none.
    ///
    /// - Returns: `nil` where the task is cancelled before one was free.
    func take(isUrgent: Bool = false) async -> Item? {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Cancelled before it got in line, the handler found nobody to wake: hence the check inside the lock.
                let answer: Item?? = state.withLock { state in
                    if Task.isCancelled { return .some(nil) }
                    if let item = state.free.popLast() { return item }
                    let place = isUrgent ? state.waiting.firstIndex { !$0.isUrgent } : nil
                    state.waiting.insert((ticket, isUrgent, continuation), at: place ?? state.waiting.endIndex)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).continuation }
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Hands the thing to the one who is first in line.
    func giveBack(_ item: Item) {
        let next = state.withLock { state -> CheckedContinuation<Item?, Never>? in
            guard !state.waiting.isEmpty else {
                state.free.append(item)
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: item)
    }
}
