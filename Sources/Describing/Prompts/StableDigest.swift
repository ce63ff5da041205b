/// A digest that tells prompts apart across runs and machines: FNV-1a with 64 bits, as 16 hexadecimal digits.
///
/// It guards against nobody; it only has to differ when we edit a prompt, so it needs no cryptography.
enum StableDigest {
    static func of(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            hash ^= UInt64(byte)
            hash = hash &* 0x0000_0100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
