import CKernels

/// Stored numbers as float32.
///
/// Source: the block layouts of GGUF (ggml-common.h of llama.cpp names the fields); equal to its definitions bit for bit.
public enum Dequantisation {
    /// The definition, one number after the other. Slow on purpose: tests hold `fast` to it.
    ///
    /// - Traps unless `bytes` are whole blocks.
    static func reference(_ bytes: [UInt8], as type: DType) -> [Float] {
        precondition(bytes.count % type.blockBytes == 0, "\(bytes.count) bytes are no whole \(type.rawValue) blocks")
        return stride(from: 0, to: bytes.count, by: type.blockBytes).flatMap { start in
            block(bytes[start..<(start + type.blockBytes)].map(\.self), as: type)
        }
    }

    /// Widens `count` numbers at `from`. `count` is a multiple of the block's.
    static func fast(
        _ from: UnsafeRawPointer, as type: DType, to: UnsafeMutablePointer<Float>, count: Int
    ) {
        switch type {
        // As bytes: a file need not lay numbers where numbers belong.
        case .f32: UnsafeMutableRawPointer(to).copyMemory(from: from, byteCount: count * 4)
        case .f16: kernel_widen_f16(from, to, count)
        case .bf16: kernel_widen_bf16(from, to, count)
        case .q8_0: kernel_dequantise_q8_0(from, to, count)
        case .q4_0: kernel_dequantise_q4_0(from, to, count)
        case .q4_k: kernel_dequantise_q4_k(from, to, count)
        case .q5_k: kernel_dequantise_q5_k(from, to, count)
        case .q6_k: kernel_dequantise_q6_k(from, to, count)
        }
    }

    private static func block(_ bytes: [UInt8], as type: DType) -> [Float] {
        func word(_ at: Int) -> UInt16 { UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8 }
        func half(_ at: Int) -> Float { Float(Float16(bitPattern: word(at))) }
        switch type {
        case .f32: return [Float(bitPattern: UInt32(word(0)) | UInt32(word(2)) << 16)]
        case .f16: return [half(0)]
        case .bf16: return [Float(bitPattern: UInt32(word(0)) << 16)]
        case .q8_0: return (0..<32).map { half(0) * Float(Int8(bitPattern: bytes[2 + $0])) }
        case .q4_0:
            return (0..<32).map { half(0) * Float(Int(bytes[2 + $0 % 16] >> ($0 < 16 ? 0 : 4) & 15) - 8) }
        case .q4_k:
            return groups(bytes, scales: 4) {
                16 + $0 / 2 * 32 + $1
            } fifthBit: { _, _ in
                0
            }
        case .q5_k:
            return groups(bytes, scales: 4) {
                48 + $0 / 2 * 32 + $1
            } fifthBit: {
                bytes[16 + $1] >> $0 & 1
            }
        case .q6_k: return sixBits(bytes, unit: half(208))
        }
    }

    /// Q4_K and Q5_K: `(unit · scale) · quant − (least · minimum)`, each product and the difference rounded.
    private static func groups(
        _ bytes: [UInt8], scales: Int, nibbleAt: (Int, Int) -> Int, fifthBit: (Int, Int) -> UInt8
    ) -> [Float] {
        let unit = Float(Float16(bitPattern: UInt16(bytes[0]) | UInt16(bytes[1]) << 8))
        let least = Float(Float16(bitPattern: UInt16(bytes[2]) | UInt16(bytes[3]) << 8))
        return (0..<256).map { index in
            let (group, place) = (index / 32, index % 32)
            let (scale, minimum) = sixBitPair(Array(bytes[scales..<(scales + 12)]), group)
            let nibble = bytes[nibbleAt(group, place)] >> (group % 2 == 0 ? 0 : 4) & 15
            let quant = nibble | fifthBit(group, place) << 4
            let product = (unit * Float(scale)) * Float(quant)
            return product - least * Float(minimum)
        }
    }

    /// The scale and the minimum of a group: six bits each, the eight pairs in twelve bytes.
    private static func sixBitPair(_ packed: [UInt8], _ group: Int) -> (scale: UInt8, minimum: UInt8) {
        guard group >= 4 else { return (packed[group] & 63, packed[group + 4] & 63) }
        return (
            packed[group + 4] & 15 | (packed[group - 4] >> 6) << 4,
            packed[group + 4] >> 4 | (packed[group] >> 6) << 4
        )
    }

    /// Q6_K: four low bits and two high bits around 32; a scale for each sixteen.
    private static func sixBits(_ bytes: [UInt8], unit: Float) -> [Float] {
        (0..<256).map { index in
            let (half, place) = (index / 128, index % 128)
            let (quarter, column) = (place / 32, place % 32)
            let low = bytes[half * 64 + quarter % 2 * 32 + column] >> (quarter < 2 ? 0 : 4) & 15
            let high = bytes[128 + half * 32 + column] >> (2 * quarter) & 3
            let scale = Int8(bitPattern: bytes[192 + half * 8 + quarter * 2 + column / 16])
            return unit * Float(scale) * Float(Int(low | high << 4) - 32)
        }
    }
}
