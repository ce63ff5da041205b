import MediaTypes
import Tensors
import TestSupport
import Testing

@testable import MiniCPMV

struct VisionRowCacheTests {
    private static let model = try? LoadedModel(
        folder: Fixtures.directory.text + "/Reference/tiny", precision: .float)

    private func picture(_ seed: Int, side: Int = 120) -> PixelBuffer {
        let size = PixelSize(width: side, height: side)
        return PixelBuffer(
            size: size, bytes: (0..<(size.pixelCount * 3)).map { UInt8(truncatingIfNeeded: ($0 &+ seed) &* 73 >> 2) })
    }

    @Test func `a picture that was seen has the same rows, to the bit, beside pictures that were not`() throws {
        let model = try #require(Self.model)
        let pool = ComputePool(threads: 2)
        let cache = VisionRowCache()
        let options = ProcessingOptions()
        let units = try [1, 2, 3].map { try model.images.units(of: picture($0), options).units }
        func rows(_ units: [VisionUnit], _ cache: VisionRowCache?) -> [Float] {
            guard let rows = model.rows(of: units, mode: .x16, on: pool, cache: cache, isCancelled: { false }) else {
                return []
            }
            return rows.numbers
        }
        let fresh = rows(units[0] + units[1] + units[2], nil)
        #expect(!fresh.isEmpty)
        #expect(rows(units[1], cache) == rows(units[1], nil))
        #expect(rows(units[0] + units[1] + units[2], cache) == fresh)
        #expect(rows(units[0] + units[1] + units[2], cache) == fresh)
    }

    @Test func `pictures that come again in one question are looked at once`() throws {
        // As the frames of a video that says it is longer than it is.
        let model = try #require(Self.model)
        let clock = OperationClock()
        let pool = ComputePool(threads: 2, clock: clock)
        clock.isRunning = true
        let unit = try model.images.units(of: picture(1), ProcessingOptions()).units[0]
        let other = try model.images.units(of: picture(2), ProcessingOptions()).units[0]
        func operations(_ units: [VisionUnit]) -> Int {
            clock.reset()
            let cache = VisionRowCache()
            guard let rows = model.rows(of: units, mode: .x16, on: pool, cache: cache, isCancelled: { false }) else {
                return 0
            }
            let count = rows.rows
            #expect(count == units.count * (unit.count / DownsampleMode.x16.patchesPerToken))
            return clock.totals.values.reduce(0) { $0 + $1.work.floats }
        }
        let once = operations([unit, other])
        #expect(once > 0)
        #expect(operations([unit, other, unit, unit, other, unit]) == once)
    }

    @Test func `the mode and every pixel tell pictures apart`() throws {
        let model = try #require(Self.model)
        let unit = try model.images.units(of: picture(1), ProcessingOptions()).units[0]
        var other = picture(1).bytes
        other[100] ^= 255
        let changed = try model.images.units(
            of: PixelBuffer(size: picture(1).size, bytes: other), ProcessingOptions()
        ).units[0]
        #expect(VisionRowCache.Key(unit, .x16) == VisionRowCache.Key(unit, .x16))
        #expect(VisionRowCache.Key(unit, .x16) != VisionRowCache.Key(unit, .x4))
        #expect(VisionRowCache.Key(unit, .x16) != VisionRowCache.Key(changed, .x16))
    }

    @Test func `what was used longest ago goes first, and memory is bounded`() throws {
        let model = try #require(Self.model)
        let keys = try (0..<4).map { seed in
            VisionRowCache.Key(try model.images.units(of: picture(seed), ProcessingOptions()).units[0], .x16)
        }
        let cache = VisionRowCache(limit: 30)
        for key in keys[..<3] { cache.keep([Float](repeating: 1, count: 10), of: key) }
        _ = cache.rows(of: keys[0])
        cache.keep([Float](repeating: 2, count: 10), of: keys[3])
        #expect(keys.map { cache.rows(of: $0) != nil } == [true, false, true, true])
        cache.keep([Float](repeating: 2, count: 31), of: keys[1])
        #expect(cache.rows(of: keys[1]) == nil)
    }
}
