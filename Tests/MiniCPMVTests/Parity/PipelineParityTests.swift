import Foundation
import MediaTypes
import Tensors
import TestSupport
import Testing
import Tokenization

@testable import MiniCPMV

/// The whole way from pictures and messages to tokens, against the reference implementation.
struct PipelineParityTests {
    /// The reference against itself in float64 is off by 2e-4 (MODEL.md §13), and its logits have a root mean square of
    /// about 2.5.
    private static let logitBound: Float = 2e-4

    @Test(arguments: ReferenceFolder.cases)
    func `a conversation becomes the reference's tokens and pixels`(of one: ReferenceCase) throws {
        let tensors = try one.tensors
        let model = try LoadedModel(folder: one.folder.model, precision: .float)
        let prompt = try Prompt(try one.request(), model)
        #expect(prompt.tokens.map { Int($0) } == (try tensors.entry("input_ids").integers))
        try expectPixels(prompt.imageUnits, tensors["pixel_values.u8"], tensors["target_sizes"])
        try expectPixels(prompt.videoUnits, tensors["pixel_values_videos.u8"], tensors["target_sizes_videos"])
    }

    @Test(arguments: ReferenceFolder.cases)
    func `greedy answers are the reference's, token for token`(of one: ReferenceCase) throws {
        let tensors = try one.tensors
        let model = try LoadedModel(folder: one.folder.model, precision: .float)
        let pool = ComputePool(threads: 2)
        let prompt = try Prompt(try one.request(), model)
        let sequence = SequenceState(model.language)
        guard let inputs = model.inputs(of: prompt, on: pool) else {
            Issue.record("the pictures were not encoded")
            return
        }
        var hidden = model.forward(inputs, sequence, on: pool)
        var (answer, worst): ([Int], Float) = ([], 0)
        for step in one.record.generated_ids.indices {
            let logits = model.language.logits(hidden, rows: [hidden.rows - 1], on: pool).numbers
            let error = try logitError(logits, tensors, step)
            worst = max(worst, error)
            answer.append(Int(Sampler.mostLikely(logits)))
            hidden = model.forward(model.language.embedded([TokenID(answer[step])]), sequence, on: pool)
        }
        #expect(answer == one.record.generated_ids)
        #expect(worst < Self.logitBound)
        print("parity \(one.testDescription): logits within \(worst)")
    }

    private func expectPixels(_ units: [VisionUnit], _ pixels: ReferenceFile.Entry?, _ sizes: ReferenceFile.Entry?)
        throws
    {
        guard let pixels, let sizes else {
            #expect(units.isEmpty)
            return
        }
        #expect(units.flatMap { [$0.rows, $0.columns] } == sizes.integers)
        // [3, 14, 14 · patches], patches of all units one after the other.
        let width = pixels.shape[2]
        var (first, different, count) = (0, 0, 0)
        for unit in units {
            for (patch, numbers) in unit.patchMatrix().chunked(unit.patchLength).enumerated() {
                for (index, number) in numbers.enumerated() {
                    let expected = pixels.numbers[index / 14 * width + (first + patch) * 14 + index % 14]
                    let actual = (number * 127.5 + 127.5).rounded()
                    #expect(abs(actual - expected) <= 1)
                    different += actual == expected ? 0 : 1
                    count += 1
                }
            }
            first += unit.count
        }
        #expect(first * 14 == width)
        #expect(different * 1000 <= count, "\(different) of \(count) values differ")
    }

    private func logitError(_ logits: [Float], _ tensors: ReferenceFile, _ step: Int) throws -> Float {
        if let all = tensors["step_logits"] {
            return relativeError(logits, Array(all.numbers.chunked(all.shape[1])[step]))
        }
        let (values, ids) = (try tensors.entry("step_top_logits"), try tensors.entry("step_top_ids"))
        let best = ids.integers.chunked(ids.shape[1])[step]
        return relativeError(best.map { logits[$0] }, Array(values.numbers.chunked(values.shape[1])[step]))
    }
}

extension LoadedModel {
    /// One sequence alone.
    func forward(_ inputs: consuming Tensor, _ sequence: SequenceState, on pool: ComputePool) -> Tensor {
        var step = StepLayout()
        step.append(sequence, count: inputs.rows)
        return language.forward(inputs, step, on: pool)
    }
}

extension Array {
    func chunked(_ count: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: self.count, by: count).map { self[$0..<Swift.min($0 + count, self.count)] }
    }
}

extension ReferenceCase {
    /// The case's conversation with its media.
    func request() throws -> GenerationRequest {
        let index = try JSON(
            parsing: [UInt8](Data(contentsOf: folder.url.appending(path: folder.casesFolder + "/index.json"))))
        let json = try #require(index["cases"]?.elements?.first { $0["name"]?.text == record.name })
        var request = GenerationRequest(messages: try (json["messages"]?.elements ?? []).map { try ChatMessage($0) })
        request.tools = json["tools"]?.elements ?? []
        request.thinks = record.template.enable_thinking ?? false
        request.processing = ProcessingOptions(
            downsampleMode: try mode, maxSliceNums: record.processor.max_slice_nums ?? 9,
            maxNumFrames: record.processor.max_num_frames ?? 128, stackFrames: record.processor.stack_frames ?? 1,
            useImageID: record.processor.use_image_id ?? true, sliceMode: record.processor.slice_mode ?? true)
        for media in record.media {
            switch media {
            case .picture(let file): request.pictures.append(try picture(file))
            case .clip(let file, let fps, let duration, let frames):
                request.videos.append(try clip(file, fps: fps, duration: duration, frames: frames))
            }
        }
        return request
    }

    /// A binary PPM: “P6”, width, height, 255, pixels.
    private func picture(_ file: String) throws -> PixelBuffer {
        let bytes = [UInt8](try Data(contentsOf: folder.url.appending(path: "tiny-cases/" + file)))
        let header = bytes.split(maxSplits: 4, omittingEmptySubsequences: true) { $0 == 0x20 || $0 == 0x0A }.prefix(4)
            .map { String(decoding: $0, as: UTF8.self) }
        let (width, height) = (try #require(Int(header[1])), try #require(Int(header[2])))
        return PixelBuffer(
            size: PixelSize(width: width, height: height), bytes: Array(bytes.suffix(width * height * 3)))
    }

    private func clip(_ file: String, fps: Double, duration: Double, frames count: Int) throws -> VideoClip {
        let frames = try ReferenceFile(folder.url.appending(path: "tiny-cases/" + file)).entry("frames")
        let size = PixelSize(width: frames.shape[2], height: frames.shape[1])
        return VideoClip(
            frames: frames.bytes.chunked(size.pixelCount * 3).map { PixelBuffer(size: size, bytes: Array($0)) },
            framesPerSecond: fps, duration: duration, frameCount: count, frameIndices: Array(0..<count))
    }
}
