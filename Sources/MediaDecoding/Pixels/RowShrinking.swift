import CLibAV
import MediaTypes

/// Shrinks a picture while its rows arrive: `Frame.picture(size:)` without the whole of it ever being in memory.
final class RowShrinking {
    private let size: PixelSize
    private let target: PixelSize
    private let scaler: OpaquePointer
    /// What the rows are shrunk into: the picture, or, where that is less than a pixel in many, a step on the way to it.
    private let frame: Frame
    private var rowCount = 0

    /// Rows that are taken at a time have about this many bytes.
    private static let bandBytes = 256 << 10

    private static let format = AV_PIX_FMT_RGB24

    /// Shrinks rows of this many pixels, in packed RGB: what lets the background through is laid over it before, for averages
    /// of colours that nobody sees would shine through.
    init(of size: PixelSize, to target: PixelSize) throws(DecodingError) {
        self.size = size
        self.target = target
        let step = Frame.firstStep(from: size, to: target)
        frame = try Frame(size: step.size, format: Self.format)
        scaler = try Frame.scaler(from: size, Self.format, to: step.size, Self.format, filter: step.filter)
    }

    deinit { sws_freeContext(scaler) }

    /// Takes the next rows: the first `count` of a band.
    func add(_ band: Frame, count: Int) throws(DecodingError) {
        // Four planes each, of which packed pixels have one.
        let status = sws_scale(
            scaler, [band.pointer.pointee.data.0.map { UnsafePointer($0) }, nil, nil, nil],
            [CInt(clamping: band.stride), 0, 0, 0], CInt(rowCount), CInt(count),
            [frame.pointer.pointee.data.0, nil, nil, nil], [CInt(clamping: frame.stride), 0, 0, 0])
        guard status >= 0 else { throw .damagedPicture }
        rowCount += count
    }

    /// Takes all rows, a band at a time.
    ///
    /// - Parameter fill: writes rows: the first one's number, where it goes, bytes from one to the next, and how many.
    func addAll(
        _ fill: (_ first: Int, _ band: UnsafeMutablePointer<UInt8>, _ stride: Int, _ count: Int)
            throws(DecodingError) -> Void
    ) throws(DecodingError) {
        let most = max(1, min(size.height, Self.bandBytes / (size.width * 3)))
        let band = try Frame(size: PixelSize(width: size.width, height: most), format: Self.format)
        guard let rows = band.pointer.pointee.data.0 else { throw .outOfMemory }
        while rowCount < size.height {
            let count = min(most, size.height - rowCount)
            try fill(rowCount, rows, band.stride, count)
            try add(band, count: count)
        }
    }

    /// The picture, once all rows are there.
    func picture() throws(DecodingError) -> PixelBuffer {
        precondition(rowCount == size.height, "\(rowCount) rows of \(size)")
        return try frame.picture(size: target)
    }
}
