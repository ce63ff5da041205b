import GRDB
import MediaTypes
import TestSupport
import Testing

@testable import Catalog

@Suite struct SearchTests {
    /// A few described pictures.
    private func library() async throws -> TestLibrary {
        let library = try await TestLibrary()
        try await library.add(
            "/p/IMG_2041.jpg",
            facts: photo {
                $0.camera.make = "Canon"
                $0.camera.model = "EOS 5D"
                $0.location = GeoLocation(latitude: 37.77, longitude: -122.42)
                $0.takenAt = CaptureTime(local: "2012-06-30T10:00:00.000", offsetMinutes: nil, source: .exif)
            },
            says: [caption("Two dogs running on a sandy beach."), tag("dog"), tag("sandy beach")])
        try await library.add(
            "/p/holiday/car.png", facts: photo { $0.isScreenshot = true },
            words: ["TOTAL DUE 12.50", "RE16 HRE16ABC"], says: [caption("A car in front of a café.")])
        try await library.add("/p/图.jpg", words: ["这是图书馆的入口"], says: [caption("A library.")])
        try await library.add("/p/el.jpg", words: ["Υποσέλιδο και κεφαλίδα"])
        try await library.catalog.recordFile(path("/p/new_lighthouse.heic"), identity: identity(77))
        return library
    }

    @Test(arguments: [
        ("dogs", ["IMG_2041.jpg"]), ("dog beach", ["IMG_2041.jpg"]), ("dog run", ["IMG_2041.jpg"]),
        ("dog car", []), ("dog or car", ["IMG_2041.jpg", "car.png"]), ("dog -beach", []),
        ("\"sandy beach\"", ["IMG_2041.jpg"]), ("\"beach sandy\"", []), ("2041", ["IMG_2041.jpg"]),
        ("IMG_2041", ["IMG_2041.jpg"]), ("IMG_2041.jpg", ["IMG_2041.jpg"]), ("G_204", ["IMG_2041.jpg"]),
        ("RE16", ["car.png"]), ("RE16A", ["car.png"]), ("cafe", ["car.png"]), ("Café", ["car.png"]),
        ("caf", ["car.png"]), ("图书馆", ["图.jpg"]), ("入口", ["图.jpg"]), ("书图", []), ("图", ["图.jpg"]),
        ("υποσελιδο", ["el.jpg"]), ("ΥΠΟΣΈΛΙΔΟ", ["el.jpg"]), ("ποσελι", ["el.jpg"]),
        ("lighthouse", ["new_lighthouse.heic"]),
        ("canon", ["IMG_2041.jpg"]), ("screenshot", ["car.png"]), ("a dog on the beach", ["IMG_2041.jpg"]),
        ("photos of dogs", ["IMG_2041.jpg"]), ("the", []), ("dog AND NOT", []), ("dog\"\"", []), ("***", []),
        ("dog & beach", ["IMG_2041.jpg"]), ("(dog or car) beach", ["IMG_2041.jpg"]),
        ("-dog -car -library -el -lighthouse", []),
        ("beach -(dog or car)", []), ("12.50", ["car.png"]),
    ])
    func `words find what has them all`(query: String, expected: [String]) async throws {
        let library = try await library()
        #expect(try await library.found(query) == expected, "\(query)")
    }

    @Test(arguments: [
        ("2024-03-03", ["bill.png"]), ("2024-03-14", ["order.png"]), ("1234.50", ["bill.png"]),
        ("\"1234.50 EUR\"", ["bill.png"]), ("1.234,50", ["bill.png"]), ("€1,234.50", ["bill.png"]),
        ("1234.50 eur", ["bill.png"]), ("14/03/2024", ["order.png"]), ("14.03.2024", ["order.png"]),
        ("ordered 14. März 2024", ["order.png"]), ("march 14 2024", ["order.png"]), ("\"14.03.2024\"", []),
        ("15.03.2024", []), ("ocr:2024-03-14", []), ("tag:2024-03-14", []), ("bill 3.3.2024 1234,50 €", ["bill.png"]),
    ])
    func `a day and an amount are found however they are written`(query: String, expected: [String]) async throws {
        let library = try await TestLibrary()
        try await library.add("/p/bill.png", words: ["Rechnung vom 3. März 2024", "Summe 1.234,50 €"])
        try await library.add("/p/order.png", words: ["Ordered 03/14/2024"])
        #expect(try await library.found(query) == expected, "\(query)")
    }

