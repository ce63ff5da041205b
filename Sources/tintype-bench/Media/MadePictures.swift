import Foundation
import MediaDecoding
import MediaTypes

/// Pictures made for a measurement.
enum MadePictures {
    /// 4,000 × 3,000: what "12 megapixels" means on a phone.
    static let photoSize = PixelSize(width: 4000, height: 3000)

    /// Writes `count` JPEGs of 12 megapixels, all different files, of the detail that photos have (about 3 MB).
    static func writePhotos(_ count: Int, to folder: MediaPath) throws {
        // Four are drawn; the others differ from them behind the end of the picture, which makes them other contents.
        let drawn = try (0..<min(count, 4)).map { try JPEGEncoder.encode(photo(seed: UInt32($0)), quality: 80) }
        for number in 0..<count {
            var bytes = drawn[number % drawn.count]
            bytes += withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) }
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.text)/photo-\(number).jpg"))
        }
    }

    /// Writes `count` small pictures, all different, a thousand to a folder.
    static func writeSmall(_ count: Int, to folder: MediaPath) throws {
        for number in 0..<count {
            if number % 1000 == 0 {
                try FileManager.default.createDirectory(
                    atPath: "\(folder.text)/\(number / 1000)", withIntermediateDirectories: true)
            }
            let path = "\(folder.text)/\(number / 1000)/small-\(number).bmp"
            try Data(smallBitmap(number)).write(to: URL(fileURLWithPath: path))
        }
    }

    /// Soft shapes under fine noise.
    private static func photo(seed: UInt32) -> PixelBuffer {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(photoSize.pixelCount * 3)
        var noise = seed &* 2_654_435_761 | 1
        for y in 0..<photoSize.height {
            for x in 0..<photoSize.width {
                noise ^= noise << 13
                noise ^= noise >> 17
                noise ^= noise << 5
                let grain = Int(noise & 7) - 4
                let wave = (x / 5 + y / 7 + Int(seed) * 31) & 255
                for channel in [wave, 255 - wave, (x * y / 20_000) & 255] {
                    bytes.append(UInt8(clamping: channel * 3 / 4 + 30 + grain))
                }
            }
        }
        return PixelBuffer(size: photoSize, bytes: bytes)
    }

    /// An 8 × 8 bitmap whose pixels spell the number.
    private static func smallBitmap(_ number: Int) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let pixels = (0..<64).flatMap { place in little((number &* 2_654_435_761) >> (place & 15), 3) }
        var file = Array("BM".utf8) + little(54 + pixels.count, 4) + little(0, 4) + little(54, 4)
        file += little(40, 4) + little(8, 4) + little(8, 4) + little(1, 2) + little(24, 2) + little(0, 4)
        file += little(pixels.count, 4) + little(2835, 4) + little(2835, 4) + little(0, 8)
        return file + little(number, 4) + pixels.dropFirst(4)
    }
}
