import Foundation
import MediaTypes
import Testing

@testable import MiniCPMV

/// The conversations of the reference dump: their pictures and videos become exactly the reference's pixels and pads.
struct ReferenceCaseTests {
    private static let cases = ReferenceFolder.stagedCases.filter { !$0.record.media.isEmpty }

    @Test(arguments: cases)
    func `pixels, sizes and placeholders of a conversation equal the reference's`(of one: ReferenceCase) throws {
        let media = try Media(one)
        let reference = try one.tensors
        for (kind, units) in [("pixel_values", media.imageUnits), ("pixel_values_videos", media.videoUnits)] {
            let expected = reference[kind + ".u8"]
            #expect((expected?.bytes ?? []) == Self.packed(units), "\(kind)")
            let sizes = reference[kind.replacing("pixel_values", with: "target_sizes")]?.integers ?? []
            #expect(sizes == units.flatMap { [$0.rows, $0.columns] }, "\(kind)")
        }
        let prompts = try ReferenceTables.rows("prompts", in: one.folder, as: [String].self)
        let expected = try #require(prompts.first { $0[0] == one.record.name })
        #expect(media.expanded(one.record.prompt) == expected[1])
    }

    @Test func `there are conversations with media to check`() {
        #expect(Self.cases.count >= 14)
    }

    /// [3, 14, 14 · patches], as the reference lays pixels out.
    private static func packed(_ units: [VisionUnit]) -> [UInt8] {
        var bytes: [UInt8] = []
        for colour in 0..<3 {
            for y in 0..<14 {
                for unit in units {
                    for row in 0..<unit.rows {
                        let first = 3 * (row * 14 + y) * unit.columns * 14 + colour
                        bytes += (0..<(14 * unit.columns)).map { unit.bytes[first + 3 * $0] }
                    }
                }
            }
        }
        return bytes
    }
}

/// The media of one conversation, processed in their order.
private struct Media {
    var imageUnits: [VisionUnit] = []
    var videoUnits: [VisionUnit] = []
    private var imageTexts: [String] = []
    private var videoTexts: [String] = []

    init(_ one: ReferenceCase) throws {
        let settings = try Data(contentsOf: one.folder.url.appending(path: "tiny/preprocessor_config.json"))
        let configuration = try PreprocessorConfiguration(parsing: Array(settings), named: "preprocessor_config.json")
        let options = try Self.options(one, configuration)
        for medium in one.record.media {
            switch medium {
            case .picture(let file):
                let processor = ImageProcessor(configuration)
                let picture = try PortablePixmap.read(
                    one.folder.url.appending(path: "tiny-cases/" + file.replacing(".png", with: ".ppm")))
                imageUnits += try processor.units(of: picture, options).units
                imageTexts.append(
                    Placeholders.text(
                        image: try processor.plan(for: picture.size, options), index: imageTexts.count,
                        options: options))
            case .clip(let file, let fps, let duration, let count):
                let frames = try ReferenceFile(one.folder.url.appending(path: "tiny-cases/" + file)).entry("frames")
                let clip = Self.clip(frames, fps: fps, duration: duration, count: count)
                let processor = VideoProcessor(configuration)
                videoUnits += try processor.units(of: clip, options).flatMap(\.units)
                videoTexts.append(
                    Placeholders.text(
                        video: try processor.pictures(of: clip, options).plans, index: videoTexts.count,
                        options: options))
            }
        }
    }

    /// The template's prompt with each pad replaced by what stands for its medium.
    func expanded(_ prompt: String) -> String {
        var text = prompt
        for (pad, texts) in [(Placeholders.imagePad, imageTexts), (Placeholders.videoPad, videoTexts)] {
            var parts = text.components(separatedBy: pad)
            for (place, replacement) in texts.enumerated() where place + 1 < parts.count { parts[place] += replacement }
            text = parts.joined()
        }
        return text
    }

    private static func options(
        _ one: ReferenceCase, _ configuration: PreprocessorConfiguration
    ) throws -> ProcessingOptions {
        let wanted = one.record.processor
        var options = configuration.options
        options.downsampleMode = try #require(DownsampleMode(rawValue: one.record.downsample_mode))
        options.maxSliceNums = wanted.max_slice_nums ?? options.maxSliceNums
        options.maxNumFrames = wanted.max_num_frames ?? options.maxNumFrames
        options.stackFrames = wanted.stack_frames ?? options.stackFrames
        options.useImageID = wanted.use_image_id ?? options.useImageID
        options.sliceMode = wanted.slice_mode ?? options.sliceMode
        return options
    }

    /// [frames, height, width, 3] as a clip.
    private static func clip(_ frames: ReferenceFile.Entry, fps: Double, duration: Double, count: Int) -> VideoClip {
        let size = PixelSize(width: frames.shape[2], height: frames.shape[1])
        let bytes = frames.bytes
        let length = 3 * size.pixelCount
        return VideoClip(
            frames: (0..<frames.shape[0]).map {
                PixelBuffer(size: size, bytes: Array(bytes[($0 * length)..<(($0 + 1) * length)]))
            },
            framesPerSecond: fps, duration: duration, frameCount: count, frameIndices: Array(0..<frames.shape[0]))
    }
}

/// Binary portable pixmaps as Pillow writes them: "P6", width and height, 255, each ended by white space; the pixels.
enum PortablePixmap {
    static func read(_ url: URL) throws -> PixelBuffer {
        let bytes = [UInt8](try Data(contentsOf: url))
        let fields = bytes.prefix(60).split(maxSplits: 4, whereSeparator: { $0 == 10 || $0 == 32 })
        try #require(fields.count == 5 && fields[0].elementsEqual("P6".utf8))
        let numbers = fields[1...3].compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        try #require(numbers.count == 3 && numbers[2] == 255)
        let size = PixelSize(width: numbers[0], height: numbers[1])
        return PixelBuffer(size: size, bytes: Array(bytes[fields[4].startIndex...]))
    }
}
