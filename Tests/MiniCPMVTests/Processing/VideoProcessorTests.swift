import MediaTypes
import Testing

@testable import MiniCPMV

struct VideoProcessorTests {
    /// [frames, fps, duration, max_num_frames, stack_frames, how many are chosen, checksum of their bytes]
    private struct Sampling: Decodable {
        var frames: Int
        var fps: Double
        var duration: Double
        var options = ProcessingOptions()
        var count: Int
        var checksum: String

        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            frames = try row.decode(Int.self)
            fps = try row.decode(Double.self)
            duration = try row.decode(Double.self)
            options.maxNumFrames = try row.decode(Int.self)
            options.stackFrames = try row.decode(Int.self)
            count = try row.decode(Int.self)
            checksum = try row.decode(String.self)
        }
    }

    @Test func `the frames chosen are the reference's, in its order`() throws {
        let rows = try ReferenceTables.rows("sampling", as: Sampling.self)
        #expect(rows.count > 200)
        for row in rows {
            let chosen = try VideoProcessor.frameIndices(
                frameCount: row.frames, framesPerSecond: row.fps, duration: row.duration, options: row.options)
            let bytes = chosen.flatMap { index in (0..<4).map { UInt8(truncatingIfNeeded: index >> (8 * $0)) } }
            #expect(chosen.count == row.count && ReferenceTables.checksum(bytes: bytes) == row.checksum, "\(row)")
        }
    }

    /// "frame_sampling" as [frames, fps, duration, most, stack, indices].
    private struct Tables: Decodable {
        var frame_sampling: [Choice]
        var composites: [[Int]]

        struct Choice: Decodable {
            var frames: Int
            var times: [Double]
            var options: [Int]
            var indices: [Int]

            init(from decoder: any Decoder) throws {
                var row = try decoder.unkeyedContainer()
                frames = try row.decode(Int.self)
                times = [try row.decode(Double.self), try row.decode(Double.self)]
                options = [try row.decode(Int.self), try row.decode(Int.self)]
                indices = try row.decode([Int].self)
            }
        }
    }

    @Test func `the tables of frames and composites of the reference dump hold`() throws {
        for table in try ReferenceTables.tables(as: Tables.self) {
            for row in table.frame_sampling {
                let options = ProcessingOptions(maxNumFrames: row.options[0], stackFrames: row.options[1])
                let chosen = try VideoProcessor.frameIndices(
                    frameCount: row.frames, framesPerSecond: row.times[0], duration: row.times[1], options: options)
                #expect(chosen == row.indices, "\(row)")
            }
            for row in table.composites {
                let canvas = FrameComposite(count: row[0], of: PixelSize(width: row[1], height: row[2])).size
                #expect(canvas == PixelSize(width: row[3], height: row[4]), "\(row)")
            }
        }
    }

    /// [frames, width, height, canvas width, canvas height, checksum]
    private struct Composite: Decodable {
        var numbers: [Int] = []
        var checksum: String

        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            for _ in 0..<5 { numbers.append(try row.decode(Int.self)) }
            checksum = try row.decode(String.self)
        }
    }

    @Test func `composites equal the reference's in every pixel`() throws {
        for row in try ReferenceTables.rows("composites", as: Composite.self) {
            let frames = (0..<row.numbers[0]).map { ReferenceTables.noise(row.numbers[1], row.numbers[2], seed: $0) }
            let drawn = FrameComposite(count: frames.count, of: frames[0].size).drawn(frames)
            #expect([drawn.size.width, drawn.size.height] == Array(row.numbers[3...]), "\(row)")
            #expect(ReferenceTables.checksum(bytes: drawn.bytes) == row.checksum, "\(row)")
        }
    }

    /// [frames, fps, width, height, max_num_frames, stack_frames, max_slice_nums, patch grids, checksum]
    private struct Clip: Decodable {
        var clip: VideoClip
        var options = ProcessingOptions()
        var grids: [[Int]]
        var checksum: String

        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            let count = try row.decode(Int.self)
            let fps = try row.decode(Double.self)
            let width = try row.decode(Int.self)
            let height = try row.decode(Int.self)
            clip = VideoClip(
                frames: (0..<count).map { ReferenceTables.noise(width, height, seed: $0) }, framesPerSecond: fps,
                duration: Double(count) / fps, frameCount: count, frameIndices: Array(0..<count))
            options.maxNumFrames = try row.decode(Int.self)
            options.stackFrames = try row.decode(Int.self)
            options.maxSliceNums = try row.decode(Int.self)
            grids = try row.decode([[Int]].self)
            checksum = try row.decode(String.self)
        }
    }

    @Test func `pixel values of whole videos equal the reference's in every bit`() throws {
        let processor = VideoProcessor(try ReferenceTables.configuration(scale: 112))
        for row in try ReferenceTables.rows("clips", as: Clip.self) {
            let pictures = try processor.units(of: row.clip, row.options)
            #expect(pictures.flatMap(\.units).map { [$0.rows, $0.columns] } == row.grids)
            var matrix: [Float] = []
            for unit in pictures.flatMap(\.units) { unit.appendPatches(to: &matrix) }
            #expect(ReferenceTables.checksum(floats: matrix) == row.checksum)
            let plans = try processor.pictures(of: row.clip, row.options).plans
            #expect(plans.flatMap(\.unitSizes).map { [$0.height / 14, $0.width / 14] } == row.grids)
        }
    }

    @Test func `a clip of only the chosen frames gives what the whole file gives`() throws {
        let processor = VideoProcessor(try ReferenceTables.configuration(scale: 112))
        for row in try ReferenceTables.rows("clips", as: Clip.self) {
            let whole = row.clip
            let chosen = try VideoProcessor.frameIndices(
                frameCount: whole.frameCount, framesPerSecond: whole.framesPerSecond, duration: whole.duration,
                options: row.options)
            var clip = whole
            clip.frames = chosen.map { whole.frames[$0] }
            clip.frameIndices = chosen
            #expect(try processor.units(of: clip, row.options) == processor.units(of: whole, row.options))
        }
    }
}
