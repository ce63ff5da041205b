import CKernels

/// How weights lie in memory for products of integers: tiles of 16 outputs, and in them blocks of 32 inputs.
enum IntegerLayout: Sendable {
    /// A byte a weight, a half a scale.
    case eights
    /// A nibble a weight, a half a scale.
    case fours
    /// A nibble a weight; scales and minima of six bits, units for eight blocks: Q4_K's numbers.
    case foursAndLeasts
    /// Six bits a weight; scales of eight bits for half a block, a unit for eight blocks: Q6_K's numbers.
    case sixes

    /// What weights of a type are packed as. Weights of four, six and eight bits keep their numbers; those of other types become
    /// bytes, off by at most half of a 127th of their block's largest.
    init(for type: DType) {
        switch type {
        case .f32, .f16, .bf16, .q8_0, .q5_k: self = .eights
        case .q4_0: self = .fours
        case .q4_k: self = .foursAndLeasts
        case .q6_k: self = .sixes
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
        case .sixes: KERNEL_SIXES
        }
    }

    /// Bytes of a tile with so many blocks: data, scales, units.
    func tileBytes(blocks: Int) -> (data: Int, scales: Int, units: Int) {
        let (bits, unitHalves) =
            switch self {
            case .eights: (8, 0)
            case .fours: (4, 0)
            case .foursAndLeasts: (4, 2)
            case .sixes: (6, 1)
            }
        let units = blocks / Self.superblock * unitHalves * 2 * Self.tile
        return (blocks * Self.block * Self.tile * bits / 8, blocks * 2 * Self.tile, units)
    }
}
