/// How a weight's numbers are stored.
public enum DType: String, Sendable, CaseIterable {
    /// IEEE single precision.
    case f32 = "F32"
    /// IEEE half precision.
    case f16 = "F16"
    /// The upper half of single precision.
    case bf16 = "BF16"
    /// Blocks of 32: a half scale, 32 signed bytes.
    case q8_0 = "Q8_0"
    /// Blocks of 32: a half scale, 32 nibbles around 8.
    case q4_0 = "Q4_0"
    /// Blocks of 256: eight groups of 32 nibbles with 6-bit scales and minima.
    case q4_k = "Q4_K"
    /// Blocks of 256: as Q4_K, with a fifth bit.
    case q5_k = "Q5_K"
    /// Blocks of 256: sixteen groups of sixteen 6-bit numbers with 8-bit scales.
    case q6_k = "Q6_K"

    /// How many numbers share a block; 1 where each stands alone.
    public var blockCount: Int {
        switch self {
        case .f32, .f16, .bf16: 1
        case .q8_0, .q4_0: 32
        case .q4_k, .q5_k, .q6_k: 256
        }
    }

    /// The bytes of a block.
    public var blockBytes: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        case .q8_0: 34
        case .q4_0: 18
        case .q4_k: 144
        case .q5_k: 176
        case .q6_k: 210
        }
    }

    /// The bytes of a row of so many numbers; `nil` where they fill no whole number of blocks, or are too many to count.
    func bytes(of count: Int) -> Int? {
        guard count >= 0, count % blockCount == 0 else { return nil }
        let (bytes, overflow) = (count / blockCount).multipliedReportingOverflow(by: blockBytes)
        return overflow ? nil : bytes
    }
}
