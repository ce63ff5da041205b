import MediaTypes

/// Which texts about a content are worth a vector.
enum MeaningTexts {
    /// Characters of a text: about what the encoder takes in; a sentence says its topic early.
    private static let longest = 600
    /// Captions that count: a video has one for each of its scenes.
    private static let mostCaptions = 8

    /// The texts of these descriptions, in the order in which they are believed.
    static func texts(of descriptions: [Description]) -> [String] {
        func all(_ fields: Description.Field...) -> [String] {
            var seen: Set<String> = []
            return descriptions.filter { fields.contains($0.field) && seen.insert($0.text).inserted }.map(\.text)
        }
        let captions = all(.title, .caption).prefix(mostCaptions)
        let tags = all(.tag).joined(separator: ", ")
        let words = all(.ocr).joined(separator: " ")
        return (captions + [tags, words]).filter(SearchText.hasWord).map { String($0.prefix(longest)) }
    }
}
