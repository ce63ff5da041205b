import MediaTypes
import Testing

@testable import tintyped

struct WordChoiceTests {
    private func text(_ lines: String...) -> RecognisedText {
        RecognisedText(
            lines: lines.map { RecognisedLine(text: $0, confidence: 0.9) }, languages: "", engine: lines.joined())
    }

    @Test(arguments: [
        "Файл Правка Вид", "Αρχείο Επεξεργασία", "파일 편집 보기", "Файл Ctrl+S",
    ])
    func `words in a script that the small models do not read are Tesseract's`(words: String) {
        #expect(WordChoice.better(text("Daiin PpaBka"), text(words)).engine == words)
    }

    @Test(arguments: ["File Edit View", "ファイル 編集", "文件 编辑", "Edit µ and a long line of plain words", "", "12:30"])
    func `all other words are the small models'`(words: String) {
        #expect(WordChoice.better(text("theirs"), text(words)).engine == "theirs")
    }

    @Test func `another reader is asked only where much could not be read`() {
        #expect(WordChoice.isDoubtful(0.6) && !WordChoice.isDoubtful(0.95) && !WordChoice.isDoubtful(nil))
    }
}
