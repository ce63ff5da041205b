import CKernels
import TestSupport
import Testing

@testable import VectorSearch

@Suite struct VectorIndexTests {
    private func vectors(_ count: Int, seed: UInt64) -> [MeaningVector] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).compactMap { _ in
            MeaningVector((0..<MeaningVector.width).map { _ in Float.random(in: -1...1, using: &random) })
        }
    }

    private func index(of vectors: [MeaningVector]) -> VectorIndex {
        var index = VectorIndex()
        for (place, vector) in vectors.enumerated() { index.append(vector, id: Int64(place) + 100) }
        return index
    }

    @Test(arguments: [1, 2, 4_095, 4_096, 4_097, 9_000])
    func `a weight is the query's components where a vector is positive, and the middle elsewhere`(count: Int) throws {
        let vectors = vectors(count, seed: UInt64(count))
        let query = try #require(self.vectors(1, seed: 7).first)
        let expected = vectors.map { vector in
            zip(vector.components, query.nibbles).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 8) }
        }
        #expect(index(of: vectors).weights(of: query).map(Int.init) == expected)
    }

    @Test func `nibbles are the components in fifteen steps`() throws {
        let vector = try #require(MeaningVector((0..<MeaningVector.width).map { Float($0 - 192) }))
        #expect(vector.nibbles.first == 1 && vector.nibbles[192] == 8 && vector.nibbles.last == 15)
        for (nibble, component) in zip(vector.nibbles, vector.components) {
            #expect(abs(Float(nibble - 8) - Float(component) * 7 / 127) <= 0.5001)
        }
    }

    @Test func `every candidate weighs more than every vector that is none`() throws {
        let vectors = vectors(2_000, seed: 3)
        let query = try #require(self.vectors(1, seed: 4).first)
        let index = index(of: vectors)
        let chosen = Set(index.candidates(for: query, count: 50))
        #expect(chosen.count == 50)
        let weights = index.weights(of: query)
        let far = weights.indices.filter { !chosen.contains(Int64($0) + 100) }.map { weights[$0] }
        let near = weights.indices.filter { chosen.contains(Int64($0) + 100) }.map { weights[$0] }
        #expect(try #require(near.min()) >= #require(far.max()))
    }

    @Test func `a vector is its own nearest, and its opposite the farthest`() throws {
        let vectors = vectors(300, seed: 5)
        let index = index(of: vectors)
        #expect(index.candidates(for: vectors[17], count: 1) == [117])
        let opposite = try #require(MeaningVector(vectors[17].components.map { -Float($0) }))
        #expect(!index.candidates(for: opposite, count: 200).contains(117))
    }

    @Test func `of a thousand equal vectors those that came last are candidates, and no more than were asked for`()
        throws
    {
        let one = try #require(vectors(1, seed: 8).first)
        let index = index(of: [MeaningVector](repeating: one, count: 1_000))
        #expect(index.candidates(for: one, count: 3).sorted() == [1_097, 1_098, 1_099])
    }

    @Test func `what is taken out is no candidate, and the rest stays what it was`() throws {
        let vectors = vectors(9, seed: 9)
        var index = index(of: vectors)
        index.remove { $0 % 2 == 0 }
        #expect(index.count == 4 && index.lastID == 107)
        #expect(index.candidates(for: vectors[3], count: 1) == [103])
        #expect(index.candidates(for: vectors[4], count: 9).sorted() == [101, 103, 105, 107])
    }

    @Test func `more candidates than there are vectors are all of them, and none of none`() throws {
        let vectors = vectors(5, seed: 6)
        #expect(index(of: vectors).candidates(for: vectors[0], count: 50).sorted() == [100, 101, 102, 103, 104])
        #expect(VectorIndex().candidates(for: vectors[0], count: 50).isEmpty)
        #expect(index(of: vectors).candidates(for: vectors[0], count: 0).isEmpty)
    }
}

@Suite struct MeaningVectorTests {
    private func ramp(_ factor: Float) -> [Float] { (0..<MeaningVector.width).map { (Float($0) - 191.5) * factor } }

    @Test func `the similarity is the cosine, whatever the length`() throws {
        let one = try #require(MeaningVector(ramp(1)))
        let longer = try #require(MeaningVector(ramp(3e6)))
        let opposite = try #require(MeaningVector(ramp(-0.001)))
        #expect(abs(one.similarity(to: longer) - 1) < 1e-6)
        #expect(abs(one.similarity(to: opposite) + 1) < 1e-6)
        let half = try #require(MeaningVector((0..<MeaningVector.width).map { $0 < 192 ? 1 : 0 }))
        let all = try #require(MeaningVector((0..<MeaningVector.width).map { _ in 1 }))
        #expect(abs(half.similarity(to: all) - Float(0.5).squareRoot()) < 1e-6)
    }

    @Test func `rounding hardly turns a vector`() throws {
        var random = SeededGenerator(seed: 11)
        let vectors = (0..<2).map { _ in (0..<MeaningVector.width).map { _ in Float.random(in: -1...1, using: &random) }
        }
        func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let exact =
            dot(vectors[0], vectors[1]) / (dot(vectors[0], vectors[0]) * dot(vectors[1], vectors[1])).squareRoot()
        let rounded = try vectors.map { try #require(MeaningVector($0)) }
        // Each component is off by half a step of 1/127 at most: 0.004 of the largest, in no common direction.
        #expect(abs(rounded[0].similarity(to: rounded[1]) - exact) < 0.004)
    }

    @Test func `bytes come back as they were stored`() throws {
        let vector = try #require(MeaningVector(ramp(-1)))
        #expect(vector.bytes.withUnsafeBytes { MeaningVector(bytes: $0) } == vector)
    }

    @Test func `what has no direction is no vector`() {
        #expect(MeaningVector([Float](repeating: 0, count: MeaningVector.width)) == nil)
        #expect(MeaningVector([Float](repeating: 1, count: 383)) == nil)
        #expect(MeaningVector(ramp(1).map { $0 > 0 ? .nan : $0 }) == nil)
        #expect(MeaningVector(ramp(1).map { $0 > 0 ? .infinity : $0 }) == nil)
        for bytes in [[UInt8](repeating: 0, count: MeaningVector.width), [1, 2, 3]] {
            #expect(bytes.withUnsafeBytes { MeaningVector(bytes: $0) } == nil)
        }
    }
}
