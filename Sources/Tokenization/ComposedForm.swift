// The standard library's own composition, which it compares strings by. Foundation's (Swift 6.3) composes what does not
// compose: of a base beyond U+FFFF it looks at sixteen bits (U+10041 with an acute accent becomes Á), and it takes
// U+1113, the consonant after the last modern one, for one that begins a Hangul syllable.
@_spi(_Unicode) import Swift

/// Unicode's normalisation form C, of UTF-8.
enum ComposedForm {
    /// The composed form of well-formed UTF-8.
    static func of(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        // Nothing below U+0300 composes or changes, and in UTF-8 that begins with the byte CC.
        guard bytes.contains(where: { $0 >= 0xCC }) else { return Array(bytes) }
        var text = ""
        text.reserveCapacity(bytes.count)
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            appendSplit(scalar, to: &text.unicodeScalars)
        }
        var composed: [UInt8] = []
        composed.reserveCapacity(bytes.count)
        for scalar in text._nfc {
            composed.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
        }
        return composed
    }

    /// The three Tibetan vowel signs that are two marks each; the standard library leaves them whole.
    private static func appendSplit(_ scalar: Unicode.Scalar, to scalars: inout String.UnicodeScalarView) {
        switch scalar.value {
        case 0x0F73: scalars.append(contentsOf: "\u{0F71}\u{0F72}".unicodeScalars)
        case 0x0F75: scalars.append(contentsOf: "\u{0F71}\u{0F74}".unicodeScalars)
        case 0x0F81: scalars.append(contentsOf: "\u{0F71}\u{0F80}".unicodeScalars)
        default: scalars.append(scalar)
        }
    }
}
