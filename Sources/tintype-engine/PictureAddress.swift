import Foundation
import MediaTypes

/// A picture inside a request: `data:image/x-portable-pixmap;base64,…` of a binary PPM. Raw pixels are all that the
/// engine takes: decoders of other formats live in a sandbox that is not this process.
enum PictureAddress {
    private static let prefix = "data:image/x-portable-pixmap;base64,"
    /// Larger than any camera's picture.
    static let pixelLimit = 64 << 20

    static func pixels(_ address: String) throws(EngineFault) -> PixelBuffer {
        guard address.hasPrefix(prefix) else {
            let kind = address.prefix(48).prefix { $0 != "," }
            throw .badRequest(
                "A picture came as “\(kind)”, and the engine decodes no files.",
                remedy: "Ask the daemon about file:// addresses, or send raw pixels: \(prefix)…")
        }
        guard let bytes = Data(base64Encoded: Data(address.utf8.dropFirst(prefix.utf8.count))) else {
            throw broken("its base64 cannot be read")
        }
        return try pixels(pixmap: bytes)
    }

    private static func broken(_ reason: String) -> EngineFault {
        .badRequest("A picture cannot be read: \(reason).", remedy: "Send a binary PPM (P6) with a maximum of 255.")
    }

    /// `P6`, width, height, 255, one blank, then three bytes a pixel.
    private static func pixels(pixmap bytes: Data) throws(EngineFault) -> PixelBuffer {
        guard bytes.starts(with: Array("P6".utf8)) else { throw broken("it is no PPM") }
        var place = bytes.startIndex + 2
        let width = try number(bytes, &place)
        let height = try number(bytes, &place)
        let most = try number(bytes, &place)
        let size = PixelSize(width: width, height: height)
        guard most == 255, width > 0, height > 0, size.pixelCount <= pixelLimit else {
            throw broken("its size is \(width) × \(height), its maximum \(most)")
        }
        guard place < bytes.endIndex, bytes.endIndex - (place + 1) == 3 * size.pixelCount else {
            throw broken("it has not three bytes for each pixel")
        }
        return PixelBuffer(size: size, bytes: Array(bytes[(place + 1)...]))
    }

    private static func number(_ bytes: Data, _ place: inout Data.Index) throws(EngineFault) -> Int {
        while place < bytes.endIndex, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[place]) { place += 1 }
        var value = 0
        let start = place
        while place < bytes.endIndex, (0x30...0x39).contains(bytes[place]), place - start < 9 {
            value = value * 10 + Int(bytes[place] - 0x30)
            place += 1
        }
        guard place > start else { throw broken("its header is cut off") }
        return value
    }
}
