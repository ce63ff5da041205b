import MediaTypes

/// Which texts about a content are worth a vector.
enum MeaningTexts {
    /// Bytes of a text: about what the encoder takes in; a sentence says its topic early. Not characters, which may have
    /// any number of marks.
    private static let longest = 1_200
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
        return (captions + [tags, words]).filter(SearchText.hasWord).map(cut)
    }

    /// The beginning of a text, up to the last whole scalar that fits.
    private static func cut(_ text: String) -> String {
        guard text.utf8.count > longest else { return text }
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            if count > longest { break }
            scalars.append(scalar)
        }
        return String(scalars)
    }
}
