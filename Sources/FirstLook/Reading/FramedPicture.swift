import MediaTypes
import Tensors

/// A picture as the detector takes it: not too large, not too small, and no strip.
struct FramedPicture {
    /// What finds lines takes some 60 bytes of memory for each of them. Source: measured.
    static let mostPixels = 2000 * 1152

    let picture: PixelBuffer
    private let original: PixelSize
    private let padding: Int
    private let scale: (x: Double, y: Double)

    init(_ picture: PixelBuffer, on pool: ComputePool) {
        original = picture.size
        let size = Self.bounded(picture.size)
        let scaled = PictureScaling.scaled(picture, to: size, on: pool)
        scale = (Double(original.width) / Double(size.width), Double(original.height) / Double(size.height))
        padding = Self.padding(of: size)
        guard padding > 0 else {
            self.picture = scaled
            return
        }
        let black = [UInt8](repeating: 0, count: padding * size.width * 3)
        self.picture = PixelBuffer(
            size: PixelSize(width: size.width, height: size.height + 2 * padding), bytes: black + scaled.bytes + black)
    }

    /// The size that a picture is scaled to: its longer side is 2,000 at the most and its shorter one 30 at the least, unless
    /// that makes it larger than `mostPixels`, black included.
    static func bounded(_ size: PixelSize) -> PixelSize {
        var size = size
        func scaled(_ ratio: Double) -> PixelSize {
            func side(_ old: Int) -> Int {
                max(Int((Double(Int(Double(old) * ratio)) / 32).rounded(.toNearestOrEven)) * 32, 32)
            }
            return PixelSize(width: side(size.width), height: side(size.height))
        }
        if size.longSide > 2000 { size = scaled(2000 / Double(size.longSide)) }
        let short = min(size.width, size.height)
        if short < 30 { size = scaled(30 / Double(short)) }
        let count = size.width * (size.height + 2 * padding(of: size))
        if count > mostPixels { size = scaled((Double(mostPixels) / Double(count)).squareRoot()) }
        return size
    }

    /// Rows of black above and below a strip: the detector was not made for strips.
    static func padding(of size: PixelSize) -> Int {
        guard size.height <= 30 || size.width > 8 * size.height else { return 0 }
        return abs(max(size.width / 8, 30) * 2 - size.height) / 2
    }

    /// A frame's corners in the picture as it came.
    func original(_ frame: Quadrilateral) -> [Point] {
        frame.corners.map { corner in
            Point(
                x: min(max(corner.x * scale.x, 0), Double(original.width)),
                y: min(max((corner.y - Double(padding)) * scale.y, 0), Double(original.height)))
        }
    }
}
