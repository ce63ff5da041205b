/// What an engine is asked about a photo that is indexed: for whoever measures how fast it answers.
public enum IndexingQuestion {
    /// The instruction that comes before the picture.
    public static let photo = DescribingPrompt.photo.text
    /// The form of the answer, as a JSON schema.
    public static let form = AnswerForm.schema.text
}
