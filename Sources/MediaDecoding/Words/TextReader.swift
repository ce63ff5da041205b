import CTesseract
import Glibc
public import MediaTypes

/// Reads the words in pictures with Tesseract.
///
/// The languages of the Latin script (or whichever is asked for first) are tried first; where that finds much that it is
/// unsure of, a few of those lines are tried with the other scripts' data, and the one that makes most of them reads
/// the whole picture again.
public final class TextReader {
    /// The reader, as "tesseract 5.3.0".
    public let engine = "tesseract \(String(cString: TessVersion()))"
    /// Where the language data lies; `nil`: there is none.
    public let dataDirectory: String?
    /// The languages with data; empty: words cannot be read.
    public var languages: [String] { choice.present }
    /// Languages that were asked for and have no data.
    public var missingLanguages: [String] { choice.missing }

    /// Whether there is data of a script other than Latin, Chinese and Japanese.
    public var readsOtherScripts: Bool {
        choice.groups.contains {
            ![.latin, .simplifiedChinese, .traditionalChinese, .japanese].contains($0.script)
        }
    }

    private let choice: ReadingLanguages
    private let timeLimit: Duration
    private var recognisers: [ReadingLanguages.Group: Recogniser?] = [:]

    /// A reader of these languages; data of the first script is loaded now, the others' when a picture needs it.
    ///
    /// - Parameters:
    ///   - languages: as Tesseract names them; empty: English and the locale's.
    ///   - dataDirectory: where to look; `nil`: where the system has it.
    ///   - timeLimit: processor time that one picture may cost; by default three times what a full screen takes.
    public init(languages: [String], dataDirectory: String? = nil, timeLimit: Duration = .seconds(10)) {
        self.timeLimit = timeLimit
        // Leptonica would tell stderr about every odd shape it meets.
        setMsgSeverity(Int32(L_SEVERITY_NONE))
        let directory = TesseractData.directory(preferred: dataDirectory)
        self.dataDirectory = directory
        choice = ReadingLanguages(wanted: languages, locale: Self.locale) { language in
            directory.map { TesseractData.hasData(for: language, in: $0) } ?? false
        }
        if let first = choice.groups.first {
            _ = recogniser(for: first.scout)
            _ = recogniser(for: first)
        }
    }

    /// The words in one picture, or in frames of a video, where each line is told once, at the time it is first seen.
    ///
    /// - Parameter isScreenshot: whether it is a picture of a screen: small sharp print, found anywhere.
    public func read(_ pictures: [TimedPicture], isScreenshot: Bool) -> RecognisedText {
        var lines: [RecognisedLine] = []
        var seen: Set<String> = []
        var used: [String] = []
        for picture in pictures {
            guard var reading = PictureReading(picture.pixels, isScreenshot: isScreenshot, timeLimit: timeLimit)
            else { continue }
            let (found, groups) = reading.lines(groups: choice.groups, recogniser: recogniser)
            for group in groups where !used.contains(group.name) { used.append(group.name) }
            for line in found where picture.time == nil || seen.insert(line.text.lowercased()).inserted {
                lines.append(RecognisedLine(text: line.text, confidence: line.confidence, time: picture.time))
            }
        }
        return RecognisedText(lines: lines, languages: used.joined(separator: "+"), engine: engine)
    }

    /// The words in one picture, in reading order.
    public func read(_ picture: PixelBuffer, isScreenshot: Bool) -> [RecognisedLine] {
        read([TimedPicture(pixels: picture)], isScreenshot: isScreenshot).lines
    }

    /// Tesseract with a script's data; `nil` where it cannot be loaded.
    private func recogniser(for group: ReadingLanguages.Group) -> Recogniser? {
        if let known = recognisers[group] { return known }
        let recogniser = dataDirectory.flatMap { Recogniser(languages: group.name, dataDirectory: $0) }
        recognisers[group] = recogniser
        return recogniser
    }

    /// The locale that messages are in, by POSIX's order.
    private static var locale: String? {
        let names: [String] = ["LC_ALL", "LC_MESSAGES", "LANG"]
        return names.lazy.compactMap { name in getenv(name).map { String(cString: $0) } }.first { !$0.isEmpty }
    }
}
