/// The direction in which a sentence's meaning lies: the components of a vector in eight bits each, of no particular length.
///
/// Rounding turns a unit vector of 384 components by 0.01 at most, far less than two wordings of one thing differ by.
public struct MeaningVector: Hashable, Sendable {
    /// How many components there are.
    public static let width = 384

    /// The components, -127…127; not all of them 0.
    public let components: [Int8]

    /// The direction of a vector of `width` numbers; `nil` where it has none: another width, zero, or not finite.
    public init?(_ vector: [Float]) {
        let largest = vector.reduce(0) { max($0, abs($1)) }
        guard vector.count == Self.width, largest > 0, largest.isFinite, vector.allSatisfy(\.isFinite) else {
            return nil
        }
        components = vector.map { Int8(($0 / largest * 127).rounded()) }
    }

    /// A vector from bytes, as they were stored; `nil` where they are none.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.width, bytes.contains(where: { $0 != 0 }) else { return nil }
        components = [Int8](bytes.bindMemory(to: Int8.self))
    }

    /// The components as bytes, to be stored.
    public var bytes: [UInt8] { components.map(UInt8.init(bitPattern:)) }

    /// The cosine of the angle between two, -1…1.
    public func similarity(to other: MeaningVector) -> Float {
        var product: Int32 = 0
        var ours: Int32 = 0
        var theirs: Int32 = 0
        for index in 0..<Self.width {
            let a = Int32(components[index])
            let b = Int32(other.components[index])
            product &+= a &* b
            ours &+= a &* a
            theirs &+= b &* b
        }
        return Float(product) / (Float(ours) * Float(theirs)).squareRoot()
    }

    /// A bit for each component, set where it is above 0.
    var signs: [UInt64] { Self.bits { components[$0] > 0 } }

    /// The components in four bits, 1…15: 8 is 0.
    var nibbles: [Int] {
        let largest = components.reduce(1) { max($0, abs(Int($1))) }
        return components.map { (Int($0) * 14 + (Int($0) < 0 ? -largest : largest)) / (2 * largest) + 8 }
    }

    /// The lowest bit of every nibble, then the next, up to the fourth.
    var planes: [UInt64] {
        let nibbles = nibbles
        return (0..<4).flatMap { plane in Self.bits { nibbles[$0] >> plane & 1 == 1 } }
    }

    private static func bits(_ isSet: (Int) -> Bool) -> [UInt64] {
        stride(from: 0, to: width, by: 64).map { first in
            (0..<64).reduce(0) { $0 | (isSet(first + $1) ? 1 << UInt64($1) : 0) }
        }
    }
}
