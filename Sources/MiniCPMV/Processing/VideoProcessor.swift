public import MediaTypes

/// Videos to pictures, each of which becomes units like any picture. Source: MODEL.md §9.
public struct VideoProcessor: Sendable {
    private let images: ImageProcessor

    /// A processor with a checkpoint's settings.
    public init(_ configuration: PreprocessorConfiguration) { images = ImageProcessor(configuration) }

    /// The frames of a file to decode, counted from 0: main frames in order, then sub-frames in order. A frame may
    /// occur more than once. A file without a usable duration or rate is its first frame.
    ///
    /// - Throws: where an option is out of bounds.
    public static func frameIndices(
        frameCount: Int, framesPerSecond: Double, duration: Double, options: ProcessingOptions
    ) throws(ModelError) -> [Int] {
        try options.validate()
        return FrameSampling(
            frameCount: frameCount, framesPerSecond: framesPerSecond, duration: duration, most: options.maxNumFrames,
            stack: options.stackFrames
        ).indices
    }

    /// What of a clip is shown, without making it: its pictures can be planned, and made one at a time.
    ///
    /// - Throws: where the clip has no frames, frames of several sizes or of unknown place, or an option is out of
    ///   bounds.
    public func pictures(of clip: VideoClip, _ options: ProcessingOptions) throws(ModelError) -> VideoPictures {
        try VideoPictures(clip, options, images)
    }

    /// The units of all pictures of a clip, in order. A long clip with slices takes hundreds of megabytes this way:
    /// `pictures(of:_:)` makes one picture at a time.
    ///
    /// - Throws: as `pictures(of:_:)`.
    public func units(of clip: VideoClip, _ options: ProcessingOptions) throws(ModelError) -> [ProcessedPicture] {
        let pictures = try pictures(of: clip, options)
        var units: [ProcessedPicture] = []
        for index in 0..<pictures.count { units.append(try pictures.units(at: index)) }
        return units
    }
}

/// The pictures of a clip that the model is shown: main frames, and after each the composite of a second's sub-frames.
public struct VideoPictures: Sendable {
    /// The plan of each picture, in order.
    public let plans: [ImagePlan]
    private let clip: VideoClip
    /// For each picture the places in the clip's frames: one, or those of a composite.
    private let groups: [[Int]]
    private let options: ProcessingOptions
    private let images: ImageProcessor

    init(_ clip: VideoClip, _ options: ProcessingOptions, _ images: ImageProcessor) throws(ModelError) {
        try options.validate()
        try clip.validate()
        let sampling = FrameSampling(
            frameCount: max(clip.frameCount, 1), framesPerSecond: clip.framesPerSecond, duration: clip.duration,
            most: options.maxNumFrames, stack: options.stackFrames)
        self.clip = clip
        self.options = options
        self.images = images
        groups = clip.places(of: sampling.pictures)
        let frame = clip.frames[0].size
        var plans: [ImagePlan] = []
        for group in groups {
            plans.append(try images.plan(for: FrameComposite(count: group.count, of: frame).size, options))
        }
        self.plans = plans
    }

    /// How many pictures there are.
    public var count: Int { groups.count }

    /// The pixels of a picture.
    ///
    /// - Traps where `index` is not below `count`.
    public func pixels(at index: Int) -> PixelBuffer {
        let frames = groups[index].map { clip.frames[$0] }
        return FrameComposite(count: frames.count, of: frames[0].size).drawn(frames)
    }

    /// The units of a picture.
    ///
    /// - Traps where `index` is not below `count`.
    public func units(at index: Int) throws(ModelError) -> ProcessedPicture {
        try images.units(of: pixels(at: index), options)
    }
}
