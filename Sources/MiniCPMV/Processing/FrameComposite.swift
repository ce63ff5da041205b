import MediaTypes

/// Several frames of a second on one canvas, black lines of six pixels between them. Source: MODEL.md §9, "Composite".
struct FrameComposite: Sendable, Equatable {
    /// Frames from top to bottom.
    let rows: Int
    /// Frames from left to right.
    let columns: Int
    /// The size of each frame.
    let frame: PixelSize

    /// Pixels between two frames.
    private static let gap = 6

    /// The arrangement of `count` frames: four in a square, two or three towards the squarer canvas, others in a row.
    init(count: Int, of frame: PixelSize) {
        precondition(count > 0, "a composite of nothing")
        self.frame = frame
        if count == 4 {
            (rows, columns) = (2, 2)
        } else if 2...3 ~= count {
            let row = Self.elongation(rows: 1, columns: count, frame)
            let column = Self.elongation(rows: count, columns: 1, frame)
            let isRow = row < column || (row == column && (count == 3 || frame.width >= frame.height))
            (rows, columns) = isRow ? (1, count) : (count, 1)
        } else {
            (rows, columns) = (1, count)
        }
    }

    /// The size of the canvas.
    var size: PixelSize { Self.size(rows: rows, columns: columns, frame) }

    /// The canvas with these frames, row by row.
    ///
    /// - Traps unless the frames are as many and as large as was said.
    func drawn(_ frames: [PixelBuffer]) -> PixelBuffer {
        precondition(frames.count == rows * columns && frames.allSatisfy { $0.size == frame }, "other frames")
        let canvas = size
        var bytes = [UInt8](repeating: 0, count: 3 * canvas.pixelCount)
        for (place, picture) in frames.enumerated() {
            let top = place / columns * (frame.height + Self.gap)
            let left = place % columns * (frame.width + Self.gap)
            for y in 0..<frame.height {
                let start = 3 * ((top + y) * canvas.width + left)
                let source = 3 * y * frame.width
                bytes.replaceSubrange(
                    start..<(start + 3 * frame.width), with: picture.bytes[source..<(source + 3 * frame.width)])
            }
        }
        return PixelBuffer(size: canvas, bytes: bytes)
    }

    private static func size(rows: Int, columns: Int, _ frame: PixelSize) -> PixelSize {
        PixelSize(
            width: columns * frame.width + (columns - 1) * gap, height: rows * frame.height + (rows - 1) * gap)
    }

    /// How far a canvas is from a square.
    private static func elongation(rows: Int, columns: Int, _ frame: PixelSize) -> Double {
        let size = size(rows: rows, columns: columns, frame)
        return abs(Double(size.width) / Double(size.height) - 1)
    }
}
