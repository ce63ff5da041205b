import Foundation

/// The sizes of a MiniCPM-V 4.6 checkpoint. Names follow its config.json.
public struct ModelConfiguration: Sendable, Equatable {
    /// The vision tower's sizes.
    public struct Vision: Sendable, Equatable {
        /// Numbers of a patch.
        public var hiddenSize: Int
        /// Numbers inside the feed-forward part.
        public var intermediateSize: Int
        /// Layers, before and after the window merger.
        public var layers: Int
        /// Attention heads.
        public var heads: Int
        /// Pixels of a patch's side.
        public var patchSize: Int
        /// Patches of the position table's side.
        public var positionSide: Int
        /// LayerNorm's epsilon.
        public var epsilon: Float
        /// The window merger works after this layer, counted from 0.
        public var mergeAfter: Int
    }

    /// What mixes tokens in a decoder layer.
    public enum Mixer: Sendable, Equatable {
        /// Attention over all earlier tokens.
        case fullAttention
        /// The gated delta rule: a memory of fixed size.
        case linearAttention
    }

    /// The language model's sizes.
    public struct Language: Sendable, Equatable {
        /// Numbers of a token.
        public var hiddenSize: Int
        /// Numbers inside the feed-forward part.
        public var intermediateSize: Int
        /// The mixer of each layer.
        public var mixers: [Mixer]
        /// Query heads of full attention.
        public var heads: Int
        /// Key and value heads of full attention.
        public var keyHeads: Int
        /// Numbers of a head of full attention.
        public var headWidth: Int
        /// Numbers of a head that are turned by position.
        public var rotaryWidth: Int
        /// The base of the rotary frequencies.
        public var rotaryTheta: Double
        /// Key heads of linear attention.
        public var linearKeyHeads: Int
        /// Value heads of linear attention.
        public var linearValueHeads: Int
        /// Numbers of a key of linear attention.
        public var linearKeyWidth: Int
        /// Numbers of a value of linear attention.
        public var linearValueWidth: Int
        /// Taps of the convolution.
        public var convolutionTaps: Int
        /// RMSNorm's epsilon.
        public var epsilon: Float
        /// Tokens of the vocabulary.
        public var vocabularySize: Int
        /// The longest sequence.
        public var contextLength: Int
    }

    /// The vision tower's sizes.
    public var vision: Vision
    /// The language model's sizes.
    public var language: Language
}

extension ModelConfiguration {
    /// Reads the release's config.json.
    ///
    /// - Throws: where it is of another architecture, or a size is out of all reason.
    init(json: Data, path: String) throws(ModelError) {
        let file: ConfigurationFile
        do { file = try JSONDecoder().decode(ConfigurationFile.self, from: json) } catch {
            throw .notOurs(path, because: "its config.json is not that of MiniCPM-V 4.6")
        }
        guard file.model_type == "minicpmv4_6" else {
            throw .notOurs(path, because: "it is a “\(file.model_type.prefix(64))”, not a “minicpmv4_6”")
        }
        let (vision, text) = (file.vision_config, file.text_config)
        guard vision.patch_size > 0 else { throw .notOurs(path, because: "its patches have no size") }
        self.vision = Vision(
            hiddenSize: vision.hidden_size, intermediateSize: vision.intermediate_size,
            layers: vision.num_hidden_layers, heads: vision.num_attention_heads, patchSize: vision.patch_size,
            positionSide: vision.image_size / vision.patch_size, epsilon: Float(vision.layer_norm_eps),
            mergeAfter: file.insert_layer_id)
        let rotary = text.rope_parameters
        let turned = rotary.partial_rotary_factor ?? text.partial_rotary_factor ?? 1
        guard (0...1).contains(turned) else { throw .notOurs(path, because: "its rotary share is \(turned)") }
        // Before it is multiplied: the other sizes are bounded below.
        guard (1...1024).contains(text.head_dim) else {
            throw .notOurs(path, because: "its head width is \(text.head_dim)")
        }
        language = Language(
            hiddenSize: text.hidden_size, intermediateSize: text.intermediate_size,
            mixers: try text.mixers(path), heads: text.num_attention_heads, keyHeads: text.num_key_value_heads,
            headWidth: text.head_dim,
            rotaryWidth: Int(Double(text.head_dim) * turned),
            rotaryTheta: rotary.rope_theta, linearKeyHeads: text.linear_num_key_heads,
            linearValueHeads: text.linear_num_value_heads, linearKeyWidth: text.linear_key_head_dim,
            linearValueWidth: text.linear_value_head_dim, convolutionTaps: text.linear_conv_kernel_dim,
            epsilon: Float(text.rms_norm_eps), vocabularySize: text.vocab_size,
            contextLength: text.max_position_embeddings)
        try check(path)
    }