    @Test(arguments: [
        ("INV-2024-0317", ["invoice.png"]), ("ocr:\"INV-2024-0317\"", ["invoice.png"]),
        ("inv-2024-0317", ["invoice.png"]), ("INV20240317", ["invoice.png"]), ("2024-0317", ["invoice.png"]),
        ("invoice inv-2024-0317", ["invoice.png"]), ("302-4455667", ["parcel.png"]),
        ("order 302-4455667", ["parcel.png"]), ("INV-2024-0318", []),
        ("example.org/path", ["page.png", "invoice.png"]), ("ocr:example.org/path", ["page.png", "invoice.png"]),
        ("https://example.org/path", ["page.png", "invoice.png"]),
        ("HTTPS://www.example.org/path", ["page.png", "invoice.png"]),
        ("www.example.org", ["page.png", "invoice.png"]), ("https://example.org/path/", ["page.png", "invoice.png"]),
        ("https://example.org/path?id=7", ["page.png"]), ("\"https://example.org/path\"", []),
        ("billing@example.org", ["invoice.png"]), ("-https://example.org", ["parcel.png"]),
        ("https://", ["page.png"]),
    ])
    func `addresses and references are found as they are typed`(query: String, expected: [String]) async throws {
        let library = try await TestLibrary()
        try await library.add(
            "/p/invoice.png", words: ["Invoice INV-2024-0317", "pay at example.org/path", "Billing@Example.org"])
        try await library.add("/p/page.png", words: ["https://www.example.org/path?id=7 https"])
        try await library.add("/p/parcel.png", words: ["Order 302-4455667 parcel"])
        #expect(try await library.found(query).sorted() == expected.sorted(), "\(query)")
    }

