import Foundation
import GRDB
import MediaTypes
import Testing
import VectorSearch

@testable import Catalog

@Suite struct MeaningTests {
    /// A vector that points along some of the dimensions: those of a word stand for its meaning.
    private func vector(_ weights: [Int: Float]) -> [Float] {
        // A little of everything, so that no component is 0 and signs tell something.
        (0..<MeaningVector.width).map { index in
            let background: Float = index % 2 == 0 ? 0.01 : -0.01
            return (weights[index / 16] ?? 0) * (index % 3 == 0 ? 1 : -1) + background
        }
    }

    private var dog: [Float] { vector([0: 1, 1: 1, 2: 1, 3: 1]) }
    private var puppy: [Float] { vector([0: 1, 1: 1, 2: 1, 4: 1]) }
    private var boat: [Float] { vector([10: 1, 11: 1, 12: 1, 13: 1]) }

    /// Gives each content that waits for it the vectors of its texts.
    private func encode(_ library: TestLibrary, _ meanings: [String: [Float]]) async throws {
        for asset in try await library.catalog.assetsWithoutMeaning(limit: 100) {
            try await library.catalog.recordMeaning(of: asset, vectors: asset.texts.map { meanings[$0] ?? [] })
        }
    }

    private func found(_ library: TestLibrary, _ query: String, _ meaning: [Float]?, limit: Int = 20, offset: Int = 0)
        async throws -> [String]
    {
        let page = try await library.catalog.search(query, limit: limit, offset: offset, meaning: meaning)
        return page.files.map(\.path.name.text)
    }

