import Testing

@testable import FirstLook

struct CharacterTableTests {
    private let table = CharacterTable(note: "a\nb\nß\n")

    @Test func `the symbols stand between nothing and the blank`() {
        #expect(table.symbols == ["", "a", "b", "ß", " "])
        #expect(CharacterTable(note: "a\r\nb").symbols == ["", "a", "b", " "])
    }

    @Test(arguments: [
        ([1, 1, 0, 1, 2], "aab"), ([0, 0, 0], ""), ([3, 0, 3, 4, 4, 1], "ßß a"), ([2, 2, 2, 2], "b"),
    ])
    func `repeated symbols count once, unless nothing lies between`(places: [Int], text: String) throws {
        let outputs = places.flatMap { place in (0..<5).map { $0 == place ? Float(0.8) : 0.05 } }
        let read = try #require(outputs.withUnsafeBufferPointer { table.text(of: $0, places: places.count) })
        #expect(read.text == text)
        #expect(abs(read.confidence - (text.isEmpty ? 0 : 0.8)) < 1e-6)
    }

    @Test(arguments: [Float.nan, -.infinity, .infinity]) func `shares that are no numbers are no text`(share: Float) {
        let outputs = [Float](repeating: 0.2, count: 5) + [Float](repeating: share, count: 5)
        #expect(outputs.withUnsafeBufferPointer { table.text(of: $0, places: 2) } == nil)
    }
}
