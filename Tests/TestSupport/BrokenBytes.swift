/// What goes wrong with files: the same damage for the same seed.
public enum BrokenBytes {
    /// The first part of `bytes`, as a download that stopped: `share` is 0…1.
    public static func truncated(_ bytes: [UInt8], keeping share: Double) -> [UInt8] {
        Array(bytes.prefix(Int(Double(bytes.count) * share)))
    }

    /// `bytes` with `count` single bits turned over at places that the seed chooses, none before `offset`.
    public static func bitFlipped(_ bytes: [UInt8], count: Int, after offset: Int = 0, seed: UInt64) -> [UInt8] {
        precondition(offset < bytes.count, "no byte left to break after \(offset)")
        var random = SeededGenerator(seed: seed)
        var broken = bytes
        for _ in 0..<count {
            broken[Int.random(in: offset..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        return broken
    }

    /// `bytes` with a stretch set to nought, as a disk's bad block leaves it; the shares are 0…1 of the whole.
    public static func holed(_ bytes: [UInt8], from start: Double, to end: Double) -> [UInt8] {
        var broken = bytes
        for index in Int(Double(bytes.count) * start)..<Int(Double(bytes.count) * end) { broken[index] = 0 }
        return broken
    }
}
