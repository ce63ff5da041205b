import TestSupport
import Testing

@Suite struct MadeBytesTests {
    @Test func `the generator follows the published sequence`() {
        var random = SeededGenerator(seed: 1_234_567)
        let expected: [UInt64] = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        #expect((0..<3).map { _ in random.next() } == expected)
    }

    @Test func `drawn pictures have the size that their header says, and differ by seed`() {
        let picture = DrawnPicture.bmp(width: 37, height: 20, seed: 1)
        #expect(picture.count == 54 + 112 * 20)
        #expect(picture == DrawnPicture.bmp(width: 37, height: 20, seed: 1))
        #expect(picture != DrawnPicture.bmp(width: 37, height: 20, seed: 2))
    }

    @Test func `damage is the same for the same seed and spares what comes before`() {
        let whole = [UInt8](repeating: 0xAA, count: 1000)
        let broken = BrokenBytes.bitFlipped(whole, count: 20, after: 500, seed: 3)
        #expect(broken == BrokenBytes.bitFlipped(whole, count: 20, after: 500, seed: 3))
        #expect(broken != whole && broken[..<500] == whole[..<500])
        #expect(BrokenBytes.truncated(whole, keeping: 0.25).count == 250)
        #expect(BrokenBytes.holed(whole, from: 0.1, to: 0.2)[100..<200].allSatisfy { $0 == 0 })
    }
}
