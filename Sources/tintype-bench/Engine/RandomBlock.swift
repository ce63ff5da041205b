import Tensors

/// Random blocks of a stored type, whose numbers are around nought: with a mean of their own, matrices would all but forget
/// what they are given. The system's random numbers cost a call each, and a checkpoint takes hundreds of millions.
struct RandomBlock {
    private let type: DType
    private let size: Float
    private var chance: UInt64

    /// - `size`: the root mean square of the numbers.
    /// - Traps for types that nothing is written in.
    init(_ type: DType, size: Float) {
        precondition([.f16, .q8_0, .q4_0, .q4_k, .q6_k].contains(type), "random blocks of \(type.rawValue)")
        self.type = type
        self.size = size
        chance = UInt64.random(in: 0...(.max))
    }

    /// The bytes of one.
    mutating func next() -> [UInt8] {
        switch type {
        case .q8_0: half(size / 73.9) + bytes(32)
        // Nibbles of 1 to 15.
        case .q4_0: half(size / 4.32) + bytes(16).map { ($0 & 15 == 0 ? 8 : 0) | ($0 < 16 ? 128 : 0) | $0 }
        case .q4_k: fours()
        case .q6_k: sixes()
        default: half((Float(step() >> 40) / Float(1 << 23) - 1) * size * Float(3).squareRoot())
        }
    }

    /// Scales of 32 to 63 units, and minima that bring nibbles of 0 to 15 around nought.
    private mutating func fours() -> [UInt8] {
        let scales = bytes(8).map { 32 | $0 & 31 }
        // The lower four whole, the upper four with their top bits in the lower four's bytes. Minima are the scales.
        let first = (0..<4).map { scales[$0] | (scales[$0 + 4] >> 4) << 6 }
        let last = (0..<4).map { (scales[$0 + 4] & 15) | (scales[$0 + 4] & 15) << 4 }
        let unit = size / (4.61 * 48.4)
        return half(unit) + half(7.5 * unit) + first + first + last + bytes(128)
    }

    /// Four low bits, two high bits, scales of 64 to 127 units of either sign.
    private mutating func sixes() -> [UInt8] {
        let scales = bytes(16).map { UInt8(bitPattern: ($0 < 128 ? 1 : -1) * Int8($0 & 63 | 64)) }
        return bytes(192) + scales + half(size / (18.5 * 97.2))
    }

    /// Knuth's generator for 64 bits, whose upper bits are the random ones.
    private mutating func step() -> UInt64 {
        chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return chance
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let upper = step() >> 32
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: upper >> UInt64(shift))) }
        }
        return bytes
    }

    private func half(_ number: Float) -> [UInt8] {
        let bits = Float16(number).bitPattern
        return [UInt8(bits & 255), UInt8(bits >> 8)]
    }
}
