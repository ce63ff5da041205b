import Tensors

/// What a layer of linear attention keeps of a sequence, whatever its length.
struct DeltaState: ~Copyable {
    /// The delta rule's memory.
    var memory: Tensor
    /// The last inputs of the convolution.
    var history: Tensor

    var byteCount: Int { (memory.count + history.count) * MemoryLayout<Float>.stride }

    borrowing func copy() -> DeltaState { DeltaState(memory: memory.copy(), history: history.copy()) }
}

/// What the model keeps of one sequence between steps: keys and values, memories, the position. Apart from the weights,
/// so that many sequences share those.
///
/// Used by one thread at a time: the engine's.
final class SequenceState {
    /// How many tokens have been read: the next one's position.
    private(set) var position = 0
    private var layers: [Layer]

    /// A box each, since a dictionary or an array of what cannot be copied is not to be had.
    private final class Layer {
        var cache: KeyValueCache
        var delta: DeltaState?

        init(cache: consuming KeyValueCache, delta: consuming DeltaState?) {
            self.cache = cache
            self.delta = delta
        }

        var byteCount: Int { cache.byteCount + (delta?.byteCount ?? 0) }

        func copy() -> Layer {
            guard delta != nil else { return Layer(cache: cache.copy(), delta: nil) }
            return Layer(cache: cache.copy(), delta: delta?.copy())
        }
    }

    private init(position: Int, layers: [Layer]) {
        self.position = position
        self.layers = layers
    }

    /// The start of a sequence.
    init(_ model: LanguageModel) {
        let sizes = model.sizes
        layers = model.layers.map { layer in
            switch layer.mixer {
            case .attention: Layer(cache: KeyValueCache(columns: sizes.keyHeads * sizes.headWidth), delta: nil)
            case .delta(let delta): Layer(cache: KeyValueCache(columns: 0), delta: delta.emptyState())
            }
        }
    }

    /// The same sequence up to here, to be continued otherwise.
    func copy() -> SequenceState { SequenceState(position: position, layers: layers.map { $0.copy() }) }

    /// What a copy takes.
    var byteCount: Int { layers.reduce(0) { $0 + $1.byteCount } }

    func withCache<Result>(_ layer: Int, _ use: (inout KeyValueCache) -> Result) -> Result { use(&layers[layer].cache) }

    func withState(_ layer: Int, _ use: (inout DeltaState) -> Void) {
        guard var state = layers[layer].delta.take() else {
            preconditionFailure("layer \(layer) has no state of linear attention")
        }
        use(&state)
        layers[layer].delta = consume state
    }

    /// Counts tokens that all layers have read.
    func advance(by count: Int) { position += count }
}
