import Foundation

/// The words of a screen in the form in which cues are looked for: small letters without accents, one blank between.
struct ScreenWords {
    private let text: String
    /// Without blanks: scripts without them are looked through as they stand.
    private let joined: String

    init(_ lines: [String]) {
        text = " " + lines.map(Self.folded).joined(separator: " ") + " "
        joined = text.filter { $0 != " " }
    }

    /// Whether the words hold a cue: as whole words, or anywhere in scripts that write no blanks.
    func contain(_ cue: String) -> Bool {
        let hasBlanks = cue.unicodeScalars.allSatisfy { $0.value < 0x1100 }
        return hasBlanks ? text.contains(" " + cue + " ") : joined.contains(cue)
    }

    /// How a line is compared.
    static func folded(_ line: String) -> String {
        let plain = line.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
        return plain.split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }
}
