import Foundation
import Tensors

/// The model on this machine's CPU: takes requests from anywhere, answers them together on a thread of its own.
public final class LocalEngine: Sendable {
    /// The folder's name.
    public let modelName: String
    private let worker: EngineWorker

    /// Loads the model of a folder. `threads` compute, in integers; `nil`: as many as it is worth here.
    ///
    /// - Throws: where the folder holds no model that can be used, in one sentence that says why.
    public init(modelAt folder: String, threads: Int? = nil) throws(ModelError) {
        modelName = URL(filePath: folder).standardizedFileURL.lastPathComponent
        let model = try LoadedModel(folder: folder, precision: .integer)
        worker = EngineWorker(model, threads: threads ?? ProcessorBudget.threads)
        worker.start()
    }

    deinit { worker.stop() }

    /// The answer as it is written. Ends the work when nobody reads on; errors are `ModelError`.
    public func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        AsyncThrowingStream { continuation in
            let order = Order(request: request, continuation: continuation)
            continuation.onTermination = { _ in order.cancel() }
            worker.take(order)
        }
    }
}
