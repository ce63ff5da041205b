import Glibc
import MediaTypes

/// The command line's arguments as text that can be turned back into the very bytes.
///
/// A file name may hold bytes that are no UTF-8, and `CommandLine.arguments` replaces those. Here each of them becomes
/// a private-use character of its own, U+10FF80 to U+10FFFF, and `bytes(of:)` turns it back.
enum RawArguments {
    private static let base: UInt32 = 0x10FF00

    /// This process's arguments, without its name.
    static func ofProcess() -> [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { argument in
                text(of: UnsafeBufferPointer(start: argument, count: strlen(argument)).map(UInt8.init(bitPattern:)))
            }
        }
    }

    /// The text that stands for these bytes.
    static func text(of bytes: [UInt8]) -> String {
        let plain = String(decoding: bytes, as: UTF8.self)
        if plain.utf8.elementsEqual(bytes) { return plain }
        var text = String.UnicodeScalarView()
        var rest = bytes[...]
        while let byte = rest.first {
            if let (scalar, count) = scalar(at: rest) {
                text.append(scalar)
                rest = rest.dropFirst(count)
            } else {
                if let stand = Unicode.Scalar(base + UInt32(byte)) { text.append(stand) }
                rest = rest.dropFirst()
            }
        }
        return String(text)
    }

    /// The bytes that this text stands for.
    static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            switch scalar.value {
            case base + 0x80...base + 0xFF: [UInt8(scalar.value - base)]
            default: Array(String(scalar).utf8)
            }
        }
    }

    // Strings compare by bytes here: a replacement character that was typed is itself, not a sign of damage.
    private static func scalar(at bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        for count in 1...4 where bytes.count >= count {
            let candidate = String(decoding: bytes.prefix(count), as: UTF8.self)
            if let scalar = candidate.unicodeScalars.first, candidate.unicodeScalars.count == 1,
                candidate.utf8.elementsEqual(bytes.prefix(count))
            {
                return (scalar, count)
            }
        }
        return nil
    }
}
