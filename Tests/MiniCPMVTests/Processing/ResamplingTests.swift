import MediaTypes
import Testing

@testable import MiniCPMV

/// The resize: the definition against the reference, the fast version against the definition.
struct ResamplingTests {
    /// [width, height, seed, only black and white, to width, to height, checksum]
    private struct Row: Decodable {
        var picture: PixelBuffer
        var target: PixelSize
        var checksum: String

        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            picture = ReferenceTables.noise(
                try row.decode(Int.self), try row.decode(Int.self), seed: try row.decode(Int.self),
                hard: try row.decode(Bool.self))
            target = PixelSize(width: try row.decode(Int.self), height: try row.decode(Int.self))
            checksum = try row.decode(String.self)
        }
    }

    @Test func `definition and fast version equal torchvision bit for bit`() throws {
        let rows = try ReferenceTables.rows("resizes", as: Row.self)
        #expect(rows.count > 40)
        for row in rows {
            let fast = PictureResampler(from: row.picture.size, to: row.target).resized(row.picture)
            #expect(ReferenceTables.checksum(bytes: fast.bytes) == row.checksum, "\(row.picture.size) to \(row.target)")
            #expect(fast == PictureResampler.definition(row.picture, to: row.target), "\(row.picture.size)")
        }
    }

    @Test func `the resized tensors of the reference dump hold`() throws {
        for file in ReferenceTables.files("resize.safetensors") {
            let reference = try ReferenceFile(file)
            let source = try Self.picture(reference.entry("resize.in"))
            for target in [(56, 56), (28, 84), (14, 28), (37, 112), (84, 53), (112, 168)] {
                let expected = try Self.picture(reference.entry("resize.\(target.0)x\(target.1)"))
                #expect(PictureResampler(from: source.size, to: expected.size).resized(source) == expected)
                #expect(PictureResampler.definition(source, to: expected.size) == expected)
            }
        }
    }

    /// [3, height, width] as a picture.
    private static func picture(_ entry: ReferenceFile.Entry) -> PixelBuffer {
        let size = PixelSize(width: entry.shape[2], height: entry.shape[1])
        let planes = entry.bytes
        return PixelBuffer(
            size: size,
            bytes: (0..<(3 * size.pixelCount)).map { planes[$0 % 3 * size.pixelCount + $0 / 3] })
    }

    @Test(arguments: [(61, 90, 23, 40), (23, 17, 64, 80), (30, 30, 30, 7), (9, 300, 9, 11)])
    func `rows made in any ranges are those of the whole`(width: Int, height: Int, toWidth: Int, toHeight: Int) {
        let picture = ReferenceTables.noise(width, height, seed: 5)
        let resampler = PictureResampler(
            from: picture.size, to: PixelSize(width: toWidth, height: toHeight))
        let whole = resampler.resized(picture).bytes
        for step in [1, 3, 7, toHeight] {
            let parts = stride(from: 0, to: toHeight, by: step).flatMap {
                resampler.rows($0..<min($0 + step, toHeight), of: picture)
            }
            #expect(parts == whole)
        }
    }

    @Test func `a plain picture stays plain in every size`() {
        let picture = PixelBuffer(
            size: PixelSize(width: 31, height: 77), bytes: Array(repeating: 201, count: 31 * 77 * 3))
        for side in [1, 2, 30, 31, 32, 77, 200] {
            let resized = PictureResampler(from: picture.size, to: PixelSize(width: side, height: 2 * side))
                .resized(picture)
            #expect(resized.bytes.allSatisfy { 200...202 ~= $0 })
        }
    }

    @Test func `weights are integers that add up to one within rounding`() {
        for (source, target) in [(1, 1), (1, 9), (9, 1), (4032, 504), (3, 1000), (30000, 56)] {
            let axis = ResampleAxis(source: source, target: target)
            #expect(1...22 ~= axis.precision)
            for index in 0..<target {
                let window = axis.window(index)
                let sum = window.weights.reduce(0) { $0 + Int($1) }
                #expect(abs(sum - 1 << axis.precision) <= window.weights.count)
                #expect(window.first >= 0 && window.first + window.weights.count <= source)
                #expect(window.weights.count <= axis.longestWindow)
            }
        }
    }
}
