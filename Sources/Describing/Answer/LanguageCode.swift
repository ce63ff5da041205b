/// The language of the words in a picture.
enum LanguageCode {
    /// Models like to write the name instead of the code.
    private static let names = [
        "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
        "dutch": "nl", "polish": "pl", "czech": "cs", "russian": "ru", "ukrainian": "uk", "turkish": "tr",
        "greek": "el", "arabic": "ar", "hebrew": "he", "hindi": "hi", "chinese": "zh", "japanese": "ja",
        "korean": "ko", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "hungarian": "hu",
    ]

    /// BCP 47 in its usual case, as "en" or "pt-BR"; `nil`: no language is named.
    static func clean(_ written: String) -> String? {
        let parts = PrintableText.onOneLine(written).split { $0 == "-" || $0 == "_" }
        guard let first = parts.first?.lowercased() else { return nil }
        if let code = names[first] { return code }
        guard (2...3).contains(first.utf8.count), first.utf8.allSatisfy(isLetter), first != "und",
            parts.dropFirst().allSatisfy({ (2...8).contains($0.utf8.count) && $0.utf8.allSatisfy(isLetterOrDigit) })
        else { return nil }
        let rest = parts.dropFirst().map { $0.count == 2 ? $0.uppercased() : $0.capitalisedCode }
        return ([first] + rest).joined(separator: "-")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || (0x30...0x39).contains(byte) }
}

extension Substring {
    /// A script's case, as "Hans".
    fileprivate var capitalisedCode: String { prefix(1).uppercased() + dropFirst().lowercased() }
}
