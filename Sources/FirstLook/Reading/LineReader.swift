import Foundation
public import MediaTypes
public import Tensors

/// A line of text in a picture.
public struct FoundLine: Sendable, Equatable {
    /// What it says.
    public var text: String
    /// How sure that is: 0…1.
    public var confidence: Double
    /// Its corners in the picture, from the upper left one on, clockwise.
    public var corners: [Point]
}

/// What is written in a picture, as far as it could be read.
public struct FoundLines: Sendable, Equatable {
    /// The lines, from the top down and from left to right.
    public var lines: [FoundLine]
    /// How sure all of it is, 0…1, by the room that the lines take; what was found and could not be read counts as 0.
    /// Scripts that the reader has no symbols for give themselves away by this. `nil`: nothing was found.
    public var certainty: Double?
}

/// Finds lines of text in pictures, and reads them: PP-OCR's three networks, in the steps of their makers.
///
/// For one thread at a time.
public final class LineReader {
    /// The networks' files.
    public struct Files: Sendable {
        /// Finds lines.
        public var detection: WeightMap
        /// Tells upside down from upright.
        public var direction: WeightMap
        /// Reads a line; notes its symbols.
        public var recognition: WeightMap

        /// The three, wherever they were opened.
        public init(detection: WeightMap, direction: WeightMap, recognition: WeightMap) {
            self.detection = detection
            self.direction = direction
            self.recognition = recognition
        }

        /// The files as the package rapidocr names them, in one folder.
        ///
        /// - Throws: where one of them cannot be opened.
        public init(folder: String) throws(WeightFileError) {
            self.init(
                detection: try WeightMap(path: folder + "/PP-OCRv6_det_small.onnx"),
                direction: try WeightMap(path: folder + "/ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
                recognition: try WeightMap(path: folder + "/PP-OCRv6_rec_small.onnx"))
        }
    }

    private let detector: NetworkRunner
    private let turner: NetworkRunner
    private let recogniser: NetworkRunner
    private let table: CharacterTable
    private let pool: ComputePool

    /// Less sure lines are not shown.
    private static let leastConfidence = 0.5
    /// Lines that were turned and are less sure are read as they were, too.
    private static let leastTurnedConfidence = 0.9
    /// The detector's shorter side at the least.
    private static let detectorSide = 736
    private static let unit = 32
    private static let batch = 6
    /// Columns that are read at once: of one line all of it, whatever its width.
    private static let widthAtOnce = 3200
    private static let lineHeight = 48

    /// - Throws: where a file is not there, is broken, or holds another network.
    public init(_ files: Files, on pool: ComputePool) throws(WeightFileError) {
        self.pool = pool
        detector = NetworkRunner(try Network(try ONNXFile(files.detection)), on: pool)
        turner = NetworkRunner(try Network(try ONNXFile(files.direction)), on: pool)
        let recognition = try Network(try ONNXFile(files.recognition))
        guard let note = recognition.metadata["character"] else {
            throw .missingTensor("of its symbols, “character”", in: files.recognition.path)
        }
        recogniser = NetworkRunner(recognition, on: pool)
        table = CharacterTable(note: note)
    }

    /// The lines of a picture, from the top down and from left to right.
    ///
    /// - Throws: where a network does not fit: with the files of the package it does.
    public func lines(in picture: PixelBuffer) throws(WeightFileError) -> [FoundLine] {
        try reading(of: picture).lines
    }

