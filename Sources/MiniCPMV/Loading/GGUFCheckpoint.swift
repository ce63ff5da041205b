import Tensors

/// llama.cpp's pair of files: text and projector. Norms already have the 1 added, decay rates are stored as such.
struct GGUFCheckpoint: Checkpoint {
    let configuration: ModelConfiguration
    let precision: Precision
    /// The text file, which also holds the tokenizer.
    let text: GGUFFile
    private let projector: GGUFFile

    var path: String { text.path }

    init(text textPath: String, projector projectorPath: String, precision: Precision) throws(ModelError) {
        self.precision = precision
        do throws(WeightFileError) {
            text = try GGUFFile(path: textPath)
            projector = try GGUFFile(path: projectorPath)
        } catch { throw ModelError(error) }
        configuration = try ModelConfiguration(text: text, projector: projector)
    }

    func tensor(_ name: String) throws(WeightFileError) -> WeightTensor {
        let stored = GGUFNames.stored(name)
        return try (stored.isProjector ? projector : text).tensor(stored.name)
    }

    func rmsGain(_ name: String, count: Int) throws(WeightFileError) -> [Float] { try vector(name, count: count) }

    func decayRate(_ name: String, count: Int) throws(WeightFileError) -> [Float] { try vector(name, count: count) }

    /// The picture settings in the projector's metadata. Its `image_size` is the side of a slice.
    func preprocessor() throws(ModelError) -> PreprocessorConfiguration {
        let released = PreprocessorConfiguration.released
        func numbers(_ key: String, _ fallback: [Float]) -> [Float] {
            guard case .numbers(let numbers) = projector.metadata["clip.vision." + key] else { return fallback }
            return numbers.map { Float($0) }
        }
        return try PreprocessorConfiguration(
            scaleResolution: projector.metadata["clip.vision.image_size"]?.integer ?? released.scaleResolution,
            patchSide: configuration.vision.patchSize, mean: numbers("image_mean", released.mean),
            deviation: numbers("image_std", released.deviation), named: projector.path)
    }
}

extension ModelConfiguration {
    /// Reads the sizes from both files' metadata, and what the metadata lack from the tensors.
    init(text: GGUFFile, projector: GGUFFile) throws(ModelError) {
        try Self.checkKinds(text: text, projector: projector)
        func size(_ key: String, _ file: GGUFFile) throws(ModelError) -> Int {
            guard let size = file.metadata[key]?.integer else { throw .notOurs(file.path, because: "it lacks \(key)") }
            return size
        }
        func text_(_ key: String) throws(ModelError) -> Int { try size("qwen35." + key, text) }
        func vision_(_ key: String) throws(ModelError) -> Int { try size("clip.vision." + key, projector) }
        func side(_ name: String, _ index: Int, _ file: GGUFFile) throws(ModelError) -> Int {
            guard let shape = file.tensors[name]?.shape, index < shape.count else {
                throw .notOurs(file.path, because: "it lacks the tensor \(name)")
            }
            return shape[index]
        }
        let positions = try side("v.position_embd.weight", 0, projector)
        vision = Vision(
            hiddenSize: try vision_("embedding_length"), intermediateSize: try vision_("feed_forward_length"),
            layers: try vision_("block_count"), heads: try vision_("attention.head_count"),
            patchSize: try vision_("patch_size"), positionSide: Int(Double(max(positions, 0)).squareRoot()),
            epsilon: Float(projector.metadata["clip.vision.attention.layer_norm_epsilon"]?.double ?? 1e-6),
            mergeAfter: Self.mergeLayer(projector))
        guard vision.positionSide * vision.positionSide == positions else {
            throw .notOurs(projector.path, because: "its position table is no square")
        }
        // One layer more is declared where the file was written with room for speculative heads: tensors count.
        let layers = (0..<256).prefix { text.tensors["blk.\($0).attn_norm.weight"] != nil }
        let valueHeads = try text_("ssm.time_step_rank")
        language = Language(
            hiddenSize: try text_("embedding_length"), intermediateSize: try text_("feed_forward_length"),
            mixers: layers.map { text.tensors["blk.\($0).attn_qkv.weight"] == nil ? .fullAttention : .linearAttention },
            heads: try text_("attention.head_count"), keyHeads: try text_("attention.head_count_kv"),
            headWidth: try text_("attention.key_length"), rotaryWidth: try text_("rope.dimension_count"),
            rotaryTheta: text.metadata["qwen35.rope.freq_base"]?.double ?? 1e7,
            linearKeyHeads: try text_("ssm.group_count"), linearValueHeads: valueHeads,
            linearKeyWidth: try text_("ssm.state_size"),
            linearValueWidth: valueHeads > 0 ? try text_("ssm.inner_size") / valueHeads : 0,
            convolutionTaps: try text_("ssm.conv_kernel"),
            epsilon: Float(text.metadata["qwen35.attention.layer_norm_rms_epsilon"]?.double ?? 1e-6),
            vocabularySize: try side("token_embd.weight", 0, text), contextLength: try text_("context_length"))
        try check(text.path)
        guard language.linearKeyHeads == language.linearValueHeads else {
            throw .notOurs(text.path, because: "its value heads are reordered, which this family does not do")
        }
    }

    private static func checkKinds(text: GGUFFile, projector: GGUFFile) throws(ModelError) {
        guard text.metadata["general.architecture"]?.text == "qwen35" else {
            throw .notOurs(text.path, because: "its architecture is not “qwen35”")
        }
        guard projector.metadata["clip.projector_type"]?.text == "minicpmv4_6" else {
            throw .notOurs(projector.path, because: "its projector is not “minicpmv4_6”")
        }
        guard projector.tensors["v.vit_merger.ds_ln.weight"] != nil else {
            throw .notOurs(
                projector.path, because: "it was converted for 4x only; take the one for 16x, which does both")
        }
    }

    private static func mergeLayer(_ projector: GGUFFile) -> Int {
        guard case .integers(let layers) = projector.metadata["clip.vision.wa_layer_indexes"], let layer = layers.first
        else { return 6 }
        return Int(layer)
    }
}