    /// Every size is bounded before anything is computed from it.
    func check(_ path: String) throws(ModelError) {
        func bound(_ size: Int, _ most: Int, _ name: String) throws(ModelError) {
            guard (1...most).contains(size) else { throw .notOurs(path, because: "its \(name) is \(size)") }
        }
        try bound(vision.hiddenSize, 1 << 14, "vision width")
        try bound(vision.intermediateSize, 1 << 16, "vision feed-forward width")
        try bound(vision.layers, 256, "number of vision layers")
        try bound(vision.heads, 256, "number of vision heads")
        try bound(vision.patchSize, 64, "patch size")
        try bound(vision.positionSide, 1024, "position table")
        try bound(language.hiddenSize, 1 << 14, "width")
        try bound(language.intermediateSize, 1 << 17, "feed-forward width")
        try bound(language.mixers.count, 256, "number of layers")
        try bound(language.heads, 1024, "number of heads")
        try bound(language.keyHeads, language.heads, "number of key heads")
        try bound(language.headWidth, 1024, "head width")
        try bound(language.rotaryWidth, language.headWidth, "rotary width")
        try bound(language.linearKeyHeads, 1024, "number of linear key heads")
        try bound(language.linearValueHeads, 1024, "number of linear value heads")
        try bound(language.linearKeyWidth, 256, "linear key width")
        try bound(language.linearValueWidth, 256, "linear value width")
        try bound(language.convolutionTaps, 16, "convolution")
        try bound(language.vocabularySize, 1 << 20, "vocabulary")
        try bound(language.contextLength, 1 << 24, "context")
        let fits =
            vision.hiddenSize % vision.heads == 0 && language.heads % language.keyHeads == 0
            && language.linearValueHeads % language.linearKeyHeads == 0 && language.rotaryWidth % 2 == 0
            && (0..<vision.layers).contains(vision.mergeAfter)
        guard fits else { throw .notOurs(path, because: "its sizes do not fit each other") }
    }
}

/// config.json, as it names things.
private struct ConfigurationFile: Decodable {
    var model_type: String
    var insert_layer_id: Int
    var vision_config: Vision
    var text_config: Text

    struct Vision: Decodable {
        var hidden_size: Int
        var intermediate_size: Int
        var num_hidden_layers: Int
        var num_attention_heads: Int
        var patch_size: Int
        var image_size: Int
        var layer_norm_eps: Double
    }

    struct Rotary: Decodable {
        var rope_theta: Double
        var partial_rotary_factor: Double?
    }

    struct Text: Decodable {
        var hidden_size: Int
        var intermediate_size: Int
        var layer_types: [String]
        var num_attention_heads: Int
        var num_key_value_heads: Int
        var head_dim: Int
        var rope_parameters: Rotary
        var partial_rotary_factor: Double?
        var linear_num_key_heads: Int
        var linear_num_value_heads: Int
        var linear_key_head_dim: Int
        var linear_value_head_dim: Int
        var linear_conv_kernel_dim: Int
        var rms_norm_eps: Double
        var vocab_size: Int
        var max_position_embeddings: Int

        func mixers(_ path: String) throws(ModelError) -> [ModelConfiguration.Mixer] {
            var mixers: [ModelConfiguration.Mixer] = []
            for type in layer_types {
                switch type {
                case "full_attention": mixers.append(.fullAttention)
                case "linear_attention": mixers.append(.linearAttention)
                default: throw .notOurs(path, because: "it has a layer of the kind “\(type.prefix(64))”")
                }
            }
            return mixers
        }
    }
}
