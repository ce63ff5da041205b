import MediaTypes

extension MediaDecoder {
    /// The long side that pictures are decoded to for facts: a quarter more than the larger thumbnail, so that the last
    /// step of shrinking still has pixels to average.
    private static let previewSide = Thumbnail.Size.large.longSide * 5 / 4

    /// The facts, and the upright picture in small where there is one.
    static func examine(
        _ file: MediaFile, name: String, folders: [String]
    ) throws(DecodingError) -> (facts: MediaFacts, preview: PixelBuffer?) {
        let format = try format(of: file)
        var facts: MediaFacts
        let (preview, traces): (PixelBuffer?, Traces)
        switch format.kind {
        case .photo: (facts, preview, traces) = try examinePicture(file, format, longSide: previewSide)
        case .video: (facts, preview, traces) = try examineVideo(file, format)
        }
        facts.perceptualHash = preview.map(DifferenceHash.hash)
        facts.takenAt = facts.takenAt ?? CaptureTime(fileName: name)
        facts.damage = facts.damage ?? format.misnaming(of: FileName(name))
        facts.isScreenshot = isScreenshot(facts, traces, name: name, folders: folders)
        return (facts, preview)
    }

    /// The picture, or frames of the video spread evenly over it, and whether they show a screen.
    ///
    /// - Parameters:
    ///   - name: the file's own name, one of the facts that tell a screenshot.
    ///   - folders: the names of the folders that hold it, outermost first.
    ///   - count: at most this many frames of a video.
    ///   - longSide: the long side in pixels; smaller pictures stay as they are.
    public static func picturesToRead(
        of file: MediaFile, name: String, folders: [String], count: Int, longSide: Int
    ) throws(DecodingError) -> (pictures: [TimedPicture], isScreenshot: Bool) {
        let format = try format(of: file)
        switch format.kind {
        case .photo:
            let (facts, picture, traces) = try examinePicture(file, format, longSide: longSide)
            return ([TimedPicture(pixels: picture)], isScreenshot(facts, traces, name: name, folders: folders))
        case .video:
            let video = try VideoReader(file)
            let facts = video.facts(format: format, byteCount: file.byteCount)
            let frames = try Self.frames(of: video, at: video.evenTimes(count: count), longSide: longSide)
            return (frames, isScreenshot(facts, Traces(video), name: name, folders: folders))
        }
    }

    private static func isScreenshot(_ facts: MediaFacts, _ traces: Traces, name: String, folders: [String]) -> Bool {
        ScreenshotFacts(
            name: name, folders: folders, format: facts.format, size: facts.size, camera: facts.camera,
            comment: traces.comment, software: traces.software
        ).isScreenshot
    }

    /// What metadata say of how the picture came about, beyond what is kept.
    private struct Traces {
        var comment: String?
        var software: String?

        init(_ metadata: PictureMetadata) {
            comment = metadata.exif.comment
            software = metadata.software
        }

        init(_ video: VideoReader) { software = video.texts["com.apple.quicktime.software"] }
    }

    private static func examinePicture(
        _ file: MediaFile, _ format: MediaFormat, longSide: Int
    ) throws(DecodingError) -> (MediaFacts, PixelBuffer, Traces) {
        let decoded = try PictureFile(file: file, format: format).decode(longSide: longSide)
        let metadata = decoded.metadata
        var facts = MediaFacts(kind: .photo, format: format.name, size: decoded.uprightSize)
        facts.duration = decoded.duration
        facts.orientation = metadata.exif.orientation
        facts.takenAt = metadata.takenAt
        facts.camera = metadata.exif.camera
        facts.location = metadata.exif.location
        facts.damage = (decoded.damage ?? (metadata.exif.isDamaged ? .exifCorrupt : nil))?.sentence
        return (facts, decoded.upright, Traces(metadata))
    }

    private static func examineVideo(
        _ file: MediaFile, _ format: MediaFormat
    ) throws(DecodingError) -> (MediaFacts, PixelBuffer?, Traces) {
        let video = try VideoReader(file)
        var facts = video.facts(format: format, byteCount: file.byteCount)
        let frame = try video.typicalFrame(longSide: previewSide)
        // Streams of sound only are not listed as videos; one whose frames all fail has at least its facts to show.
        if frame?.isDamaged ?? true { facts.damage = facts.damage ?? Damage.videoCorrupt.sentence }
        return (facts, frame?.pixels, Traces(video))
    }
}

extension VideoReader {
    /// A frame that stands for the whole: the key frame before a tenth of the time, or a later one where that is blank.
    func typicalFrame(longSide: Int?) throws(DecodingError) -> VideoFrame? {
        var first: VideoFrame?
        let duration = duration ?? 0
        for share in [0.1, 0.25, 0.5, 0.75, 0] {
            guard let frame = try frame(at: duration * share, exactly: false, longSide: longSide) else { continue }
            if !frame.pixels.isBlank { return frame }
            first = first ?? frame
        }
        return first
    }

    /// Times in the middle of `count` equal parts; fewer where the video is short: two frames a second say no more.
    func evenTimes(count: Int) -> [Double] {
        guard let duration else { return [0] }
        let count = max(1, min(count, Int(min(duration, 1e6) * 2)))
        return (0..<count).map { (Double($0) + 0.5) * duration / Double(count) }
    }
}

extension PixelBuffer {
    /// Whether hardly anything differs from black, or from any one other brightness, as before a film's first scene.
    fileprivate var isBlank: Bool {
        let step = max(1, size.pixelCount / 4096) * 3
        let samples = stride(from: 1, to: bytes.count, by: step).map { Int(bytes[$0]) }
        let mean = samples.reduce(0, +) / max(1, samples.count)
        return samples.reduce(0) { $0 + abs($1 - mean) } / max(1, samples.count) < 4
    }
}
