public import MediaTypes

/// Decodes one file that nobody vouches for: facts, thumbnails, the picture, frames.
///
/// Made to run in a process that has neither file system nor network and may be killed; here, too, headers are held to
/// limits before memory is taken, and nothing that a file contains traps.
public enum MediaDecoder {
    /// What the stage `facts` keeps of a file, decoded once and only as large as the larger thumbnail needs.
    ///
    /// - Parameters:
    ///   - name: the file's own name, one of the facts that tell screenshots and times.
    ///   - folders: the names of the folders that hold it, outermost first.
    ///   - uri: for the thumbnails' Thumb::URI.
    ///   - modifiedAt: for the thumbnails' Thumb::MTime, whole seconds since 1970.
    public static func reading(
        of file: MediaFile, name: String, folders: [String], uri: String, modifiedAt: Int64
    ) throws(DecodingError) -> FactsReading {
        let (facts, preview) = try examine(file, name: name, folders: folders)
        let thumbnails = try preview.map { picture throws(DecodingError) in
            try ThumbnailEncoder.thumbnails(of: picture, uri: uri, modifiedAt: modifiedAt)
        }
        return FactsReading(facts: facts, thumbnails: thumbnails ?? [])
    }

    /// What a file's bytes, its name and its folders say.
    static func facts(
        of file: MediaFile, name: String, folders: [String]
    ) throws(DecodingError) -> MediaFacts {
        try examine(file, name: name, folders: folders).facts
    }

    /// The picture, upright; of a video, the frame that its thumbnail shows.
    ///
    /// - Parameter longSide: the long side in pixels, or `nil` for full size. Smaller pictures stay as they are.
    public static func picture(of file: MediaFile, longSide: Int? = nil) throws(DecodingError) -> PixelBuffer {
        let format = try format(of: file)
        switch format.kind {
        case .photo:
            return try PictureFile(file: file, format: format).decode(longSide: longSide).upright
        case .video:
            guard let frame = try VideoReader(file).typicalFrame(longSide: longSide) else { throw .damagedVideo }
            return frame.pixels
        }
    }

    /// The picture without a time, or frames of the video spread evenly over it.
    ///
    /// - Parameters:
    ///   - count: at most this many frames of a video.
    ///   - longSide: the long side in pixels; smaller pictures stay as they are.
    public static func pictures(
        of file: MediaFile, count: Int, longSide: Int?
    ) throws(DecodingError) -> [TimedPicture] {
        let format = try format(of: file)
        guard format.kind == .video else { return [TimedPicture(pixels: try picture(of: file, longSide: longSide))] }
        let video = try VideoReader(file)
        let times = video.evenTimes(count: count)
        return try frames(of: video, at: times, longSide: longSide)
    }

    /// The picture, or those frames of the video that an engine wants.
    public static func pictures(of file: MediaFile, order: PictureOrder) throws(DecodingError) -> [TimedPicture] {
        guard try format(of: file).kind == .video else {
            return [TimedPicture(pixels: try picture(of: file, longSide: order.longSide))]
        }
        switch order.frames {
        case .evenly(let count): return try pictures(of: file, count: count, longSide: order.frameLongSide)
        case .eachSecond(let most, let stack):
            let video = try VideoReader(file)
            var frames: [TimedPicture] = []
            for place in places(in: video, most: most, stack: stack) {
                // The middle of its time, so that rounding does not end up at a neighbour.
                let time = (Double(place.index) + 0.5) / place.framesPerSecond
                guard let frame = try video.frame(at: time, exactly: true, longSide: order.frameLongSide) else {
                    continue
                }
                frames.append(TimedPicture(pixels: frame.pixels, time: frame.time, place: place))
            }
            guard !frames.isEmpty else { throw .damagedVideo }
            return frames
        }
    }

    /// Frames that are decoded for one question at the most.
    private static let frameLimit = 64

    /// The frames that the model looks at, in order, each once; where there are too many, some at even distances.
    private static func places(in video: VideoReader, most: Int, stack: Int) -> [FramePlace] {
        let rate = video.framesPerSecond.isFinite && video.framesPerSecond > 0 ? video.framesPerSecond : 1
        let duration = video.duration.flatMap { $0.isFinite && $0 > 0 ? min($0, 1e8) : nil } ?? 1 / rate
        let count = max(1, Int(min(duration * rate, 1e12)))
        let sampling = FrameSampling(
            frameCount: count, framesPerSecond: rate, duration: duration, most: min(max(most, 1), frameLimit),
            stack: min(max(stack, 1), frameLimit))
        let indices = Set(sampling.indices).sorted()
        let shown =
            indices.count <= frameLimit
            ? indices : (0..<frameLimit).map { indices[$0 * (indices.count - 1) / (frameLimit - 1)] }
        return shown.map { FramePlace(index: $0, framesPerSecond: rate, duration: duration, frameCount: count) }
    }

    /// The frames of a video that are shown at these times, in seconds; times at which nothing can be decoded are left out.
    public static func frames(
        of file: MediaFile, at times: [Double], longSide: Int?
    ) throws(DecodingError) -> [TimedPicture] {
        guard try format(of: file).kind == .video else { throw .noPictures }
        return try frames(of: VideoReader(file), at: times, longSide: longSide)
    }

    static func frames(
        of video: VideoReader, at times: [Double], longSide: Int?
    ) throws(DecodingError) -> [TimedPicture] {
        var frames: [TimedPicture] = []
        for time in times {
            guard let frame = try video.frame(at: time, exactly: true, longSide: longSide) else { continue }
            // Two times may fall on one frame, where a video is short or shows few.
            if frames.last?.time != frame.time { frames.append(TimedPicture(pixels: frame.pixels, time: frame.time)) }
        }
        guard !frames.isEmpty else { throw .damagedVideo }
        return frames
    }

    /// What the bytes say the file is.
    static func format(of file: MediaFile) throws(DecodingError) -> MediaFormat {
        guard file.byteCount > 0 else { throw .empty }
        guard let format = MediaFormat(magic: try file.opening(MediaFormat.magicLength)) else { throw .notAMedium }
        return format
    }
}

/// A picture, or a frame of a video.
public struct TimedPicture: Sendable, Equatable {
    /// The pixels, upright.
    public var pixels: PixelBuffer
    /// Seconds from the video's start; `nil` for a picture.
    public var time: Double?
    /// Where in its video a frame is, where that was asked for.
    public var place: FramePlace?

    /// A picture shown at this time.
    public init(pixels: PixelBuffer, time: Double? = nil, place: FramePlace? = nil) {
        self.pixels = pixels
        self.time = time
        self.place = place
    }
}
