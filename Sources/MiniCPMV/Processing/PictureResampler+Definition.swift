import MediaTypes

extension PictureResampler {
    /// The definition, pixel by pixel. Slow on purpose: tests hold `rows(_:of:)` to it, bit for bit.
    static func definition(_ picture: PixelBuffer, to target: PixelSize) -> PixelBuffer {
        let wide = PixelSize(width: target.width, height: picture.size.height)
        let narrowed = alongAxis(picture, to: wide, from: picture.size.width, to: target.width) { x, y, place in
            (place, y)
        }
        return alongAxis(narrowed, to: target, from: wide.height, to: target.height) { x, y, place in (x, place) }
    }

    /// One axis of the resize. `position` says which source pixel the window's `place` is, for the target's `x`, `y`.
    private static func alongAxis(
        _ picture: PixelBuffer, to size: PixelSize, from source: Int, to target: Int,
        _ position: (_ x: Int, _ y: Int, _ place: Int) -> (x: Int, y: Int)
    ) -> PixelBuffer {
        guard source != target else { return picture }
        let axis = ResampleAxis(source: source, target: target)
        let windows = (0..<target).map(axis.window)
        var bytes: [UInt8] = []
        for y in 0..<size.height {
            for x in 0..<size.width {
                let window = windows[size.width == picture.size.width ? y : x]
                for channel in 0..<3 {
                    var sum = 1 << (axis.precision - 1)
                    for (step, weight) in window.weights.enumerated() {
                        let pixel = position(x, y, window.first + step)
                        sum += Int(picture.bytes[3 * (pixel.y * picture.size.width + pixel.x) + channel]) * Int(weight)
                    }
                    bytes.append(UInt8(min(max(sum >> axis.precision, 0), 255)))
                }
            }
        }
        return PixelBuffer(size: size, bytes: bytes)
    }
}
