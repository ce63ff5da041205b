/// What stands in the prompt for a picture or a video: marks around as many pads as it becomes rows. MODEL.md §8.1, §9.
public enum Placeholders {
    /// The token that each row of a picture replaces.
    public static let imagePad = "<|image_pad|>"
    /// The token that each row of a video replaces.
    public static let videoPad = "<|video_pad|>"

    /// What replaces a picture's `<|image_pad|>` in the prompt.
    ///
    /// - `index`: counts the pictures of the prompt from 0, videos apart.
    public static func text(image plan: ImagePlan, index: Int, options: ProcessingOptions) -> String {
        number(index, options) + picture(plan, imagePad)
    }

    /// What replaces a video's `<|video_pad|>` in the prompt: all its pictures, one number before them.
    ///
    /// - `index`: counts the videos of the prompt from 0, pictures apart.
    public static func text(video plans: [ImagePlan], index: Int, options: ProcessingOptions) -> String {
        number(index, options) + plans.map { picture($0, videoPad) }.joined()
    }

    private static func number(_ index: Int, _ options: ProcessingOptions) -> String {
        options.useImageID ? "<image_id>\(index)</image_id>" : ""
    }

    private static func picture(_ plan: ImagePlan, _ pad: String) -> String {
        let overview = "<image>" + String(repeating: pad, count: plan.overviewTokens) + "</image>"
        guard let grid = plan.grid else { return overview }
        let tile = "<slice>" + String(repeating: pad, count: plan.tileTokens) + "</slice>"
        let row = String(repeating: tile, count: grid.columns)
        return overview + Array(repeating: row, count: grid.rows).joined(separator: "\n")
    }
}
