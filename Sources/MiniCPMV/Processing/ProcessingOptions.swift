/// How pictures and videos are prepared: the model card's five parameters, and whether pictures are sliced at all.
public struct ProcessingOptions: Sendable, Equatable {
    /// `downsample_mode`: patches for each row of the language model.
    public var downsampleMode: DownsampleMode
    /// `max_slice_nums`: the most tiles that a large picture is cut into, beside its overview.
    public var maxSliceNums: Int
    /// `max_num_frames`: the most frames that are taken from a video, sub-frames not counted.
    public var maxNumFrames: Int
    /// `stack_frames`: frames looked at in each second of a video. All but the first of a second share one picture.
    public var stackFrames: Int
    /// `use_image_id`: whether a picture's number in the prompt stands before it.
    public var useImageID: Bool
    /// `slice_mode`: without it a picture of any size is its overview alone.
    public var sliceMode: Bool

    /// The model card's values, where no other is given.
    public init(
        downsampleMode: DownsampleMode = .x16, maxSliceNums: Int = 9, maxNumFrames: Int = 128, stackFrames: Int = 1,
        useImageID: Bool = true, sliceMode: Bool = true
    ) {
        self.downsampleMode = downsampleMode
        self.maxSliceNums = maxSliceNums
        self.maxNumFrames = maxNumFrames
        self.stackFrames = stackFrames
        self.useImageID = useImageID
        self.sliceMode = sliceMode
    }

    /// What `maxSliceNums` may be: the card goes to 36. 64 tiles are already 4,096 rows at 16x.
    public static let sliceBounds = 1...64
    /// What `maxNumFrames` may be: 4,096 overviews at 16x fill the model's context.
    public static let frameBounds = 1...4096
    /// What `stackFrames` may be: the frames of a second, laid beside each other, are unreadable well before 30.
    public static let stackBounds = 1...30

    /// Refuses values out of bounds, naming the parameter as the request writes it.
    public func validate() throws(ModelError) {
        try Self.check(maxSliceNums, "max_slice_nums", Self.sliceBounds)
        try Self.check(maxNumFrames, "max_num_frames", Self.frameBounds)
        try Self.check(stackFrames, "stack_frames", Self.stackBounds)
    }

    private static func check(_ value: Int, _ name: String, _ bounds: ClosedRange<Int>) throws(ModelError) {
        guard bounds.contains(value) else { throw .outOfBounds(name, value, bounds) }
    }
}
