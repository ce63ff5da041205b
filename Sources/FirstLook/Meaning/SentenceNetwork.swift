import Tensors

/// The network of a sentence encoder: tokens in, a row for each of them out.
///
/// Each token's row, that of its position and that of the first type are added and normalised, then go through all layers.
/// Source: Devlin et al. 2018 (BERT). The weights stay in the file, in its four bits.
struct SentenceNetwork {
    let sizes: E5File.Sizes
    let words: WeightMatrix
    /// What is added to a token's row at each position: that of the position and that of the type.
    let places: [Float]
    let norm: SentenceLayer.Norm
    let layers: [SentenceLayer]

    init(_ file: E5File) throws(WeightFileError) {
        sizes = file.sizes
        words = try file.tensor("emb.word").matrix(.float)
        let type = try file.tensor("emb.type").widened()
        var places = try file.tensor("emb.pos").widened()
        for index in places.indices { places[index] += type[index % file.sizes.width] }
        self.places = places
        norm = try SentenceLayer.Norm(file, "emb.ln")
        var layers: [SentenceLayer] = []
        for index in 0..<file.sizes.layers { layers.append(try SentenceLayer(file, "l\(index).")) }
        self.layers = layers
    }

    /// The last layer's rows for some texts at once, one after the other.
    ///
    /// - Traps where a text has more tokens than there are positions, or one without a row.
    func rows(for texts: [[Int]], on pool: ComputePool) -> Tensor {
        let count = texts.reduce(0) { $0 + $1.count }
        var sum = Tensor(rows: count, columns: sizes.width)
        var segments: [Range<Int>] = []
        for text in texts {
            precondition(text.count <= sizes.positions, "\(text.count) tokens at \(sizes.positions) positions")
            let start = segments.last?.upperBound ?? 0
            for (place, token) in text.enumerated() { words.copyRow(token, to: &sum, row: start + place) }
            sum.withMutableNumbers { numbers in
                for index in 0..<(text.count * sizes.width) { numbers[start * sizes.width + index] += places[index] }
            }
            segments.append(start..<(start + text.count))
        }
        var x = Tensor(rows: count, columns: sizes.width)
        norm.apply(sum, to: &x, on: pool)
        // Rows that texts have in common are few: all of the table would stay, half a hundred megabytes.
        words.releaseMemory()
        for layer in layers { layer.apply(&x, sum: &sum, segments: segments, on: pool) }
        return x
    }
}
