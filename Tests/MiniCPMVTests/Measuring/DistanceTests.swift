import MediaTypes
import Tensors
import TestSupport
import Testing

@testable import MiniCPMV

/// How far a model is from a reference, on numbers that can be worked out by hand and on the small checkpoint.
struct DistanceTests {
    private func distance(_ pairs: [(actual: [Float], reference: [Float])]) -> LogitDistance {
        var distance = LogitDistance()
        for (actual, reference) in pairs {
            actual.withUnsafeBufferPointer { actual in
                reference.withUnsafeBufferPointer { distance.add(actual, reference: $0) }
            }
        }
        return distance
    }

    @Test func `logits are compared by their errors, their best tokens and their distributions`() {
        let distance = distance([([3, 4, 0], [3, 5, 0]), ([1, 0, 0], [0, 2, 0])])
        #expect(distance.positions == 2 && distance.agreements == 1)
        // Errors 0, −1, 0 and 1, −2, 0 over 9 + 25 and 4.
        #expect(abs(distance.relativeError - (6.0 / 38).squareRoot()) < 1e-12)
        #expect(abs(distance.worst - 2 / (4.0 / 3).squareRoot()) < 1e-12)
    }

    @Test func `the divergence is that of the distributions, whatever is added to all logits`() {
        // Shares of 1/4 and 3/4 beside 1/2 and 1/2: ln(2 / 4) / 4 + ln(6 / 4) · 3 / 4, in float32's digits.
        let one: Float = 1.0986123
        #expect(abs(distance([([5, 5], [0, one])]).divergence - 0.130812) < 1e-6)
        #expect(abs(distance([([7, 7 + one], [0, one])]).divergence) < 1e-6)
    }

    @Test func `what is no number is the worst`() {
        #expect(distance([([0, .nan, 1], [0, 1, 1])]).worst.isNaN)
        var rows = RowDistance()
        rows.add([1, .nan], reference: [1, 2])
        #expect(rows.worst.isNaN && rows.cosines[0].isNaN)
    }

    @Test func `rows are compared by their angle and their worst number`() {
        var rows = RowDistance()
        rows.add([3, 0], reference: [3, 4])
        rows.add([6, 8], reference: [3, 4])
        #expect(abs(rows.cosines[0] - 0.6) < 1e-12 && abs(rows.cosines[1] - 1) < 1e-12)
        #expect(abs(rows.worst - 4 / 12.5.squareRoot()) < 1e-12)
    }

    private let tiny = Fixtures.directory.text + "/Reference/tiny"
    /// Some 20 rows at 16x.
    private let picture = PixelBuffer(
        size: PixelSize(width: 448, height: 224),
        bytes: (0..<(448 * 224 * 3)).map { UInt8(truncatingIfNeeded: $0 &* $0 / 977) })

    @Test func `a model in float32 is no way from itself`() throws {
        let comparison = try ModelComparison(tiny, .float, reference: tiny, threads: 2)
        let logits = comparison.logits(positions: 70)
        #expect(logits.positions == 70 && logits.agreements == 70)
        #expect(logits.relativeError == 0 && logits.worst == 0 && logits.divergence == 0)
        let rows = try comparison.rows(of: picture, ProcessingOptions())
        #expect(!rows.cosines.isEmpty && rows.worst == 0)
        #expect(rows.cosines.allSatisfy { abs($0 - 1) < 1e-12 })
    }

    /// A product's error is about a hundredth (`Precision.integer`), and a product's turned by as much has a cosine of 0.99995. Six
    /// layers and the projector have some thirty, whose errors add up by their squares, each a part of the residual stream only.
    /// The tiny language model's recurrences make its errors many times larger: MODEL.md §13.
    @Test func `integers take the small model's rows by less than four hundredths, and leave most tokens`() throws {
        let comparison = try ModelComparison(tiny, .integerThroughout, reference: tiny, threads: 2)
        let rows = try comparison.rows(of: picture, ProcessingOptions())
        #expect(rows.cosines.allSatisfy { $0 > 0.9992 && $0 < 1 })
        let logits = comparison.logits(positions: 70)
        #expect(logits.relativeError > 0 && logits.relativeError < 0.5 && logits.agreements > 35)
    }

    @Test func `what a model was quantised from is further away than its own weights`() throws {
        let quantised = Fixtures.directory.text + "/Reference/tiny-gguf-q8_0"
        let own = try ModelComparison(quantised, .float, reference: quantised, threads: 2).logits(positions: 40)
        let source = try ModelComparison(quantised, .float, reference: tiny, threads: 2).logits(positions: 40)
        #expect(own.relativeError == 0 && source.relativeError > 0.001)
    }
}
