import MediaTypes
import TestSupport
import Testing

@testable import MediaDecoding

@Suite struct WordsTests {
    /// One for all tests: loading the data takes longer than reading. Tesseract is not to be used by two threads at a
    /// time, hence `.serialized` where it is.
    private static func reader(_ languages: [String]) -> TextReader { TextReader(languages: languages) }

    @Suite(.serialized) struct Reading {
        private static let written = Fixtures.sound.filter { !$0.lines.isEmpty && $0.facts.kind == .photo }

        @Test(arguments: written) func `what is written in a picture is read`(fixture: Fixture) throws {
            let language = try #require(fixture.language)
            let reader = TextReader(
                languages: Script(language: language) == .latin ? [language, "eng"] : ["eng", language])
            guard reader.languages.contains(language) else {
                print("skipped \(fixture): Tesseract's data for \(language) is not installed")
                return
            }
            let pictures = try WordsTests.pictures(of: fixture)
            let text = reader.read(pictures, isScreenshot: fixture.facts.isScreenshot)
            let read = WordsTests.characters(of: text.lines.map(\.text).joined())
            let missing = fixture.lines.map(WordsTests.characters).filter { !read.contains($0) }
            // A line in four may have a wrong letter.
            #expect(missing.count * 4 <= fixture.lines.count, "\(fixture): \(missing) not in \(read)")
            #expect(text.lines.allSatisfy { (0...1).contains($0.confidence) && $0.time == nil })
        }

        @Test func `words of another script are found though Latin is tried first`() throws {
            let reader = TextReader(languages: ["eng", "ell", "rus", "kor"])
            guard reader.languages.contains("rus") else {
                print("skipped: Tesseract's data for Russian is not installed")
                return
            }
            let pictures = try WordsTests.pictures(of: Fixtures.named("screenshots/dialog-russian.png"))
            let text = reader.read(pictures, isScreenshot: true)
            #expect(text.languages == "eng+rus")
            #expect(text.lines.contains { $0.text.contains("Отмена") })
        }

        @Test func `a picture without text yields no lines, and no script is tried in vain`() throws {
            let reader = TextReader(languages: ["eng"])
            let noise = WordsTests.noise(width: 400, height: 300)
            #expect(reader.read(noise, isScreenshot: false) == [])
            let black = PixelBuffer(size: PixelSize(width: 30, height: 9), bytes: [UInt8](repeating: 0, count: 810))
            #expect(reader.read(black, isScreenshot: true) == [])
            let dot = PixelBuffer(size: PixelSize(width: 1, height: 1), bytes: [255, 255, 255])
            #expect(reader.read(dot, isScreenshot: true) == [])
        }

        @Test func `a video's lines are told once, at the time they are first seen`() throws {
            let picture = try WordsTests.pictures(of: Fixtures.named("screenshots/dialog-english.png"))[0].pixels
            let frames = [1.0, 2.0, 3.0].map { TimedPicture(pixels: picture, time: $0) }
            let text = TextReader(languages: ["eng"]).read(frames, isScreenshot: true)
            #expect(!text.lines.isEmpty)
            #expect(text.lines.allSatisfy { $0.time == 1 })
        }
    }

    @Test func `without data nothing is read and nothing fails`() throws {
        let directory = try TemporaryDirectory()
        // A folder that holds data, but not for this language; the file's content is never looked at.
        try directory.write("", to: "xxx.traineddata")
        let reader = TextReader(languages: ["eng"], dataDirectory: directory.path.text)
        #expect(reader.languages == [])
        #expect(reader.missingLanguages == ["eng"])
        #expect(reader.read(Self.noise(width: 50, height: 50), isScreenshot: true) == [])
    }

