import Foundation

/// What people ask, over the words that `LibraryFiller` uses.
enum SearchMix {
    /// The queries for a library of this many files, and what they stand for.
    static func queries(files: Int) -> [(name: String, text: String)] {
        [
            ("name", "img-\(files / 2)"),
            ("rare_word", SyntheticWords.word(4_500)),
            ("usual_word", SyntheticWords.word(300)),
            ("frequent_word", SyntheticWords.word(3)),
            ("two_words", "\(SyntheticWords.word(20)) \(SyntheticWords.word(40))"),
            ("most_words", "\(SyntheticWords.word(200)) \(SyntheticWords.word(40)) unheard"),
            ("either_word", "\(SyntheticWords.word(900)) or \(SyntheticWords.word(1_200))"),
            ("phrase", "\"total due\""),
            ("written_words", "ocr:\(SyntheticWords.word(150))"),
            ("part_of_word", String(SyntheticWords.word(700).dropFirst().dropLast())),
            ("tag_and_year", "tag:\(SyntheticWords.word(12)) taken:2021"),
            ("camera_and_word", "camera:canon \(SyntheticWords.word(60))"),
            ("place", "near:48.2,16.4,25km \(SyntheticWords.word(8))"),
        ]
    }
}

/// Five thousand words that can be spoken, the first of them frequent and the last rare, as words are.
enum SyntheticWords {
    static let count = 5_000

    /// The word of this rank, three syllables long: rank 0 is the most frequent one.
    static func word(_ rank: Int) -> String {
        let syllables = [
            "ba", "ko", "ti", "mu", "ra", "le", "so", "ni", "du", "fe", "ga", "po", "vi", "ze", "hu", "ja", "wy",
        ]
        let first = syllables[rank % 17]
        let second = syllables[rank / 17 % 17]
        let third = syllables[rank / 289 % 17]
        return first + second + third + "n"
    }

    /// A word at random, about inversely to its rank (Zipf).
    static func random(using generator: inout some RandomNumberGenerator) -> String {
        // exp of an even distribution of logarithms is Zipf's law for the exponent 1.
        let share = Double.random(in: 0..<1, using: &generator)
        return word(Int(pow(Double(count), share)) - 1)
    }

    /// `count` words at random.
    static func text(_ count: Int, using generator: inout some RandomNumberGenerator) -> String {
        (0..<count).map { _ in random(using: &generator) }.joined(separator: " ")
    }
}
