import Foundation
import Synchronization
import Tensors

/// The model on this machine's CPU: takes requests from anywhere, answers them together on a thread of its own.
public final class LocalEngine: Sendable {
    /// The folder's name.
    public let modelName: String
    private let worker: EngineWorker

    /// Loads the model of a folder. `threads` compute, in integers.
    ///
    /// - Throws: where the folder holds no model that can be used, in one sentence that says why.
    public init(modelAt folder: String, threads: Int) throws(ModelError) {
        modelName = URL(filePath: folder).standardizedFileURL.lastPathComponent
        worker = EngineWorker(try LoadedModel(folder: folder, precision: .integer), threads: threads)
        worker.start()
    }

    deinit { worker.stop() }

    /// The answer as it is written. Ends the work when nobody reads on; errors are `ModelError`.
    public func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream { continuation in
            let order = EngineWorker.Order(request: request, continuation: continuation)
            continuation.onTermination = { _ in order.cancel() }
            worker.take(order)
        }
    }
}

/// The thread that computes.
private final class EngineWorker: Sendable {
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

    private struct Inbox {
        var orders: [Order] = []
        var isStopped = false
    }

    /// Answers that are written at a time; others wait. Each keeps about 20 MB and 24 KB a token.
    private static let mostMembers = 8

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
        while true {
            if batch.members.isEmpty { arrived.wait() }
            let (orders, isStopped) = inbox.withLock { inbox in
                let count = min(inbox.orders.count, max(Self.mostMembers - batch.members.count, 0))
                let taken = Array(inbox.orders.prefix(count))
                inbox.orders.removeFirst(count)
                return (taken, inbox.isStopped)
            }
            guard !isStopped else { return refuse(orders) }
            for order in orders where !order.isCancelled { admit(order, to: batch, seen, pool) }
            batch.step()
        }
    }

    private func refuse(_ orders: [Order]) {
        let waiting = inbox.withLock { inbox in
            defer { inbox.orders = [] }
            return inbox.orders
        }
        for order in orders + waiting { order.continuation.finish(throwing: CancellationError()) }
    }

    /// Prepares an answer: what fails here fails alone.
    private func admit(_ order: Order, to batch: Batch, _ seen: VisionRowCache, _ pool: ComputePool) {
        do throws(ModelError) {
            let request = order.request
            let grammar = try request.form.map { form throws(ModelError) in try forms.grammar(form, model) }
            let prompt = try Prompt(request, model)
            let limit = model.configuration.language.contextLength
            guard prompt.tokens.count < limit else { throw .tooLong(tokens: prompt.tokens.count, limit: limit) }
            guard
                let inputs = model.inputs(of: prompt, on: pool, cache: seen, isCancelled: { order.isCancelled })
            else { return }
            let writer = AnswerWriter(
                request, grammar, prompt: prompt.tokens,
                maxTokens: min(max(request.maxTokens, 1), limit - prompt.tokens.count), model)
            let member = Batch.Member(
                state: SequenceState(model.language), writer: writer, prompt: inputs,
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

/// Forms that were asked for, ready to be followed: indexing asks for one and the same all day.
private final class FormCache: Sendable {
    private struct Known {
        var vocabulary: GrammarVocabulary?
        var grammars: [(form: JSON, grammar: AnswerGrammar)] = []
    }

    private static let limit = 8
    private let known = Mutex(Known())

    func grammar(_ form: JSON, _ model: LoadedModel) throws(ModelError) -> AnswerGrammar {
        try known.withLock { known throws(ModelError) in
            if let found = known.grammars.first(where: { $0.form == form }) { return found.grammar }
            let vocabulary = known.vocabulary ?? GrammarVocabulary(model.tokenizer, stopTokens: model.tokens.stops)
            known.vocabulary = vocabulary
            let grammar = try AnswerGrammar(schema: form, vocabulary: vocabulary)
            if known.grammars.count >= Self.limit { known.grammars.removeFirst() }
            known.grammars.append((form, grammar))
            return grammar
        }
    }
}
