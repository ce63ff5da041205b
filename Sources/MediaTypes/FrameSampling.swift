/// Which frames of a video the model looks at: the media worker decodes these, and the model takes them for what they are.
/// Source: MODEL.md §9, "Sampling" and "Units".
///
/// Main frames are a second apart in a video of up to as many seconds, else spread evenly over it. With a stack above 1 each second has sub-frames besides, which share one picture. Times are those of the
/// reference to the last bit; nothing here grows with a duration that a file only claims.
public struct FrameSampling: Sendable, Equatable {
    /// The main frames, in order.
    public let main: [Int]
    /// The sub-frames, in order.
    public let sub: [SubFrame]

    /// A frame inside a second.
    public struct SubFrame: Sendable, Equatable {
        /// The whole second that it is in, from 0.
        public var second: Int
        /// The frame of the file.
        public var frame: Int
    }

    /// Longer than any video; a file that claims more is taken for one of this many seconds.
    private static let longest = 1e8
    /// More frames than any video has, and few enough for a Double to count them.
    private static let mostFrames = 1 << 52

    /// The frames to look at. A video without a usable time or rate is its first frame.
    ///
    /// - `most`: main frames at the most, and seconds with sub-frames; the model card's `max_num_frames`.
    /// - `stack`: frames of each second, the main one among them; the model card's `stack_frames`.
    public init(frameCount: Int, framesPerSecond: Double, duration: Double, most: Int, stack: Int) {
        guard frameCount > 0 else {
            main = []
            sub = []
            return
        }
        guard framesPerSecond.isFinite, framesPerSecond > 0, duration.isFinite, duration > 0 else {
            main = [0]
            sub = []
            return
        }
        let clock = Clock(frameCount: min(frameCount, Self.mostFrames), framesPerSecond: framesPerSecond)
        let duration = min(duration, Self.longest)
        main = Self.mainFrames(clock, duration, limit: most)
        sub = Self.subFrames(clock, duration, stack: stack, limit: most)
    }

    /// Main frames, then sub-frames: the order in which the reference asks its decoder for them.
    public var indices: [Int] { main + sub.map(\.frame) }

    private static func mainFrames(_ clock: Clock, _ duration: Double, limit: Int) -> [Int] {
        guard duration > Double(limit) else {
            return (0..<Int(duration.rounded(.up))).map { clock.frame(at: Double($0)) }
        }
        // Tenths of a second, thinned. A tenth of a whole number is what the reference rounds its products to.
        return thinned(Int(duration / 0.1), to: limit).map { clock.frame(at: Double($0) / 10) }
    }

    private static func subFrames(_ clock: Clock, _ duration: Double, stack: Int, limit: Int) -> [SubFrame] {
        guard stack > 1 else { return [] }
        let perSecond = stack - 1
        func time(_ position: Int) -> Double {
            Double(position / perSecond) + Double(position % perSecond + 1) / Double(stack)
        }
        // Every second but the last is whole, so only the last one's sub-frames need to be looked at.
        var count = (Int(duration.rounded(.up)) - 1) * perSecond
        while count < Int(duration.rounded(.up)) * perSecond, time(count) < duration { count += 1 }
        return thinned(count, to: limit * perSecond).map { position in
            SubFrame(second: position / perSecond, frame: clock.frame(at: time(position)))
        }
    }

    /// What is shown, as the frames of each picture: a main frame alone, or the sub-frames of a second together.
    ///
    /// The reference pairs the i-th main frame with second i, also where main frames are more than a second apart, and
    /// shows no second beyond the number of main frames.
    public var pictures: [[Int]] {
        let seconds = Dictionary(grouping: sub, by: \.second)
        return main.enumerated().flatMap { index, frame in
            seconds[index].map { [[frame], $0.map(\.frame)] } ?? [[frame]]
        }
    }

    /// Positions 0 to `count` − 1, or `limit` of them at even distances, rounded down, the last one included.
    private static func thinned(_ count: Int, to limit: Int) -> [Int] {
        guard count > limit else { return Array(0..<count) }
        guard limit > 1 else { return [0] }
        let step = Double(count - 1) / Double(limit - 1)
        return (0..<(limit - 1)).map { Int(Double($0) * step) } + [count - 1]
    }
}

/// Times to frames.
private struct Clock {
    let frameCount: Int
    let framesPerSecond: Double

    /// The frame shown at a time. The reference fails on one after the last; it is the last here.
    func frame(at time: Double) -> Int { Int(min(time * framesPerSecond, Double(frameCount - 1))) }
}
