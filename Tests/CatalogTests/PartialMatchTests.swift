import MediaTypes
import TestSupport
import Testing

@testable import Catalog

@Suite struct PartialMatchTests {
    private func library() async throws -> TestLibrary {
        let library = try await TestLibrary()
        try await library.add("/p/two.jpg", words: ["total due today"], says: [caption("a paper")])
        try await library.add("/p/three.jpg", words: ["total amount due"], says: [caption("a receipt")])
        try await library.add("/p/all.jpg", words: ["the total amount is due on Friday"])
        try await library.add("/p/part.jpg", words: ["subtotal amounts overdue Fridays"])
        try await library.add("/p/video.mp4", facts: photo { $0.kind = .video }, words: ["total amount due"])
        return library
    }

    @Test func `after what has all words, and all as parts, comes what has most of them`() async throws {
        let library = try await library()
        let names = try await library.found("total amount due friday type:photo")
        #expect(names == ["all.jpg", "part.jpg", "three.jpg"])
    }

    @Test(arguments: [
        ("total nothing", []), ("total nothing whatever", []), ("total nothing due", ["two.jpg"]),
        ("total nothing due -paper", []), ("total due nothing is:screenshot", []),
        ("\"total nothing\" due today", []), ("total nothing ocr:due", []), ("total due \"nothing\"", []),
    ])
    func `filters, phrases and fields are asked of all, and two words are both`(
        query: String, expected: [String]
    ) async throws {
        let library = try await TestLibrary()
        try await library.add("/p/two.jpg", words: ["total due today"], says: [caption("a paper")])
        #expect(try await library.found(query) == expected, "\(query)")
    }

    @Test func `a long run of Chinese is found though a character of it was misread`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", words: ["图书馆的入口在这甲"])
        #expect(try await library.found("图书馆的出口在这") == ["a.jpg"])
        #expect(try await library.found("火车站出口") == [])
        #expect(try await library.found("书图") == [])
    }

    @Test(arguments: SearchOrder.allCases)
    func `pages of what has most words follow without gaps`(order: SearchOrder) async throws {
        let library = try await TestLibrary()
        let said = ["red old boat", "red old car", "red boat", "an old boat", "boats of old Fredrik", "blue"]
        for (number, text) in said.enumerated() {
            try await library.add("/p/\(number).jpg", says: [caption(text)])
        }
        let all = try await library.catalog.search("red old boat", order: order)
        #expect(Set(all.files.map(\.path.name.text)) == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg"])
        #expect((all.total, all.isTotalExact) == (5, true))
        var paged: [Int64] = []
        for offset in 0..<5 {
            let page = try await library.catalog.search("red old boat", order: order, limit: 1, offset: offset)
            paged += page.files.map(\.fileID)
            #expect(page.hasMore(after: offset) == (offset < 4))
        }
        #expect(paged == all.files.map(\.fileID))
    }

    @Test func `a hit with most words shows those that it has`() async throws {
        let library = try await library()
        let page = try await library.catalog.search("receipt amount nothing")
        #expect(page.files.map(\.path.name.text) == ["three.jpg"])
        #expect(page.files.first?.matched.isEmpty == false)
        #expect(page.files.first?.snippet?.marks.isEmpty == false)
    }
}