    /// The lines of a picture, and how sure they are.
    ///
    /// - Throws: where a network does not fit: with the files of the package it does.
    public func reading(of picture: PixelBuffer) throws(WeightFileError) -> FoundLines {
        let framed = FramedPicture(picture, on: pool)
        let frames = Self.inOrder(try frames(in: framed.picture))
        // What finds lines in a large picture takes ten times the memory of what reads them.
        detector.releaseMemory()
        var crops: [PixelBuffer] = []
        var kept: [Quadrilateral] = []
        for frame in frames {
            guard let crop = LineCrop.picture(of: frame, in: framed.picture) else { continue }
            crops.append(crop)
            kept.append(frame)
        }
        let turned = try turn(&crops)
        var texts = try read(crops, at: Set(crops.indices))
        // The network of directions errs now and then in what is upright, and upside down letters read as others.
        let doubtful = turned.filter { texts[$0].confidence < Self.leastTurnedConfidence }
        for place in doubtful { crops[place] = crops[place].upsideDown }
        let upright = try read(crops, at: Set(doubtful))
        for place in doubtful where upright[place].confidence > texts[place].confidence {
            texts[place] = upright[place]
        }
        var (room, sureRoom) = (0.0, 0.0)
        let lines: [FoundLine] = zip(kept, texts).compactMap { frame, read in
            let width = frame.corners[0].distance(to: frame.corners[1])
            room += width
            guard read.confidence >= Self.leastConfidence, read.text.contains(where: { !$0.isWhitespace }) else {
                return nil
            }
            sureRoom += width * read.confidence
            return FoundLine(text: read.text, confidence: read.confidence, corners: framed.original(frame))
        }
        return FoundLines(lines: lines, certainty: room > 0 ? sureRoom / room : nil)
    }

    /// Gives memory back that the next picture would use again.
    public func releaseMemory() {
        for runner in [detector, turner, recogniser] { runner.releaseMemory() }
    }

    // MARK: Finding

    private func frames(in picture: PixelBuffer) throws(WeightFileError) -> [Quadrilateral] {
        let size = Self.detectorSize(for: picture.size)
        let scaled = PictureScaling.scaled(picture, to: size, on: pool)
        let (shape, frames) = try detector.run(batch: 1, rows: size.height, columns: size.width, channels: 3) { input in
            scaled.readerInput(into: input, at: 0, rowWidth: size.width)
        } result: { shape, map in
            guard map.count == size.pixelCount, map.allSatisfy(\.isFinite) else {
                return (shape, [Quadrilateral]?.none)
            }
            return (shape, TextRegions(map: map, width: size.width, height: size.height).frames(in: picture.size))
        }
        let wanted = [1, 1, size.height, size.width]
        guard let frames else {
            throw shape == wanted
                ? .notNumbers(in: "the detector")
                : .wrongShape("of its result", in: "the detector", is: shape, wanted: wanted)
        }
        return frames
    }

    /// - High strips are enlarged less: their longer side, and with it the memory, would grow without end.
    static func detectorSize(for size: PixelSize) -> PixelSize {
        let short = min(size.width, size.height)
        let room = (Double(FramedPicture.mostPixels) / Double(size.pixelCount)).squareRoot()
        let wanted = short < detectorSide ? Double(detectorSide) / Double(short) : 1
        let ratio = min(wanted, max(room, 1))
        let rule: FloatingPointRoundingRule = ratio < wanted ? .down : .toNearestOrEven
        func side(_ old: Int) -> Int {
            max(Int((Double(Int(Double(old) * ratio)) / Double(unit)).rounded(rule)) * unit, unit)
        }
        return PixelSize(width: side(size.width), height: side(size.height))
    }

    /// Frames whose upper edges are within ten pixels of the one above are one row, read from left to right.
    private static func inOrder(_ frames: [Quadrilateral]) -> [Quadrilateral] {
        let sorted = frames.enumerated().sorted {
            ($0.element.corners[0].y, $0.offset) < ($1.element.corners[0].y, $1.offset)
        }.map(\.element)
        var rows: [[Quadrilateral]] = []
        for frame in sorted {
            if let last = rows.last?.last, frame.corners[0].y - last.corners[0].y < 10 {
                rows[rows.count - 1].append(frame)
            } else {
                rows.append([frame])
            }
        }
        return rows.flatMap { row in
            row.enumerated().sorted { ($0.element.corners[0].x, $0.offset) < ($1.element.corners[0].x, $1.offset) }
                .map(\.element)
        }
    }

    // MARK: Reading

    /// Places in order of their pictures' shapes: those that are read together are about equally long.
    private static func byShape(_ crops: [PixelBuffer]) -> [Int] {
        crops.indices.sorted {
            let (a, b) = (crops[$0].size, crops[$1].size)
            return (Double(a.width) / Double(a.height), $0) < (Double(b.width) / Double(b.height), $1)
        }
    }

