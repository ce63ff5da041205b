import MediaTypes

/// What the vision tower sees at a time: an overview, a tile or a frame, scaled to whole patches.
public struct VisionUnit: Sendable, Equatable {
    /// Patches from top to bottom.
    public let rows: Int
    /// Patches from left to right.
    public let columns: Int
    /// `[rows · side, columns · side, 3]`: red, green, blue.
    public let bytes: [UInt8]
    private let patchSide: Int
    private let scale: PixelScale

    /// The unit of these pixels.
    ///
    /// - Traps unless the sides are whole patches.
    init(size: PixelSize, bytes: [UInt8], _ configuration: PreprocessorConfiguration) {
        patchSide = configuration.patchSide
        precondition(size.width % patchSide == 0 && size.height % patchSide == 0, "\(size) is not whole patches")
        precondition(bytes.count == size.pixelCount * 3, "\(bytes.count) bytes for \(size)")
        rows = size.height / patchSide
        columns = size.width / patchSide
        self.bytes = bytes
        scale = PixelScale(configuration)
    }

    /// How many patches there are.
    public var count: Int { rows * columns }

    /// Numbers in a patch: 588 for three colours of 14 × 14 pixels.
    public var patchLength: Int { 3 * patchSide * patchSide }

    /// `[patches, patchLength]` in raster order, the columns ordered (colour, y, x) as the patch embedding's weights
    /// are; bytes normalised to (byte − mean) / deviation in float32.
    public func patchMatrix() -> [Float] {
        var matrix: [Float] = []
        matrix.reserveCapacity(count * patchLength)
        appendPatches(to: &matrix)
        return matrix
    }

    /// Appends the rows of `patchMatrix()`: for the patches of several units one after the other.
    public func appendPatches(to matrix: inout [Float]) {
        let width = columns * patchSide
        for row in 0..<rows {
            for column in 0..<columns {
                for colour in 0..<3 {
                    for y in 0..<patchSide {
                        let first = 3 * ((row * patchSide + y) * width + column * patchSide) + colour
                        for x in 0..<patchSide { matrix.append(scale[colour, bytes[first + 3 * x]]) }
                    }
                }
            }
        }
    }
}

/// The number that stands for each byte of each colour.
private struct PixelScale: Sendable, Equatable {
    /// `[3, 256]`.
    private let values: [Float]

    /// Mean and deviation speak of values from 0 to 1; the reference scales them by 255 and keeps the bytes.
    init(_ configuration: PreprocessorConfiguration) {
        values = zip(configuration.mean, configuration.deviation).flatMap { mean, deviation in
            (0..<256).map { (Float($0) - mean * 255) / (deviation * 255) }
        }
    }

    subscript(colour: Int, byte: UInt8) -> Float { values[256 * colour + Int(byte)] }
}
