import Describing
import Foundation
import MediaTypes
import MiniCPMV
import Tensors

/// How fast the engine answers as the daemon and the person ask it.
struct AnswerMeasurement {
    private let engine: LocalEngine
    private let form: JSON

    /// Pictures that the daemon asks about at a time.
    private static let inFlight = 8
    /// Tokens of an answer that is measured.
    private static let answerTokens = 100

    init(modelAt folder: String, threads: Int) throws {
        engine = try LocalEngine(modelAt: folder, threads: threads)
        form = try JSON(parsing: Array(IndexingQuestion.form.utf8))
    }

    /// How long something took, and how many multiplications and additions it needs.
    struct Effort {
        var seconds: Double
        var operations: Double

        func shareOfLimit(_ limits: MachineLimits) -> Double { operations / limits.integerRate / seconds }
    }

    /// Caption, tags and text of so many 448-pixel pictures, each another one, as they are indexed.
    func indexing(count: Int) async throws -> Effort {
        let clock = ContinuousClock()
        let start = clock.now
        let operations = try await withThrowingTaskGroup(of: Double.self) { group in
            var operations = 0.0
            for index in 0..<count {
                if index >= Self.inFlight { operations += try await group.next() ?? 0 }
                group.addTask { [self] in
                    var request = question(
                        .text(IndexingQuestion.photo), .image, about: .noise(side: 448, seed: index))
                    request.form = form
                    request.maxTokens = Self.answerTokens
                    return try await answer(request)
                }
            }
            for try await more in group { operations += more }
            return operations
        }
        return Effort(
            seconds: (clock.now - start).seconds,
            operations: operations + Double(count) * EngineStages.visionOperations(.x16))
    }

    /// Until the first token of an answer about a picture, which was looked at before or not.
    func firstToken(_ text: String, seed: Int, isKnown: Bool) async throws -> Effort {
        let clock = ContinuousClock()
        var request = question(.image, .text(text), about: .noise(side: 448, seed: seed))
        request.maxTokens = 1
        let start = clock.now
        let operations = try await answer(request)
        return Effort(
            seconds: (clock.now - start).seconds,
            operations: operations + (isKnown ? 0 : EngineStages.visionOperations(.x16)))
    }

    /// The multiplications and additions of the text model that an answer needs.
    private func answer(_ request: GenerationRequest) async throws -> Double {
        var operations = 0.0
        for try await event in engine.generate(request) {
            guard case .finished(_, let usage) = event else { continue }
            operations +=
                Double(usage.promptTokens - usage.cachedTokens + usage.completionTokens) * EngineStages.tokenOperations
                + Double(usage.completionTokens) * EngineStages.headOperations
        }
        return operations
    }

    private func question(_ parts: ChatMessage.Part..., about picture: PixelBuffer) -> GenerationRequest {
        var request = GenerationRequest(messages: [ChatMessage(role: .user, content: .parts(parts))])
        request.pictures = [picture]
        request.processing.maxSliceNums = 1
        request.processing.useImageID = false
        request.sampling.temperature = 0
        return request
    }
}

extension PixelBuffer {
    /// A square of noise: every picture is as costly as another.
    static func noise(side: Int, seed: Int) -> PixelBuffer {
        let size = PixelSize(width: side, height: side)
        var state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        return PixelBuffer(
            size: size,
            bytes: (0..<(size.pixelCount * 3)).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 56)
            })
    }
}
