import GRDB
import MediaTypes
import Testing

@testable import Catalog

@Suite struct SearchTextRenewalTests {
    /// A library as an older Tintype left it: the words are stored, and no facts are derived from them.
    private func olderLibrary(_ count: Int) async throws -> TestLibrary {
        let library = try await TestLibrary()
        for number in 0..<count { try await library.add("/p/\(number).png", words: ["Rechnung vom 3. März 2024"]) }
        try await library.catalog.write { db in try db.execute(sql: "UPDATE search_text SET facts = ''") }
        return library
    }

    @Test func `files that an older version indexed are found by what this one derives`() async throws {
        let library = try await olderLibrary(5)
        #expect(try await library.found("2024-03-03").isEmpty)
        var calls = 1
        while try await library.catalog.renewSearchText(limit: 2) { calls += 1 }
        #expect(try await library.found("2024-03-03").count == 5)
        #expect(calls == 3)
    }

    @Test func `an interrupted renewal goes on where it was, and a finished one is not begun again`() async throws {
        let library = try await olderLibrary(3)
        #expect(try await library.catalog.renewSearchText(limit: 2))
        let reopened = try library.reopened()
        #expect(try await reopened.search("2024-03-03").files.count == 2)
        #expect(try await !reopened.renewSearchText(limit: 2))
        #expect(try await reopened.search("2024-03-03").files.count == 3)
        let before = try await library.rowsWritten()
        #expect(try await !library.catalog.renewSearchText(limit: 2))
        #expect(try await library.rowsWritten() == before)
    }

    @Test func `a renewal writes no row that is as it should be`() async throws {
        let library = try await TestLibrary()
        for number in 0..<3 { try await library.add("/p/\(number).png", words: ["Rechnung vom 3. März 2024"]) }
        let before = try await library.rowsWritten()
        #expect(try await !library.catalog.renewSearchText())
        // The note that it is done.
        #expect(try await library.rowsWritten() == before + 1)
    }
}
