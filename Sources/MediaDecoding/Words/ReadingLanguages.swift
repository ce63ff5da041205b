/// The scripts that Tesseract reads with different data, and which of its languages belong to which.
enum Script: Hashable, CaseIterable {
    case latin, cyrillic, greek, simplifiedChinese, traditionalChinese, japanese, korean, other

    /// The script of one of Tesseract's languages, as "chi_sim".
    init(language: String) {
        switch language {
        case "rus", "ukr", "bel", "bul", "srp", "mkd", "kaz", "kir", "mon", "tgk", "Cyrillic": self = .cyrillic
        case "ell", "grc", "Greek": self = .greek
        case "chi_sim", "chi_sim_vert", "HanS": self = .simplifiedChinese
        case "chi_tra", "chi_tra_vert", "HanT": self = .traditionalChinese
        case "jpn", "jpn_vert", "Japanese": self = .japanese
        case "kor", "kor_vert", "Hangul": self = .korean
        case "ara", "fas", "urd", "heb", "hin", "mar", "nep", "san", "ben", "tam", "tel", "kan", "mal", "guj", "pan",
            "sin", "tha", "lao", "khm", "mya", "kat", "hye", "amh", "bod":
            self = .other
        default: self = .latin
        }
    }

    /// Whether a character is one that only this script's data finds; all read digits and some Latin letters.
    func owns(_ scalar: Unicode.Scalar) -> Bool {
        switch (self, scalar.value) {
        case (.latin, 0x41...0x5A), (.latin, 0x61...0x7A), (.latin, 0xC0...0x24F), (.latin, 0x1E00...0x1EFF): true
        case (.cyrillic, 0x400...0x52F): true
        case (.greek, 0x370...0x3FF), (.greek, 0x1F00...0x1FFF): true
        case (.simplifiedChinese, 0x3400...0x9FFF), (.traditionalChinese, 0x3400...0x9FFF): true
        case (.japanese, 0x3040...0x30FF), (.japanese, 0x3400...0x9FFF): true
        case (.korean, 0xAC00...0xD7AF), (.korean, 0x1100...0x11FF): true
        case (.other, 0x590...0x10FF): true
        default: false
        }
    }
}

/// Which data is loaded for which languages.
struct ReadingLanguages: Hashable {
    /// Languages of one script, read together: "eng+deu".
    struct Group: Hashable {
        var script: Script
        var languages: [String]

        /// As Tesseract wants it.
        var name: String { languages.joined(separator: "+") }

        /// What finds out soon whether the script is the right one: of many languages the first alone.
        var scout: Group { languages.count <= 2 ? self : Group(script: script, languages: [languages[0]]) }
    }

    /// One group a script, in the order in which the languages were asked for.
    let groups: [Group]
    /// Languages that have data.
    let present: [String]
    /// Languages that were asked for and have none.
    let missing: [String]

    /// Sorts languages by script.
    ///
    /// - Parameters:
    ///   - wanted: as the configuration names them; empty: English and the locale's.
    ///   - available: whether there is data for a language.
    init(wanted: [String], locale: String?, available: (String) -> Bool) {
        let unique = (wanted.isEmpty ? Self.defaults(for: locale) : wanted).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        present = unique.filter(available)
        // What was only guessed from the locale is not missed.
        missing = wanted.isEmpty && !present.isEmpty ? [] : unique.filter { !available($0) }
        var groups: [Group] = []
        for language in present where language != "osd" {
            let script = Script(language: language)
            if script != .other, let index = groups.firstIndex(where: { $0.script == script }) {
                groups[index].languages.append(language)
            } else {
                groups.append(Group(script: script, languages: [language]))
            }
        }
        for index in groups.indices {
            // Measured on 9 screenshots: eight languages together cost 3.5 times what English alone does, the data for
            // the whole script twice, and it finds more.
            if groups[index].script == .latin, groups[index].languages.count > 2, available("Latin") {
                groups[index].languages = ["Latin"]
            }
        }
        self.groups = groups
    }

    /// English, and the language of a locale such as "de_AT.UTF-8".
    static func defaults(for locale: String?) -> [String] {
        guard let locale else { return ["eng"] }
        let name = locale.prefix { $0 != "." && $0 != "@" }
        if name.hasPrefix("zh") {
            let isTraditional = name.hasSuffix("TW") || name.hasSuffix("HK") || name.hasSuffix("MO")
            return ["eng", isTraditional ? "chi_tra" : "chi_sim"]
        }
        guard let code = byLocale[String(name.prefix { $0 != "_" })], code != "eng" else { return ["eng"] }
        // Of one script the language that comes first wins where several are sure, and German read as English has no
        // umlauts; English read as German is English.
        return Script(language: code) == .latin ? [code, "eng"] : ["eng", code]
    }

    /// Tesseract's name for the two-letter one.
    private static let byLocale = [
        "ar": "ara", "be": "bel", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell",
        "en": "eng", "es": "spa", "et": "est", "eu": "eus", "fa": "fas", "fi": "fin", "fr": "fra", "ga": "gle",
        "gl": "glg", "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "id": "ind", "is": "isl", "it": "ita",
        "ja": "jpn", "ko": "kor", "lt": "lit", "lv": "lav", "ms": "msa", "nb": "nor", "nl": "nld", "nn": "nor",
        "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sq": "sqi", "sr": "srp",
        "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "vi": "vie",
    ]
}
