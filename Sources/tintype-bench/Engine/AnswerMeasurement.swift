import Describing
import Foundation
import MediaTypes
import MiniCPMV

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

    /// Caption, tags and text of so many 448-pixel pictures, each another one, as they are indexed. Returns pictures an hour.
    func picturesPerHour(count: Int) async throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                if index >= Self.inFlight { try await group.next() }
                group.addTask { [self] in
                    var request = question(
                        .text(IndexingQuestion.photo), .image, about: .noise(side: 448, seed: index))
                    request.form = form
                    request.maxTokens = Self.answerTokens
                    for try await _ in engine.generate(request) {}
                }
            }
            try await group.waitForAll()
        }
        return Double(count) / (clock.now - start).seconds * 3600
    }

    /// Seconds until the first token of an answer about a picture.
    func firstToken(_ text: String, seed: Int) async throws -> Double {
        let clock = ContinuousClock()
        var request = question(.image, .text(text), about: .noise(side: 448, seed: seed))
        request.maxTokens = 1
        let start = clock.now
        for try await _ in engine.generate(request) {}
        return (clock.now - start).seconds
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
