import CKernels

/// How weights lie in memory for products of integers: tiles of 16 outputs, and in them blocks of 32 inputs.
enum IntegerLayout: Sendable {
    /// A byte a weight, a half a scale.
    case eights
    /// A nibble a weight, a half a scale.
    case fours
    /// A nibble a weight; scales and minima of six bits, units for eight blocks: Q4_K's numbers.
    case foursAndLeasts

    /// What weights of a type are packed as. Four-bit weights keep their numbers, and so do those of Q8_0; those of other types
    /// become bytes, off by at most half of a 127th of their block's largest.
    init(for type: DType) {
        switch type {
        case .f32, .f16, .bf16, .q8_0, .q5_k, .q6_k: self = .eights
        case .q4_0: self = .fours
        case .q4_k: self = .foursAndLeasts
        }
    }

    static let block = Int(KERNEL_BLOCK)
    static let tile = Int(KERNEL_TILE)
    static let superblock = Int(KERNEL_SUPERBLOCK)

    var code: kernel_integer_kind {
        switch self {
        case .eights: KERNEL_EIGHTS
        case .fours: KERNEL_FOURS
        case .foursAndLeasts: KERNEL_FOURS_AND_LEASTS
        }
    }

    /// Bytes of a tile with so many blocks: data, scales, units.
    func tileBytes(blocks: Int) -> (data: Int, scales: Int, units: Int) {
        let data = blocks * Self.block * Self.tile
        let units = self == .foursAndLeasts ? blocks / Self.superblock * 4 * Self.tile : 0
        return (self == .eights ? data : data / 2, blocks * 2 * Self.tile, units)
    }
}