    @Test func `normal forms are neither the picture's words nor its tags`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/order.png", words: ["Ordered 03/14/2024"])
        let file = try #require(try await library.catalog.search("2024-03-14").files.first)
        #expect(file.ocr == "Ordered 03/14/2024")
        #expect(file.tags.isEmpty)
        #expect(file.matched == [.facts])
    }

    @Test(arguments: [
        ("ocr:total", ["car.png"]), ("ocr:\"total due\"", ["car.png"]), ("ocr:dog", []),
        ("caption:dogs", ["IMG_2041.jpg"]),
        ("tag:dog", ["IMG_2041.jpg"]), ("tag:\"sandy beach\"", ["IMG_2041.jpg"]), ("tag:car", []),
        ("ocr:κεφαλιδα", ["el.jpg"]),
        ("is:screenshot", ["car.png"]), ("is:undescribed", ["new_lighthouse.heic"]), ("type:video", []),
        ("type:photo camera:canon", ["IMG_2041.jpg"]), ("camera:\"canon eos\"", ["IMG_2041.jpg"]),
        ("ext:png", ["car.png"]),
        ("ext:heic,png -is:screenshot", ["new_lighthouse.heic"]), ("path:holiday", ["car.png"]),
        ("path:p/holi", ["car.png"]),
        ("in:holiday", ["car.png"]), ("in:/p/holiday", ["car.png"]), ("in:/holiday", []), ("in:liday", []),
        ("near:37.8,-122.4,10km", ["IMG_2041.jpg"]), ("near:37.8,-122.4,2km", []), ("before:2013", ["IMG_2041.jpg"]),
        ("taken:2012-06 dog", ["IMG_2041.jpg"]), ("taken:2012-07", []), ("taken:2012-06-30", ["IMG_2041.jpg"]),
        ("30 June 2012", ["IMG_2041.jpg"]), ("photos from June 30 2012", ["IMG_2041.jpg"]),
        ("june 2012 dog", ["IMG_2041.jpg"]),
        ("29 June 2012", []), ("dog or taken:2012-07", ["IMG_2041.jpg"]), ("size:>1kB", []),
        ("size:1000b dog", ["IMG_2041.jpg"]),
        ("w:640 dog", ["IMG_2041.jpg"]), ("w:>640", []), ("-w:>1 lighthouse", ["new_lighthouse.heic"]),
        ("is:duplicate", []),
        ("is:screenshot total", ["car.png"]), ("is:screenshot dog", []),
        ("tag:dog or ocr:total", ["IMG_2041.jpg", "car.png"]),
    ])
    func `fields find what has these facts`(query: String, expected: [String]) async throws {
        let library = try await library()
        #expect(try await library.found(query) == expected, "\(query)")
    }

    @Test func `an exact word stands before a part of a longer one`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/part.jpg", says: [caption("A category of scattered catalogues and cathedrals")])
        try await library.add(
            "/p/word.jpg", says: [caption("Somewhere in a long sentence about other things sits one cat.")])
        try await library.add("/p/later.jpg", says: [caption("scattered")])
        let page = try await library.catalog.search("cat")
        #expect(page.files.map(\.path.name.text) == ["word.jpg", "later.jpg", "part.jpg"])
        #expect(page.files.map { $0.score > 0 } == [true, false, false])
        #expect((page.total, page.isTotalExact) == (3, true))
    }

    @Test func `words may mix whole ones and parts`() async throws {
        let library = try await library()
        try await library.add("/p/plate.jpg", words: ["XRE16Y"], says: [caption("Dogs beside a van")])
        #expect(try await library.found("dog RE16") == ["plate.jpg"])
    }

    @Test func `a tag counts for more than a name that is in passing`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/1.jpg", words: ["tower of words, and many more words to make it long enough"])
        try await library.add("/p/2.jpg", says: [caption("A building."), tag("tower")])
        #expect(try await library.found("tower") == ["2.jpg", "1.jpg"])
    }

    @Test func `a hit says where it matched and shows the words around`() async throws {
        let library = try await library()
        let hit = try #require(try await library.catalog.search("dog").files.first)
        #expect(hit.matched == [.caption, .tags])
        #expect(hit.snippet == Snippet(text: "Two dogs running on a sandy beach.", marks: [4..<8]))
        #expect(hit.tags == ["dog", "sandy beach"])
        #expect(hit.kind == .photo)
        #expect(hit.takenAt?.local == "2012-06-30T10:00:00.000")
        let cjk = try #require(try await library.catalog.search("图书馆").files.first)
        #expect(cjk.snippet == Snippet(text: "这是图书馆的入口", marks: [2..<5]))
        #expect(cjk.ocr == "这是图书馆的入口")
        let part = try #require(try await library.catalog.search("RE16A").files.first)
        #expect(part.matched == [.ocr])
        #expect(part.snippet?.text == "TOTAL DUE 12.50 RE16 HRE16ABC")
        #expect(part.snippet?.marks == [22..<27])
    }

    @Test func `tags are shown with commas between them`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/1.jpg", says: [tag("dog"), tag("sandy beach")])
        let hit = try #require(try await library.catalog.search("beach").files.first)
        #expect(hit.snippet == Snippet(text: "dog, sandy beach", marks: [11..<16]))
    }

    @Test func `a long text is shown around its first match`() async throws {
        let library = try await TestLibrary()
        let filler = String(repeating: "filler words ", count: 50)
        try await library.add("/p/a.jpg", words: [filler + "treasure " + filler])
        let snippet = try #require(try await library.catalog.search("treasure").files.first?.snippet)
        let scalars = Array(snippet.text.unicodeScalars)
        #expect(scalars.count <= 162)
        #expect(snippet.text.hasPrefix("…") && snippet.text.hasSuffix("…"))
        #expect(snippet.marks.map { String(String.UnicodeScalarView(scalars[$0])) } == ["treasure"])
    }

    @Test func `a hit inside a video says when`() async throws {
        let library = try await TestLibrary()
        var early = caption("A garden in the sun.")
        early.span = 0...10
        var late = caption("A cake with candles.")
        late.span = 42...50
        try await library.add("/p/a.mp4", facts: photo { $0.kind = .video }, says: [early, late])
        #expect(try await library.catalog.search("candle").files.first?.seconds == 42)
        #expect(try await library.catalog.search("sun type:video").files.first?.seconds == 0)
    }

    @Test func `pages follow each other without gaps, over the border between words and parts as well`() async throws {
        let library = try await TestLibrary()
        for number in 0..<9 {
            try await library.add(
                "/p/\(number).jpg", says: [caption(number % 2 == 0 ? "one cat" : "one concatenation")])
        }
        for order in SearchOrder.allCases {
            let all = try await library.catalog.search("cat", order: order, limit: 100)
            #expect(all.total == 9)
            var paged: [Int64] = []
            for offset in stride(from: 0, to: 9, by: 2) {
                let page = try await library.catalog.search("cat", order: order, limit: 2, offset: offset)
                paged += page.files.map(\.fileID)
                #expect(page.hasMore(after: offset) == (offset < 8), "\(order) \(offset)")
            }
            #expect(paged == all.files.map(\.fileID), "\(order)")
        }
    }

    @Test func `files are sorted by date or name when asked`() async throws {
        let library = try await TestLibrary()
        for (file, day) in [("b.jpg", "01"), ("A.jpg", "03"), ("c.jpg", "02")] {
            let taken = CaptureTime(local: "2024-06-\(day)T00:00:00.000", offsetMinutes: nil, source: .exif)
            try await library.add("/p/\(file)", facts: photo { $0.takenAt = taken }, says: [caption("a cat")])
        }
        try await library.catalog.recordFile(path("/p/new.jpg"), identity: identity(5))
        #expect(try await library.found("cat", order: .date) == ["A.jpg", "c.jpg", "b.jpg"])
        #expect(try await library.found("cat", order: .name) == ["A.jpg", "b.jpg", "c.jpg"])
        #expect(try await library.found("") == ["A.jpg", "c.jpg", "b.jpg", "new.jpg"])
        #expect(try await library.found("", order: .name) == ["A.jpg", "b.jpg", "c.jpg", "new.jpg"])
        let page = try await library.catalog.search("", limit: 2, offset: 3)
        #expect(page.files.map(\.path.name.text) == ["new.jpg"])
        #expect(page.total == 4)
    }

    @Test func `a quotation mark inside a word stays inside the quoted string`() {
        let text = QueryText(text: "a\" OR \"b", field: .ocr)
        #expect(FullTextExpression.match(text) == "({ocr} : \"a\"\" OR \"\"b\" OR {folded} : \"a\"\" OR \"\"b\")")
    }

    @Test func `what a person types never becomes syntax of the full-text index`() async throws {
        let library = try await library()
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "\"", "'", "*", "^", ":", "NEAR(", ")", "(", "{", "}", "+", "AND", "NOT", "OR", "-", "dog", " ", "\0", "%",
            "_", ".", "图", "é", "\\", ";--",
        ]
        for _ in 0..<400 {
            let query = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            do {
                _ = try await library.catalog.search(query)
            } catch {
                guard case .badQuery = error.code else { Issue.record("\(query): \(error)"); continue }
            }
        }
    }

    @Test(arguments: ["dog", "dog type:photo"])
    func `pages far behind show each match once, and all of them`(query: String) async throws {
        let library = try await TestLibrary()
        let count = Search.mostRanked + 150
        let files = (0..<count).map { ListedFile(name: name("dog \($0).jpg"), identity: identity($0)) }
        try await library.catalog.recordListings(
            [DirectoryListing(directory: path("/p"), files: files, subdirectories: [])], discovery: .crawl)
        try await library.catalog.write { db in
            try db.execute(
                sql: """
                    INSERT INTO asset(id, content_hash, byte_count, kind)
                        SELECT id, CAST(printf('%032d', id) AS BLOB), 1, 'photo' FROM file;
                    UPDATE file SET asset_id = id;
                    """)
        }
        var seen: [Int64] = []
        for offset in stride(from: 0, to: count + 500, by: 500) {
            seen += try await library.catalog.search(query, limit: 500, offset: offset).files.map(\.fileID)
        }
        #expect(seen.count == count && Set(seen).count == count)
    }
}
