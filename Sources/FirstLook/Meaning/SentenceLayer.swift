import Tensors

/// A layer of a sentence encoder: attention of each token to all of its text, then a feed-forward network with a GELU in its
/// middle; each is added to what it began with, and the sum normalised. Source: Devlin et al. 2018, Vaswani et al. 2017.
struct SentenceLayer {
    /// A linear layer.
    struct Dense {
        let weight: WeightMatrix
        let bias: [Float]

        /// Four-bit weights times float32: with activations in bytes a query takes 0.7 instead of 6 ms on two cores, but its vector
        /// is then off by 3 % of its largest number, and another on each processor.
        init(_ file: E5File, _ name: String) throws(WeightFileError) {
            weight = try file.tensor(name + ".w").matrix(.float)
            bias = try file.tensor(name + ".b").widened()
        }

        func apply(_ x: borrowing Tensor, on pool: ComputePool) -> Tensor {
            var out = Tensor(rows: x.rows, columns: weight.rows)
            Linear.apply(x, weight, bias: bias, to: &out, on: pool)
            return out
        }

        func add(_ x: borrowing Tensor, to sum: inout Tensor, on pool: ComputePool) {
            Linear.apply(x, weight, bias: bias, to: &sum, .add, on: pool)
        }
    }

    /// A normalisation.
    struct Norm {
        let gain, bias: [Float]
        let epsilon: Float

        init(_ file: E5File, _ name: String) throws(WeightFileError) {
            gain = try file.tensor(name + ".w").widened()
            bias = try file.tensor(name + ".b").widened()
            epsilon = file.sizes.epsilon
        }

        func apply(_ x: borrowing Tensor, to out: inout Tensor, on pool: ComputePool) {
            LayerNorm.apply(x, gain: gain, bias: bias, epsilon: epsilon, to: &out, on: pool)
        }
    }

    let query, key, value, attended, widening, narrowing: Dense
    let attentionNorm, feedForwardNorm: Norm
    let heads: Int

    /// - `name`: what the names of its tensors begin with.
    init(_ file: E5File, _ name: String) throws(WeightFileError) {
        query = try Dense(file, name + "q")
        key = try Dense(file, name + "k")
        value = try Dense(file, name + "v")
        attended = try Dense(file, name + "ao")
        widening = try Dense(file, name + "fi")
        narrowing = try Dense(file, name + "fo")
        attentionNorm = try Norm(file, name + "aln")
        feedForwardNorm = try Norm(file, name + "oln")
        heads = file.sizes.heads
    }

    /// Replaces the rows by the layer's. `sum` is memory of the same shape, its content lost.
    func apply(_ x: inout Tensor, sum: inout Tensor, segments: [Range<Int>], on pool: ComputePool) {
        attend(&x, segments: segments, on: pool)
        attentionNorm.apply(x, to: &sum, on: pool)
        feedForward(&sum, on: pool)
        feedForwardNorm.apply(sum, to: &x, on: pool)
    }

    private func attend(_ x: inout Tensor, segments: [Range<Int>], on pool: ComputePool) {
        let q = query.apply(x, on: pool)
        let k = key.apply(x, on: pool)
        let v = value.apply(x, on: pool)
        var mixed = Tensor(rows: x.rows, columns: x.columns)
        BidirectionalAttention.apply(
            query: q, key: k, value: v, heads: heads, segments: segments, to: &mixed, on: pool)
        attended.add(mixed, to: &x, on: pool)
    }

    private func feedForward(_ x: inout Tensor, on pool: ComputePool) {
        var middle = widening.apply(x, on: pool)
        Activation.geluErf.apply(&middle, on: pool)
        narrowing.add(middle, to: &x, on: pool)
    }
}
