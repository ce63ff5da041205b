/// In what numbers a model computes.
public enum Precision: Sendable {
    /// Weights as they are stored, everything else in float32: what is held to the reference implementation.
    case float
    /// Products of large matrices in integers: weights in four, six or eight bits, activations in eight, a scale for each block of
    /// 32. Several times as fast; the root mean square of a product's error is typically below a hundredth of the product's.
    /// Numbers that dwarf the others of their row are computed with in float32 (`RowOutliers`).
    case integer
    /// The same with small matrices as well, where it wins nothing: to measure what integers cost a small model.
    case integerThroughout
}
