import Testing

@testable import FirstLook

struct ReadingOrderTests {
    private func piece(_ text: String, _ x: Double, _ y: Double, width: Double = 60, height: Double = 20) -> FoundLine {
        FoundLine(
            text: text, confidence: 1,
            corners: [
                Point(x: x, y: y), Point(x: x + width, y: y), Point(x: x + width, y: y + height),
                Point(x: x, y: y + height),
            ])
    }

    private func texts(_ pieces: [FoundLine]) -> [String] { ReadingOrder.lines(of: pieces).map(\.text) }

    @Test func `pieces of one row are one line, in their order from the left`() {
        #expect(texts([piece("world", 75, 2), piece("hello", 10, 0)]) == ["hello world"])
    }

    @Test func `Chinese is joined without a space, and keeps one beside Latin letters`() {
        #expect(texts([piece("重新", 0, 0), piece("启动", 62, 1)]) == ["重新启动"])
        #expect(texts([piece("重新", 0, 0), piece("Firefox", 62, 1)]) == ["重新 Firefox"])
    }

    @Test func `far pieces of one row stay apart`() {
        #expect(texts([piece("Save", 0, 0), piece("Ctrl+S", 200, 0)]) == ["Save", "Ctrl+S"])
    }

    @Test func `a menu is read row by row`() {
        let menu = [piece("Open", 0, 0), piece("Ctrl+O", 200, 0), piece("Save", 0, 30), piece("Ctrl+S", 200, 30)]
        #expect(texts(menu.reversed()) == ["Open", "Ctrl+O", "Save", "Ctrl+S"])
    }

    @Test func `columns of text are read one after the other`() {
        let left = (0..<5).map { piece("left \($0)", 0, Double($0) * 30, width: 400) }
        let right = (0..<5).map { piece("right \($0)", 480, Double($0) * 30, width: 400) }
        #expect(texts(zip(left, right).flatMap { [$0, $1] }) == (left + right).map(\.text))
    }

    @Test func `a heading above two columns comes first`() {
        let heading = piece("heading", 0, 0, width: 880)
        let left = (1..<6).map { piece("left \($0)", 0, Double($0) * 30, width: 400) }
        let right = (1..<6).map { piece("right \($0)", 480, Double($0) * 30, width: 400) }
        #expect(texts(right + left + [heading]) == ["heading"] + (left + right).map(\.text))
    }

    @Test func `the confidence of what is joined is the mean by letters`() throws {
        var sure = piece("aaaa", 0, 0)
        sure.confidence = 1
        var unsure = piece("bb", 62, 0)
        unsure.confidence = 0.4
        let line = try #require(ReadingOrder.lines(of: [sure, unsure]).first)
        #expect(abs(line.confidence - 0.8) < 1e-12 && line.corners[2].x == 122)
    }

    @Test func `nothing makes no lines`() { #expect(texts([]).isEmpty) }
}