    /// Lays pictures down, scaled to the readers' height, in one batch of this width; what is left of the width is grey.
    private func lay(_ crops: [PixelBuffer], width: Int, in numbers: UnsafeMutableBufferPointer<Float>) {
        let height = Self.lineHeight
        numbers.update(repeating: 0)
        for (index, crop) in crops.enumerated() {
            let ratio = Double(crop.size.width) / Double(crop.size.height)
            let own = max(min(Int((Double(height) * ratio).rounded(.up)), width), 1)
            let scaled = PictureScaling.scaled(crop, to: PixelSize(width: own, height: height), on: pool)
            scaled.readerInput(into: numbers, at: index * height * width * 3, rowWidth: width)
        }
    }

    /// Turns those that are upside down; returns their places.
    private func turn(_ crops: inout [PixelBuffer]) throws(WeightFileError) -> [Int] {
        let (width, order) = (192, Self.byShape(crops))
        var turned: [Int] = []
        for start in stride(from: 0, to: order.count, by: Self.batch) {
            let places = order[start..<min(start + Self.batch, order.count)]
            let some = places.map { crops[$0] }
            let areTurned = try turner.run(batch: some.count, rows: Self.lineHeight, columns: width, channels: 3) {
                lay(some, width: width, in: $0)
            } result: { _, shares in
                some.indices.map { shares[$0 * 2 + 1] > 0.9 }
            }
            for (place, isTurned) in zip(places, areTurned) where isTurned {
                crops[place] = crops[place].upsideDown
                turned.append(place)
            }
        }
        return turned
    }

    /// What the lines at these places say, nothing at the others. A line is laid down as wide as the widest of the six around
    /// it, and the grey that follows it changes now and then what is read: so the six are the same whichever of them are read.
    private func read(
        _ crops: [PixelBuffer], at wanted: Set<Int>
    ) throws(WeightFileError) -> [(text: String, confidence: Double)] {
        var texts = [(text: String, confidence: Double)](repeating: ("", 0), count: crops.count)
        let order = Self.byShape(crops)
        for start in stride(from: 0, to: order.count, by: Self.batch) {
            let places = order[start..<min(start + Self.batch, order.count)]
            let widest = places.map { Double(crops[$0].size.width) / Double(crops[$0].size.height) }.max() ?? 1
            let width = Int(Double(Self.lineHeight) * max(widest, 320.0 / 48))
            // All of the six are as wide as the widest, but not all at a time: a wide line has a share for each of 18,710
            // symbols at each of its places.
            let step = max(Self.widthAtOnce / max(width, 1), 1)
            let these = places.filter(wanted.contains)
            for first in stride(from: 0, to: these.count, by: step) {
                let some = Array(these[first..<min(first + step, these.count)])
                for (place, text) in zip(some, try read(some.map { crops[$0] }, width: width)) { texts[place] = text }
            }
        }
        return texts
    }

    /// Lines read at this width.
    private func read(
        _ crops: [PixelBuffer], width: Int
    ) throws(WeightFileError) -> [(text: String, confidence: Double)] {
        let (shape, texts) = try recogniser.run(
            batch: crops.count, rows: Self.lineHeight, columns: width, channels: 3
        ) {
            lay(crops, width: width, in: $0)
        } result: { shape, shares in
            guard shape.count == 3, shape[2] == table.symbols.count else {
                return (shape, [(text: String, confidence: Double)]?.none)
            }
            let count = shape[1] * shape[2]
            let texts = crops.indices.compactMap { index in
                table.text(
                    of: UnsafeBufferPointer(rebasing: shares[(index * count)..<((index + 1) * count)]),
                    places: shape[1])
            }
            return (shape, texts)
        }
        guard let texts else {
            throw .wrongShape(
                "of its result", in: "the reader", is: shape, wanted: [crops.count, width / 8, table.symbols.count])
        }
        guard texts.count == crops.count else { throw .notNumbers(in: "the reader") }
        return texts
    }
}
