public import MediaTypes

/// The frames of a video that were decoded, and when in the file they are.
///
/// Not every frame that the sampling chooses has to be here: where one is missing, the nearest decoded frame before it
/// stands in, and before the first decoded one the first. So a clip thinned out for another number of frames still
/// works, and with exactly the chosen frames the result is the reference's.
public struct VideoClip: Sendable {
    /// Decoded frames, all of one size.
    public var frames: [PixelBuffer]
    /// Frames per second of the file, on average.
    public var framesPerSecond: Double
    /// Seconds that the file plays.
    public var duration: Double
    /// How many frames the file has.
    public var frameCount: Int
    /// For each of `frames` which one of the file it is, counted from 0.
    public var frameIndices: [Int]

    /// A clip of these frames.
    public init(
        frames: [PixelBuffer], framesPerSecond: Double, duration: Double, frameCount: Int, frameIndices: [Int]
    ) {
        self.frames = frames
        self.framesPerSecond = framesPerSecond
        self.duration = duration
        self.frameCount = frameCount
        self.frameIndices = frameIndices
    }

    /// Refuses a clip without frames, with frames of several sizes, or with frames that nobody knows the place of.
    func validate() throws(ModelError) {
        guard let first = frames.first else { throw .emptyVideo }
        guard frames.count == frameIndices.count else {
            throw .framesWithoutPlace(frames: frames.count, indices: frameIndices.count)
        }
        guard first.size.width > 0, first.size.height > 0 else { throw .emptyPicture }
        guard frames.allSatisfy({ $0.size == first.size }) else { throw .framesDiffer }
    }

    /// For groups of frames of the file the places in `frames` of those that stand for them.
    ///
    /// - Traps on a clip without frames.
    func places(of groups: [[Int]]) -> [[Int]] {
        let decoded = frameIndices.enumerated().map { (frame: $1, place: $0) }
            .sorted { ($0.frame, $0.place) < ($1.frame, $1.place) }
        return groups.map { group in
            group.map { frame in
                var low = 0
                var high = decoded.count
                while low < high {
                    let middle = (low + high) / 2
                    if decoded[middle].frame <= frame { low = middle + 1 } else { high = middle }
                }
                return decoded[max(low - 1, 0)].place
            }
        }
    }
}
