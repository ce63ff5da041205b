/// Width and height in pixels.
public struct PixelSize: Hashable, Sendable, Codable {
    /// Pixels from left to right.
    public var width: Int
    /// Pixels from top to bottom.
    public var height: Int

    /// A size of these sides.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// The longer side.
    public var longSide: Int { max(width, height) }

    /// The number of pixels; saturates instead of overflowing, since sizes come from files.
    public var pixelCount: Int {
        let (product, overflow) = width.multipliedReportingOverflow(by: height)
        return overflow ? .max : product
    }

    /// The same shape with the long side at most `limit`; never larger than this, no side below 1.
    public func fitted(longSide limit: Int) -> PixelSize {
        guard longSide > limit, longSide > 0 else { return self }
        let scale = Double(limit) / Double(longSide)
        return PixelSize(
            width: max(1, Int((Double(width) * scale).rounded())),
            height: max(1, Int((Double(height) * scale).rounded())))
    }
}

/// A decoded picture: 8-bit sRGB, upright, row by row without padding.
public struct PixelBuffer: Sendable, Equatable {
    /// Width and height.
    public let size: PixelSize
    /// `[height, width, 3]`: red, green, blue.
    public let bytes: [UInt8]

    /// A picture of these pixels. Traps unless `bytes` holds three for each pixel.
    public init(size: PixelSize, bytes: [UInt8]) {
        precondition(bytes.count == size.pixelCount * 3, "\(bytes.count) bytes for \(size)")
        self.size = size
        self.bytes = bytes
    }
}
