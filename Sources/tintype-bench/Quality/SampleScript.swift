/// The script that a language of the samples is written in, as figures name it.
enum SampleScript {
    static func name(of language: String) -> String {
        switch language {
        case "ru", "uk", "bg", "sr": "cyrillic"
        case "el": "greek"
        case "zh", "zh-Hant": "chinese"
        case "ja": "japanese"
        case "ko": "korean"
        case "ar", "fa": "arabic"
        case "hi": "devanagari"
        default: "latin"
        }
    }
}
