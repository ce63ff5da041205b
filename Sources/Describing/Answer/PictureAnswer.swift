/// What an engine said of a picture, cleaned.
struct PictureAnswer: Equatable {
    /// One to three sentences.
    var caption: String?
    /// Lower case, no two alike, the most important first.
    var tags: [String] = []
    /// The words in the picture, line by line.
    var text: String?
    /// BCP 47, of `text`.
    var language: String?
}