    @Test func `data that is broken is not used`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("this is no language", to: "eng.traineddata")
        let reader = TextReader(languages: ["eng"], dataDirectory: directory.path.text)
        #expect(reader.languages == [])
        #expect(reader.read(Self.noise(width: 50, height: 50), isScreenshot: true) == [])
    }

    /// Letters and digits only: spaces and dashes are not what a search turns on.
    fileprivate static func characters(of text: String) -> String {
        String(
            text.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
                .map(Character.init))
    }

    fileprivate static func pictures(of fixture: Fixture) throws -> [TimedPicture] {
        try fixture.path.withMediaFile { try MediaDecoder.pictures(of: $0, count: 4, longSide: nil) }
    }

    fileprivate static func noise(width: Int, height: Int) -> PixelBuffer {
        var generator = SeededGenerator(seed: 7)
        let bytes = (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return PixelBuffer(size: PixelSize(width: width, height: height), bytes: bytes)
    }
}

@Suite struct ReadingLanguagesTests {
    @Test func `languages are grouped by script, in the order in which they were asked for`() {
        let choice = ReadingLanguages(wanted: ["eng", "rus", "deu", "chi_sim", "eng", "ukr"], locale: nil) {
            $0 != "Latin"
        }
        #expect(choice.groups.map(\.name) == ["eng+deu", "rus+ukr", "chi_sim"])
        #expect(choice.missing == [])
    }

    @Test func `many Latin languages give way to the data for the script, where it is installed`() {
        let wanted = ["eng", "deu", "fra"]
        #expect(ReadingLanguages(wanted: wanted, locale: nil) { _ in true }.groups.map(\.name) == ["Latin"])
        #expect(ReadingLanguages(wanted: wanted, locale: nil) { $0 != "Latin" }.groups.map(\.name) == ["eng+deu+fra"])
    }

    @Test func `what has no data is reported, unless it was only guessed`() {
        let asked = ReadingLanguages(wanted: ["eng", "jpn"], locale: nil) { $0 == "eng" }
        #expect(asked.present == ["eng"])
        #expect(asked.missing == ["jpn"])
        let guessed = ReadingLanguages(wanted: [], locale: "ja_JP.UTF-8") { $0 == "eng" }
        #expect(guessed.present == ["eng"])
        #expect(guessed.missing == [])
    }

    @Test(arguments: [
        ("de_AT.UTF-8", ["deu", "eng"]), ("en_GB", ["eng"]), ("C.UTF-8", ["eng"]), ("zh_TW.UTF-8", ["eng", "chi_tra"]),
        ("zh_CN", ["eng", "chi_sim"]), ("sr_RS@latin", ["eng", "srp"]), ("tlh", ["eng"]),
    ])
    func `the locale adds its language to English`(locale: String, languages: [String]) {
        #expect(ReadingLanguages.defaults(for: locale) == languages)
    }
}

@Suite struct ReadLineTests {
    private func line(_ text: String, _ confidence: Double = 0.9, top: Double = 0, left: Double = 0) -> ReadLine {
        ReadLine(
            text: text, confidence: confidence, box: TextBox(left: left, top: top, right: left + 100, bottom: top + 20))
    }

    @Test func `dirt is dropped from lines, and lines of dirt altogether`() {
        #expect(line("| Open … |\n").cleaned()?.text == "Open")
        #expect(line("~ — »").cleaned() == nil)
        #expect(line("Open", 0.2).cleaned() == nil)
        #expect(line("iv", 0.5).cleaned() == nil)
        #expect(line("Si eo ces", 0.6).cleanedOfScenery() == nil)
        #expect(line("Posta Kutusundaki", 0.54).cleanedOfScenery() != nil)
    }

    @Test func `Chinese words are joined, Latin ones and Korean ones are not`() {
        #expect(line("批 注 原理 图 PCB 编号 2").cleaned()?.text == "批注原理图 PCB 编号 2")
        #expect(line("열 바닥글").cleaned()?.text == "열 바닥글")
    }

    @Test func `of two readings of a place the better stays, and new places keep the order`() {
        var lines = [line("first", top: 0), line("thjrd", 0.4, top: 80)]
        lines.merge([line("frst", 0.5, top: 2), line("second", top: 40), line("third", 0.95, top: 80)])
        #expect(lines.map(\.text) == ["first", "second", "third"])
    }

    @Test func `in one row what is further left comes first`() {
        var lines = [line("left", left: 0), line("right", left: 400)]
        lines.merge([line("middle", left: 200)])
        #expect(lines.map(\.text) == ["left", "middle", "right"])
    }
}
