import Foundation
import Synchronization
import Tensors

/// The thread that computes.
final class EngineWorker: Sendable {
    private struct Inbox {
        var orders = OrderLine()
        var isStopped = false
    }

    private let model: LoadedModel
    private let threads: Int
    private let inbox = Mutex(Inbox())
    private let arrived = DispatchSemaphore(value: 0)
    private let forms = FormCache()

    init(_ model: LoadedModel, threads: Int) {
        self.model = model
        self.threads = threads
    }

    func start() {
        let thread = Thread { self.work() }
        thread.name = "engine"
        // Attention over many slices keeps small arrays on the stack; the default of a thread is ample, and stated.
        thread.stackSize = 8 << 20
        thread.start()
    }

    func take(_ order: Order) {
        let isStopped = inbox.withLock { inbox in
            if !inbox.isStopped { inbox.orders.append(order) }
            return inbox.isStopped
        }
        if isStopped { order.continuation.finish(throwing: CancellationError()) }
        arrived.signal()
    }

    func stop() {
        inbox.withLock { $0.isStopped = true }
        arrived.signal()
    }

    private func work() {
        let pool = ComputePool(threads: threads)
        let batch = Batch(model, on: pool)
        let seen = VisionRowCache()
        let starts = KnownStarts()
        while true {
            while let order = next(beside: batch) { admit(order, to: batch, seen, starts, pool) }
            guard !inbox.withLock(\.isStopped) else {
                batch.fail(CancellationError())
                return refuse()
            }
            // Without members nothing keeps an order waiting: the inbox is empty.
            guard batch.members.isEmpty else {
                batch.step()
                continue
            }
            ComputeMemory.tensors.release()
            arrived.wait()
        }
    }

    private func next(beside batch: Batch) -> Order? {
        inbox.withLock { $0.isStopped ? nil : $0.orders.next(beside: batch.members.map(\.priority)) }
    }

    private func refuse() {
        let waiting = inbox.withLock { $0.orders.takeAll() }
        for order in waiting { order.continuation.finish(throwing: CancellationError()) }
    }

    /// Prepares an answer: what fails here fails alone. Looking at pictures takes long: it gives up its turn where something
    /// more urgent arrives, and those that were looked at last are known when it has the next.
    private func admit(
        _ order: Order, to batch: Batch, _ seen: VisionRowCache, _ starts: KnownStarts, _ pool: ComputePool
    ) {
        guard !order.isCancelled else { return }
        do throws(ModelError) {
            let request = order.request
            let grammar = try request.form.map { form throws(ModelError) in try forms.grammar(form, model) }
            let prompt = try Prompt(request, model)
            let limit = model.configuration.language.contextLength
            guard prompt.tokens.count < limit else { throw .tooLong(tokens: prompt.tokens.count, limit: limit) }
            let known = starts.state(for: prompt, model.tokens)
            let inputs = model.inputs(
                of: prompt, from: known?.position ?? 0, on: pool, cache: seen,
                isCancelled: {
                    order.isCancelled || inbox.withLock { $0.isStopped || $0.orders.hasMoreUrgent(than: order) }
                })
            guard let inputs else { return inbox.withLock { $0.orders.putBack(order) } }
            let writer = AnswerWriter(
                request, grammar, prompt: prompt.tokens,
                maxTokens: min(max(request.maxTokens, 1), limit - prompt.tokens.count), model)
            let special = model.tokens
            // Not before: a state is 20 MB, and looking at a picture is the moment at which the most memory is needed.
            let state = known?.copy() ?? SequenceState(model.language)
            let member = Batch.Member(
                state: state, writer: writer, prompt: inputs, priority: request.priority,
                branches: prompt.branches(after: state.position, special).map { prompt.start($0, special) },
                keep: { starts.keep($0, behind: $1) },
                isCancelled: { order.isCancelled },
                deliver: { event in
                    order.continuation.yield(event)
                    if case .finished = event { order.continuation.finish() }
                },
                fail: { order.continuation.finish(throwing: $0) })
            batch.append(member)
        } catch {
            order.continuation.finish(throwing: error)
        }
    }
}
