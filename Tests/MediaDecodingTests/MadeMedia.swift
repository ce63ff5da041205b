import Glibc
import MediaTypes
import TestSupport

@testable import MediaDecoding

/// Media that the tests make themselves.
enum MadeMedia {
    /// A picture that looks different from every side: a gradient with a red corner at the top left and a blue one at
    /// the bottom right.
    static func picture(width: Int = 96, height: Int = 64) -> PixelBuffer {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                switch (x * 4 / width, y * 4 / height) {
                case (0, 0): bytes += [230, 20, 20]
                case (3, 3): bytes += [20, 20, 230]
                default:
                    bytes += [
                        UInt8(x * 200 / width), UInt8(x * 120 / width + y * 120 / height), UInt8(y * 200 / height),
                    ]
                }
            }
        }
        return PixelBuffer(size: PixelSize(width: width, height: height), bytes: bytes)
    }

    /// A JPEG with these segments behind its start marker.
    static func jpeg(
        _ picture: PixelBuffer = picture(), exif: [UInt8]? = nil, segments: [[UInt8]] = []
    ) throws -> [UInt8] {
        let plain = try JPEGEncoder.encode(picture)
        var segments = segments
        if let exif { segments.insert(segment(0xE1, Array("Exif\0\0".utf8) + exif), at: 0) }
        return Array(plain[..<2]) + segments.flatMap { $0 } + plain[2...]
    }

    /// A marker segment.
    static func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
        [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 0xFF)] + data
    }

    /// A PNG with these chunks before its pixels. Their checksums are nought, which readers of metadata do not mind.
    static func png(_ picture: PixelBuffer = picture(), chunks: [(String, [UInt8])] = []) throws -> [UInt8] {
        let plain = try PNGEncoder.encode(picture)
        let inserted: [UInt8] = chunks.flatMap { name, data in big32(data.count) + Array(name.utf8) + data + big32(0) }
        return Array(plain[..<33]) + inserted + plain[33...]
    }

    /// An uncompressed RGB TIFF with its directories behind the pixels, as many programs write it.
    static func tiff(
        _ picture: PixelBuffer = picture(), tags: [(Int, ExifBuilder.Value)] = [], exif: [(Int, ExifBuilder.Value)] = []
    ) -> [UInt8] {
        var builder = ExifBuilder()
        let layout: [(Int, ExifBuilder.Value)] = [
            (0x100, .short(picture.size.width)), (0x101, .short(picture.size.height)), (0x102, .shorts([8, 8, 8])),
            (0x103, .short(1)), (0x106, .short(2)), (0x111, .long(8)), (0x115, .short(3)),
            (0x116, .short(picture.size.height)), (0x117, .long(picture.bytes.count)),
        ]
        builder.main = tags + layout
        builder.exif = exif
        return builder.block(behind: picture.bytes)
    }

    /// A GIF of one colour per frame: literal codes with a clear code often enough that the code size never grows.
    static func gif(width: Int = 8, height: Int = 8, delays: [Int]) -> [UInt8] {
        var bytes = Array("GIF89a".utf8) + little16(width) + little16(height) + [0x80, 0, 0, 255, 0, 0, 0, 0, 255]
        for (index, delay) in delays.enumerated() {
            bytes += [0x21, 0xF9, 4, 0] + little16(delay) + [0, 0]
            bytes += [0x2C, 0, 0, 0, 0] + little16(width) + little16(height) + [0, 2]
            var bits: [Int] = []
            for pixel in 0..<width * height {
                if pixel % 2 == 0 { bits.append(4) }
                bits.append(index % 2)
            }
            bits.append(5)
            var packed: [UInt8] = []
            var accumulator = 0, filled = 0
            for code in bits {
                accumulator |= code << filled
                filled += 3
                while filled >= 8 {
                    packed.append(UInt8(accumulator & 0xFF))
                    accumulator >>= 8
                    filled -= 8
                }
            }
            packed.append(UInt8(accumulator & 0xFF))
            bytes += stride(from: 0, to: packed.count, by: 255).flatMap { start in
                let block = packed[start..<min(start + 255, packed.count)]
                return [UInt8(block.count)] + block
            }
            bytes.append(0)
        }
        return bytes + [0x3B]
    }

    static func big32(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
    static func little16(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
}

/// A file on disk with an open descriptor, both gone when this is.
final class OpenedFile {
    let file: MediaFile
    private let directory: TemporaryDirectory

    init(_ bytes: [UInt8], name: String = "file") throws {
        directory = try TemporaryDirectory()
        let path = try directory.write(bytes, to: name)
        file = try MediaFile(descriptor: path.withCString { open($0, O_RDONLY | O_CLOEXEC) })
    }

    deinit { close(file.descriptor) }
}

/// The facts of these bytes.
func facts(of bytes: [UInt8], name: String = "file", folders: [String] = []) throws -> MediaFacts {
    let opened = try OpenedFile(bytes)
    return try MediaDecoder.facts(of: opened.file, name: name, folders: folders)
}

/// The picture in these bytes.
func picture(in bytes: [UInt8], longSide: Int? = nil) throws -> PixelBuffer {
    let opened = try OpenedFile(bytes)
    return try MediaDecoder.picture(of: opened.file, longSide: longSide)
}

/// The mean difference of the bytes of two pictures; `nil` where their sizes differ.
func meanDifference(_ left: PixelBuffer, _ right: PixelBuffer) -> Double? {
    guard left.size == right.size else { return nil }
    let sum = zip(left.bytes, right.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(max(1, left.bytes.count))
}
