import FirstLook
import MediaTypes
import MediaWorker
import Tensors

/// What texts mean, by the sentence encoder.
struct MeaningWork: WorkerTask {
    private let encoder: SentenceEncoder

    /// The model's name among those that are handed over.
    static let model = "meaning"

    /// - Throws: where the model is broken, or another than it should be.
    init(_ weights: WeightMap) throws {
        // A question takes 10 ms on one thread and 7 on two, but 30 where the second one has to wait for a processor.
        encoder = try SentenceEncoder(weights, on: ComputePool(threads: 1))
    }

    func reply(to request: MediaRequest, descriptors: [CInt]) -> WorkerReply {
        guard case .meaning(let request) = request else { return .failure(.notForThisWorker) }
        let role: SentenceEncoder.Role =
            switch request.role {
            case .query: .query
            case .passage: .passage
            }
        return .meaning(encoder.meanings(of: request.texts, as: role))
    }
}
