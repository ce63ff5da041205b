/// How an engine looks at pictures, in the names of the model card; what is absent is as the engine has it.
public struct PictureProcessing: Codable, Hashable, Sendable {
    /// How strongly pictures are condensed: `4x` or `16x`.
    public var downsampleMode: String?
    /// The most slices a large picture is cut into.
    public var maxSliceNums: Int?
    /// The most frames taken of a video.
    public var maxNumFrames: Int?
    /// How many frames are put together into one picture.
    public var stackFrames: Int?
    /// Whether pictures are numbered for the model.
    public var useImageID: Bool?
    /// Whether pictures are cut into slices at all.
    public var sliceMode: Bool?

    /// Nothing but what the engine has.
    public init() {}

    /// The names on the wire.
    public enum CodingKeys: String, CodingKey, CaseIterable {
        case downsampleMode = "downsample_mode"
        case maxSliceNums = "max_slice_nums"
        case maxNumFrames = "max_num_frames"
        case stackFrames = "stack_frames"
        case useImageID = "use_image_id"
        case sliceMode = "slice_mode"
    }

    /// These, and for what they leave open `others`.
    public func filled(from others: PictureProcessing?) -> PictureProcessing {
        var filled = self
        filled.downsampleMode = downsampleMode ?? others?.downsampleMode
        filled.maxSliceNums = maxSliceNums ?? others?.maxSliceNums
        filled.maxNumFrames = maxNumFrames ?? others?.maxNumFrames
        filled.stackFrames = stackFrames ?? others?.stackFrames
        filled.useImageID = useImageID ?? others?.useImageID
        filled.sliceMode = sliceMode ?? others?.sliceMode
        return filled
    }
}

/// What chat requests have for this model beside OpenAI's members, as vLLM has it.
public enum ChatExtension: String, CodingKey, CaseIterable {
    /// `PictureProcessing`.
    case processing = "mm_processor_kwargs"
    /// What the chat template is told.
    case template = "chat_template_kwargs"
    /// In `template`: whether the model thinks before it answers.
    case enableThinking = "enable_thinking"
}