    @Test func `a picture is found by another word for what it shows, and said to be`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("a dog on a meadow")])
        try await library.add("/p/b.jpg", says: [caption("a boat at sea")])
        try await encode(library, ["a dog on a meadow": dog, "a boat at sea": boat])
        #expect(try await found(library, "puppy", nil).isEmpty)
        let page = try await library.catalog.search("puppy", meaning: puppy)
        #expect(page.files.map(\.path.name.text) == ["a.jpg"])
        #expect(page.files.first?.matched == [.meaning])
        #expect(page.total == 1 && page.isTotalExact)
    }

    @Test func `what has the word comes before what only means it, on whichever page`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("dog")])
        try await library.add("/p/b.jpg", says: [caption("the label of a puppy's food")])
        try await library.add("/p/c.jpg", says: [caption("hound")])
        try await encode(library, ["dog": puppy, "the label of a puppy's food": boat, "hound": dog])
        #expect(try await found(library, "puppy", puppy) == ["b.jpg", "a.jpg", "c.jpg"])
        #expect(try await found(library, "puppy", puppy, limit: 1) == ["b.jpg"])
        #expect(try await found(library, "puppy", puppy, limit: 1, offset: 1) == ["a.jpg"])
        #expect(try await found(library, "puppy", puppy, limit: 5, offset: 2) == ["c.jpg"])
    }

    @Test func `a file is found once, by its word and by its meaning`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("a puppy"), tag("dog")])
        try await encode(library, ["a puppy": puppy, "dog": dog])
        #expect(try await found(library, "puppy", puppy) == ["a.jpg"])
    }

    @Test func `phrases, fields and facts are conditions for what is found by its meaning, too`() async throws {
        let library = try await TestLibrary(roots: ["/p", "/q"])
        try await library.add("/p/a.jpg", words: ["in the park"], says: [caption("dog")])
        try await library.add("/q/b.jpg", says: [caption("dog")])
        try await encode(library, ["dog": dog])
        #expect(try await found(library, "puppy in:/q", puppy) == ["b.jpg"])
        #expect(try await found(library, "puppy \"in the park\"", puppy) == ["a.jpg"])
        #expect(try await found(library, "puppy -park", puppy) == ["b.jpg"])
        #expect(try await found(library, "puppy type:video", puppy).isEmpty)
    }

    @Test func `only free words have a meaning`() async throws {
        let catalog = try await TestLibrary().catalog
        #expect(catalog.meaningText(ofQuery: "red boat type:photo -sail") == "red boat")
        #expect(catalog.meaningText(ofQuery: "\"red boat\" ocr:sail") == nil)
        #expect(catalog.meaningText(ofQuery: "") == nil)
        #expect(catalog.meaningText(ofQuery: "\"never closed") == nil)
    }

    @Test func `captions one by one, the tags together and the words in the picture are what vectors are made of`()
        async throws
    {
        let library = try await TestLibrary()
        let asset = try await library.add(
            "/p/a.jpg", words: ["TOTAL 5.00", "----"],
            says: [caption("a receipt"), caption("a till"), tag("shop"), tag("paper")])
        let texts = try await library.catalog.assetsWithoutMeaning(limit: 10)
        #expect(
            texts == [
                AssetTexts(assetID: asset, texts: ["a receipt", "a till", "shop, paper", "TOTAL 5.00\n----"])
            ])
    }

    @Test func `a content waits again once something else is said of it, and keeps its vectors meanwhile`() async throws
    {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("dog")])
        try await encode(library, ["dog": dog])
        #expect(try await library.catalog.assetsWithoutMeaning(limit: 10).isEmpty)
        _ = try await library.catalog.editTags(path("/p/a.jpg"), add: ["rex"], remove: [])
        #expect(try await library.catalog.assetsWithoutMeaning(limit: 10).first?.texts == ["dog", "rex"])
        #expect(try await found(library, "puppy", puppy) == ["a.jpg"])
        _ = try await library.catalog.editTags(path("/p/a.jpg"), add: [], remove: ["rex"])
        #expect(try await library.catalog.assetsWithoutMeaning(limit: 10).first?.texts == ["dog"])
    }

    @Test func `vectors of texts that have changed meanwhile are not stored`() async throws {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg", says: [caption("dog")])
        let before = try await library.catalog.assetsWithoutMeaning(limit: 1)
        _ = try await library.catalog.editTags(path("/p/a.jpg"), add: ["boat"], remove: [])
        try await library.catalog.recordMeaning(of: before[0], vectors: [dog])
        #expect(try await library.value("SELECT count(*) FROM meaning") == 0)
        #expect(try await library.catalog.assetsWithoutMeaning(limit: 1).first?.texts == ["dog", "boat"])
    }

    @Test func `a content of which nothing is said does not wait for ever, and one that lies nowhere not at all`()
        async throws
    {
        let library = try await TestLibrary()
        try await library.add("/p/a.jpg")
        try await library.add("/p/b.jpg", says: [caption("dog")])
        try await library.catalog.removeFile(path("/p/b.jpg"))
        let waiting = try await library.catalog.assetsWithoutMeaning(limit: 10)
        #expect(waiting.map(\.texts) == [[]])
        try await library.catalog.recordMeaning(of: waiting[0], vectors: [])
        #expect(try await library.catalog.assetsWithoutMeaning(limit: 10).isEmpty)
    }

    @Test func `another encoder makes all vectors anew, the same one none`() async throws {
        let library = try await TestLibrary()
        try await library.catalog.useMeanings(ofEncoder: "one")
        try await library.add("/p/a.jpg", says: [caption("dog")])
        try await encode(library, ["dog": dog])
        try await library.catalog.useMeanings(ofEncoder: "one")
        #expect(try await library.catalog.assetsWithoutMeaning(limit: 10).isEmpty)
        try await library.catalog.useMeanings(ofEncoder: "two")
        #expect(try await library.catalog.assetsWithoutMeaning(limit: 10).count == 1)
        #expect(try await found(library, "puppy", puppy).isEmpty)
    }

    @Test func `files that fulfil a condition are found behind hundreds that are nearer and do not`() async throws {
        let library = try await TestLibrary(roots: ["/p", "/q"])
        try await library.add("/q/far.jpg", says: [caption("puppy, sort of")])
        for number in 0..<250 { try await library.add("/p/\(number).jpg", says: [caption("dog \(number)")]) }
        var meanings = Dictionary(uniqueKeysWithValues: (0..<250).map { ("dog \($0)", dog) })
        meanings["puppy, sort of"] = vector([0: 1, 1: 1, 5: 1, 6: 1])
        while let some = try? await library.catalog.assetsWithoutMeaning(limit: 1), !some.isEmpty {
            try await encode(library, meanings)
        }
        #expect(try await found(library, "hound in:/q", dog) == ["far.jpg"])
        let page = try await library.catalog.search("hound", meaning: dog)
        #expect(page.total == 200 && !page.isTotalExact && page.reachesKindred)
    }

    @Test func `files that are gone take no place from those that are there`() async throws {
        // Of 401 contents the 400 nearest lay nowhere, 256 were looked at, and the one that was there was not found.
        let library = try await TestLibrary()
        let asset = try await library.add("/p/far.jpg", says: [caption("far")])
        try await encode(library, ["far": vector([0: 1, 1: 1, 5: 1, 6: 1])])
        // Contents that were forgotten by nobody: their files came and went.
        try await library.catalog.write { [dog] db in
            let bytes = try #require(MeaningVector(dog)).bytes
            for number in 1...400 {
                try db.execute(
                    sql: "INSERT INTO asset(content_hash, byte_count) VALUES (?, 1)",
                    arguments: [Data("\(number)".utf8)])
                try db.execute(sql: MediaCatalog.insertMeaning, arguments: [db.lastInsertedRowID, Data(bytes)])
            }
        }
        let page = try await library.catalog.search("hound", meaning: dog)
        #expect(page.files.map(\.assetID) == [asset])
    }

    @Test func `a text is cut by its bytes, at a whole scalar`() {
        let marked = "a" + String(repeating: "\u{301}", count: 5_000)
        let texts = MeaningTexts.texts(of: [
            caption(marked), caption(String(repeating: "図", count: 1_000)), caption("short"),
        ])
        #expect(texts.map(\.utf8.count) == [1_199, 1_200, 5])
    }

    @Test func `an index that has outlived most of its vectors is built anew`() async throws {
        let library = try await TestLibrary()
        for number in 0..<40 { try await library.add("/p/\(number).jpg", says: [caption("boat \(number)")]) }
        let boats = Dictionary(uniqueKeysWithValues: (0..<40).map { ("boat \($0)", boat) })
        try await encode(library, boats)
        #expect(try await found(library, "ship", boat, limit: 100).count == 40)
        try await library.catalog.write { db in try db.execute(sql: "DELETE FROM meaning WHERE asset_id > 5") }
        #expect(try await found(library, "ship", boat, limit: 100).count == 5)
        #expect(library.catalog.meanings.count == 5)
    }

    @Test func `the files in two orders come first in both orders' sum`() {
        #expect(Search.fused([[1, 2, 3], [3, 4]]) == [3, 1, 4, 2])
        #expect(Search.fused([[], [3, 4]]) == [3, 4])
        #expect(Search.fused([]).isEmpty)
    }
}
