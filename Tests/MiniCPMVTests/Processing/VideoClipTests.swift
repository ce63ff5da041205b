import MediaTypes
import Testing

@testable import MiniCPMV

struct VideoClipTests {
    private static func clip(_ indices: [Int], count: Int = 100, side: Int = 20) -> VideoClip {
        VideoClip(
            frames: indices.map { ReferenceTables.noise(side, side, seed: $0) }, framesPerSecond: 10,
            duration: Double(count) / 10, frameCount: count, frameIndices: indices)
    }

    @Test func `rates and counts that no video has do not overflow`() {
        let sampling = FrameSampling(frameCount: .max, framesPerSecond: 1e300, duration: 3, most: 8, stack: 2)
        #expect(sampling.main.first == 0 && sampling.indices.allSatisfy { $0 >= 0 })
    }

    @Test func `for a missing frame the nearest decoded one before it stands in`() {
        let clip = Self.clip([20, 0, 10, 30])
        #expect(clip.places(of: [[0, 9, 10], [19, 20, 29], [30, 99]]) == [[1, 1, 2], [2, 0, 0], [3, 3]])
        #expect(Self.clip([20, 30]).places(of: [[0, 19, 20]]) == [[0, 0, 0]])
    }

    @Test func `a clip decoded for one number of frames can be shown with another`() throws {
        let pictures = try VideoProcessor(.released).pictures(
            of: Self.clip([0, 40, 80]), ProcessingOptions(maxSliceNums: 1, stackFrames: 2))
        #expect(pictures.count == 20)
        #expect(pictures.pixels(at: 0) == ReferenceTables.noise(20, 20, seed: 0))
        #expect(pictures.pixels(at: 8) == ReferenceTables.noise(20, 20, seed: 40))
        #expect(pictures.pixels(at: 9) == ReferenceTables.noise(20, 20, seed: 40))
        #expect(pictures.pixels(at: 18) == ReferenceTables.noise(20, 20, seed: 80))
    }

    @Test(arguments: [
        (0.0, 10.0), (-1, 10), (.nan, 10), (.infinity, 10), (10, 0), (10, -3), (10, .nan), (10, .infinity),
    ])
    func `a clip without a usable duration or rate is its first frame`(duration: Double, fps: Double) throws {
        let chosen = try VideoProcessor.frameIndices(
            frameCount: 50, framesPerSecond: fps, duration: duration, options: ProcessingOptions(stackFrames: 3))
        #expect(chosen == [0])
    }

    @Test(arguments: [1e3, 1e9, 1e300, .greatestFiniteMagnitude])
    func `claimed durations and rates take no more than the frames asked for`(value: Double) throws {
        let options = ProcessingOptions(maxNumFrames: 64, stackFrames: 30)
        for (fps, duration) in [(value, 3.5), (30, value), (value, value), (1 / value, value)] {
            let chosen = try VideoProcessor.frameIndices(
                frameCount: 500, framesPerSecond: fps, duration: duration, options: options)
            #expect(chosen.count <= 64 * 30 && chosen.allSatisfy { 0..<500 ~= $0 })
        }
        #expect(
            try VideoProcessor.frameIndices(frameCount: 0, framesPerSecond: 3, duration: value, options: options)
                .isEmpty)
    }

    @Test func `clips that make no sense are refused`() {
        var withoutPlaces = Self.clip([0, 5])
        withoutPlaces.frameIndices = [0]
        var mixed = Self.clip([0, 5])
        mixed.frames[1] = ReferenceTables.noise(21, 20, seed: 1)
        for (clip, error) in [
            (Self.clip([]), ModelError.emptyVideo), (withoutPlaces, .framesWithoutPlace(frames: 2, indices: 1)),
            (mixed, .framesDiffer), (Self.clip([0], side: 0), .emptyPicture),
        ] {
            #expect(throws: error) {
                try VideoProcessor(.released).pictures(of: clip, ProcessingOptions()).count
            }
        }
    }

    @Test func `a clip that hides how many frames its file has is shown all the same`() throws {
        var clip = Self.clip([7])
        clip.frameCount = 0
        clip.frameIndices = [Int.min]
        #expect(try VideoProcessor(.released).pictures(of: clip, ProcessingOptions()).count == 10)
    }
}
