import Foundation
import MediaTypes
import Tensors
import TestSupport
import Testing

@testable import FirstLook

/// What pictures show: the network against the package's own code, the square that it looks at, and the words for its classes.
struct TaggerTests {
    private static let folder = Fixtures.directory.text + "/Reference/tagger/"

    struct Case: Decodable {
        var input: [Float]
        var output: [Float]
    }

    /// The stages of make_tagger_cases.py.
    private static let stages = [(1, 1), (2, 2), (2, 2), (2, 1)].map { EfficientNetLite.Stage(blocks: $0, stride: $1) }

    private static func sums(_ input: [Float], threads: Int) throws -> [Float] {
        let file = try PyTorchFile(try WeightMap(path: folder + "tiny.pth"))
        let network = try EfficientNetLite.network(file, stages: stages, side: 21)
        return try NetworkRunner(network, on: ComputePool(threads: threads))
            .run(input, batch: 1, rows: 21, columns: 21, channels: 3).numbers
    }

    /// Sums in another order, two dozen layers deep: float32 stays within 1e-5 of the largest.
    @Test func `a network gives what the package's code gives, on any number of threads`() throws {
        let data = try Data(contentsOf: URL(filePath: Self.folder + "cases.json"))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        #expect(cases.count == 3)
        for one in cases {
            let sums = try Self.sums(one.input, threads: 2)
            let largest = one.output.map(abs).max() ?? 0
            #expect(sums.count == 7 && zip(sums, one.output).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
            #expect(try Self.sums(one.input, threads: 1) == sums)
        }
    }

    @Test func `a network of other classes is refused`() throws {
        let error = #expect(throws: WeightFileError.self) {
            try PictureTagger(try WeightMap(path: Self.folder + "tiny.pth"), on: ComputePool(threads: 1))
        }
        #expect(error?.code == .wrongShape && error?.message.contains("_fc.bias") == true)
    }

    @Test(arguments: [(1, 1), (1, 9), (7, 3), (40, 30), (64, 64), (301, 97)])
    func `a square is what its definition says`(width: Int, height: Int) {
        var rng = SeededGenerator(seed: UInt64(width * 1000 + height))
        let size = PixelSize(width: width, height: height)
        let picture = PixelBuffer(
            size: size, bytes: (0..<(size.pixelCount * 3)).map { _ in UInt8.random(in: 0...255, using: &rng) })
        let expected = PictureSquare.reference(picture, share: 0.89, side: 26)
        let actual = PictureSquare.numbers(
            picture, share: 0.89, side: 26, mean: 127, deviation: 128, on: ComputePool(threads: 2))
        // A few dozen products of bytes in float32.
        #expect(zip(actual, expected).allSatisfy { abs(Double($0) * 128 + 127 - $1) < 1e-3 })
        #expect(actual.count == expected.count)
    }

    @Test func `a picture of one colour stays so, and the middle is kept`() {
        let grey = PixelBuffer(size: PixelSize(width: 50, height: 20), bytes: [UInt8](repeating: 127, count: 3000))
        let square = PictureSquare.numbers(
            grey, share: 0.9, side: 8, mean: 127, deviation: 128, on: ComputePool(threads: 1))
        #expect(square.allSatisfy { abs($0) < 1e-5 })
        // Red at the sides, which are cut off, blue in the middle.
        let bytes = (0..<1000).flatMap { pixel -> [UInt8] in 10..<40 ~= pixel % 50 ? [0, 0, 255] : [255, 0, 0] }
        let split = PixelBuffer(size: PixelSize(width: 50, height: 20), bytes: bytes)
        let middle = PictureSquare.numbers(
            split, share: 0.9, side: 8, mean: 0, deviation: 255, on: ComputePool(threads: 1))
        #expect(middle.indices.allSatisfy { abs(middle[$0] - ($0 % 3 == 2 ? 1 : 0)) < 1e-5 })
    }

    private static let words = TagWords(
        """
        # A table.
        class\ttabby, cat, animal
        class\tpug, dog, animal
        class\tbeagle, dog, animal
        class\t
        page\t
        threshold\tanimal\t0.95
        """)

    @Test func `a breed that is not sure leaves a kind that is`() {
        let tags = Self.words.tags(of: [0, 5, 5.1, 0, 0])
        #expect(tags.map(\.text) == ["animal", "dog", "beagle"])
        #expect(tags[1].confidence > 0.98 && tags[2].confidence < 0.6)
    }

    @Test func `what is not sure is not said, nor what is on a page`() {
        #expect(Self.words.tags(of: [1, 1, 1, 1, 0]).isEmpty)
        #expect(Self.words.tags(of: [4, 0, 0, 0, 4]).isEmpty)
        #expect(Self.words.tags(of: [0, 0, 0, 9, 0]).isEmpty)
    }

    @Test func `every class of the network has its line, and pages have no words`() {
        let words = TagWords.imageNet
        #expect(words.classes.count == 1000 && words.classes[281] == ["tabby", "cat", "animal"])
        #expect(words.classes[207].contains("dog") && words.classes[437] == ["lighthouse", "tower"])
        #expect(words.pages.count == 6 && words.pages.allSatisfy { words.classes[$0].isEmpty })
    }
}
