import Foundation
import MediaTypes
import Tensors
import TestSupport
import Testing
import Tokenization

@testable import MiniCPMV

/// What must not change an answer: how its prompt is cut, who is answered beside it, how many threads there are.
struct LocalEngineTests {
    private static let folder = Fixtures.directory.text + "/Reference/tiny"
    private let model: LoadedModel

    init() throws { model = try LoadedModel(folder: Self.folder, precision: .float) }

    /// A conversation about a picture of noise.
    private func request(_ text: String, seed: UInt64, side: Int = 40, count: Int = 24) -> GenerationRequest {
        var rng = SeededGenerator(seed: seed)
        let size = PixelSize(width: side, height: side + 10)
        let bytes = (0..<(size.pixelCount * 3)).map { _ in UInt8.random(in: .min ... .max, using: &rng) }
        var request = GenerationRequest(
            messages: [ChatMessage(role: .user, content: .parts([.image, .text(text)]))])
        request.pictures = [PixelBuffer(size: size, bytes: bytes)]
        request.sampling = .greedy
        request.maxTokens = count
        return request
    }

    /// The answers of one batch, each as its events in one text.
    private func answers(_ requests: [GenerationRequest], rows: Int = 256, threads: Int = 2) throws -> [String] {
        try written(requests, rows: rows, threads: threads).all
    }

    private func written(_ requests: [GenerationRequest], rows: Int = 256, threads: Int = 2) throws -> Texts {
        let pool = ComputePool(threads: threads)
        let batch = Batch(model, on: pool, promptRowsAtATime: rows)
        let texts = Texts(requests.count)
        for (index, request) in requests.enumerated() {
            let prompt = try Prompt(request, model)
            guard let inputs = model.inputs(of: prompt, on: pool) else { continue }
            let grammar = try request.form.map {
                try AnswerGrammar(
                    schema: $0, vocabulary: GrammarVocabulary(model.tokenizer, stopTokens: model.tokens.stops))
            }
            let writer = AnswerWriter(request, grammar, prompt: prompt.tokens, maxTokens: request.maxTokens, model)
            batch.append(
                Batch.Member(
                    state: SequenceState(model.language), writer: writer, prompt: inputs,
                    priority: request.priority, isCancelled: { false },
                    deliver: { texts.add($0, to: index) },
                    fail: { Issue.record($0) }))
        }
        while !batch.members.isEmpty { batch.step() }
        return texts
    }

    @Test func `answers of the lowest priority number are written first, the others as if nothing had been`() throws {
        var requests = (0..<3).map { request("Look.", seed: UInt64($0)) }
        let alone = try requests.map { try answers([$0])[0] }
        requests[0].priority = 1
        requests[2].priority = -1
        let together = try written(requests)
        #expect(together.all == alone && together.begun == [2, 1, 0])
    }

    private final class Texts {
        private(set) var all: [String]
        /// Those of which something is written, in the order in which they were begun.
        private(set) var begun: [Int] = []

        init(_ count: Int) { all = Array(repeating: "", count: count) }

        func add(_ event: GenerationEvent, to index: Int) {
            if !begun.contains(index) { begun.append(index) }
            switch event {
            case .text(let text), .reasoning(let text): all[index] += text
            case .finished(let reason, let usage): all[index] += "|\(reason) \(usage.completionTokens)"
            case .toolCall: all[index] += "|call"
            }
        }
    }

    @Test(arguments: [1, 3, 7, 64]) func `a prompt read in pieces gives the answer of one read at once`(rows: Int)
        throws
    {
        let request = request("What is this, and why does it look so?", seed: 1)
        #expect(try answers([request], rows: rows) == answers([request]))
    }

    @Test func `answers written together are those written alone`() throws {
        let requests = (0..<5).map {
            request(String(repeating: "Look. ", count: $0 + 1), seed: UInt64($0), side: 30 + 12 * $0)
        }
        let alone = try requests.map { try answers([$0])[0] }
        #expect(try answers(requests) == alone)
        #expect(Set(alone).count == 5)
    }

    @Test func `hidden states are the same token by token, in pieces and at once`() throws {
        let tokens = model.tokenizer.encode(String(repeating: "Count slowly and describe every patch. ", count: 5))
        let pool = ComputePool(threads: 2)
        func hidden(in pieces: Int) -> [Float] {
            let sequence = SequenceState(model.language)
            var numbers: [Float] = []
            for start in stride(from: 0, to: tokens.count, by: pieces) {
                let piece = Array(tokens[start..<min(start + pieces, tokens.count)])
                numbers += model.forward(model.language.embedded(piece), sequence, on: pool).numbers
            }
            return numbers
        }
        let whole = hidden(in: tokens.count)
        // One product may sum in another order than another: float32's rounding, carried through the layers.
        for pieces in [1, 2, 5, 33] { #expect(relativeError(hidden(in: pieces), whole) < 1e-4) }
    }

    @Test func `any number of threads gives the same bits`() throws {
        let request = request("Describe.", seed: 3)
        var results: [[Float]] = []
        for threads in [1, 2, 3, 5] {
            let pool = ComputePool(threads: threads)
            let prompt = try Prompt(request, model)
            guard let inputs = model.inputs(of: prompt, on: pool) else { continue }
            let hidden = model.forward(inputs, SequenceState(model.language), on: pool)
            results.append(model.language.logits(hidden, rows: Array(0..<hidden.rows), on: pool).numbers)
        }
        #expect(results.count == 4 && results.allSatisfy { $0 == results[0] })
    }

    @Test func `a state that is copied goes on as the original does, and apart from it`() throws {
        let pool = ComputePool(threads: 1)
        let (first, second) = (SequenceState(model.language), SequenceState(model.language))
        let tokens = model.tokenizer.encode("The quick brown fox")
        _ = model.forward(model.language.embedded(tokens), first, on: pool)
        let twin = first.copy()
        _ = model.forward(model.language.embedded([5, 6, 7]), twin, on: pool)
        let next = model.forward(model.language.embedded([9]), first, on: pool).numbers
        _ = model.forward(model.language.embedded(tokens), second, on: pool)
        #expect(next == model.forward(model.language.embedded([9]), second, on: pool).numbers)
    }

    @Test func `a form is kept, and costs no tokens beyond the answer's own`() throws {
        var asked = request("Describe.", seed: 4, count: 120)
        asked.sampling = SamplingOptions(temperature: 1.5, seed: 9)
        asked.form = try JSON(
            parsing: Array(
                #"{"type":"object","properties":{"caption":{"type":"string"},"n":{"type":"integer"}},"required":["caption","n"]}"#
                    .utf8))
        for count in [1, 20, 60, 120] {
            asked.maxTokens = count
            let answer = try answers([asked])[0].split(separator: "|", maxSplits: 1)[0]
            let json = try JSON(parsing: Array(answer.utf8))
            #expect(json["caption"]?.text != nil && json["n"]?.integer != nil)
        }
    }

    @Test func `pictures of every shape get an answer`() throws {
        for (width, height) in [(1, 1), (1, 400), (400, 1), (3, 900), (2000, 5), (700, 700), (13, 17)] {
            var asked = request("?", seed: 5, count: 2)
            asked.pictures = [
                PixelBuffer(
                    size: PixelSize(width: width, height: height),
                    bytes: [UInt8](repeating: 7, count: width * height * 3))
            ]
            for mode in DownsampleMode.allCases {
                asked.processing.downsampleMode = mode
                #expect(try answers([asked])[0].contains("|"), "\(width) × \(height)")
            }
        }
    }

    @Test func `one request's failure or end leaves the others alone`() async throws {
        let engine = try LocalEngine(modelAt: Self.folder, threads: 2)
        var broken = request("x", seed: 6)
        broken.pictures = []
        let good = request("y", seed: 7, count: 40)
        async let answer = Self.text(engine.generate(good))
        let error = await #expect(throws: ModelError.self) { try await Self.text(engine.generate(broken)) }
        #expect(error?.code == .badRequest)
        // One that nobody reads to its end.
        for try await _ in engine.generate(request("z", seed: 8, count: 4000)) { break }
        #expect(try await answer == answers([good])[0].split(separator: "|")[0])
    }

    private static func text(_ stream: AsyncThrowingStream<GenerationEvent, any Error>) async throws -> String {
        var text = ""
        for try await event in stream { if case .text(let piece) = event { text += piece } }
        return text
    }

    @Test func `a question that does not fit is refused with its length`() async throws {
        let engine = try LocalEngine(modelAt: Self.folder, threads: 1)
        let long = GenerationRequest(
            messages: [ChatMessage(role: .user, content: .text(String(repeating: "word ", count: 5000)))])
        let error = await #expect(throws: ModelError.self) { try await Self.text(engine.generate(long)) }
        #expect(error?.code == .tooLong)
    }

    @Test(arguments: ["1e30", "-1", "1e-30"]) func `a share of a head that cannot be is refused`(share: String) throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path.text + "/model"
        try FileManager.default.copyItem(atPath: Self.folder, toPath: folder)
        let path = URL(filePath: folder + "/config.json")
        let text = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        let changed = text.replacing(#/"partial_rotary_factor": [0-9.]+/#, with: "\"partial_rotary_factor\": \(share)")
        #expect(changed != text)
        try Data(changed.utf8).write(to: path)
        let error = #expect(throws: ModelError.self) { try LocalEngine(modelAt: folder, threads: 1) }
        #expect(error?.code == .badModel && error?.message.contains("rotary") == true)
    }

    @Test func `a folder without a model is refused in one sentence`() throws {
        let directory = try TemporaryDirectory()
        for (files, word) in [
            ([:], "no model"), (["model.safetensors": "x"], "config.json"), (["a.gguf": "x"], "mmproj"),
            (["a.gguf": "x", "mmproj.gguf": "x"], "broken"),
            (["model.safetensors": "x", "config.json": "{}"], "MiniCPM-V 4.6"),
            (["model.safetensors": "x", "config.json": #"{"model_type":"llama"}"#], "MiniCPM-V 4.6"),
        ] as [([String: String], String)] {
            let folder = try directory.makeDirectory("m\(UInt64.random(in: 0...(.max)))").text
            for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: folder + "/" + name)) }
            let error = #expect(throws: ModelError.self) { try LocalEngine(modelAt: folder, threads: 1) }
            #expect(error?.code == .badModel && error?.message.contains(word) == true, "\(String(describing: error))")
        }
        #expect(throws: ModelError.self) { try LocalEngine(modelAt: "/nowhere", threads: 1) }
    }

    @Test func `a video that does not fit is refused before its pictures are made`() async throws {
        let engine = try LocalEngine(modelAt: Self.folder, threads: 1)
        var long = GenerationRequest(messages: [ChatMessage(role: .user, content: .parts([.video, .text("x")]))])
        // One frame stands for all: 4,096 pictures of 65 units would take a hundred gigabytes.
        let size = PixelSize(width: 3600, height: 3600)
        long.videos = [
            VideoClip(
                frames: [PixelBuffer(size: size, bytes: Array(repeating: 7, count: size.pixelCount * 3))],
                framesPerSecond: 30, duration: 5000, frameCount: 150_000, frameIndices: [0])
        ]
        (long.processing.maxNumFrames, long.processing.maxSliceNums) = (4096, 64)
        let error = await #expect(throws: ModelError.self) { try await Self.text(engine.generate(long)) }
        #expect(error?.code == .tooLong)
    }

    @Test(arguments: [true, false]) func `a model of no numbers ends an answer with an error, and not the engine`(
        hasForm: Bool
    ) async throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path.text + "/model"
        try FileManager.default.copyItem(atPath: Self.folder, toPath: folder)
        let path = URL(filePath: folder + "/model.safetensors")
        var bytes = [UInt8](try Data(contentsOf: path))
        let header = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        // The embedding comes first: NaN in bfloat16.
        for index in 0..<(690 * 64) { (bytes[8 + header + 2 * index], bytes[9 + header + 2 * index]) = (0xC0, 0x7F) }
        try Data(bytes).write(to: path)
        let engine = try LocalEngine(modelAt: folder, threads: 1)
        var asked = request("x", seed: 3)
        if hasForm { asked.form = try JSON(parsing: Array(#"{"type":"array","minItems":1}"#.utf8)) }
        for _ in 0..<2 {
            let error = await #expect(throws: ModelError.self) { try await Self.text(engine.generate(asked)) }
            #expect(error?.code == .badModel)
        }
    }

    @Test(arguments: ["config.json", "model.safetensors", "tokenizer.json", "preprocessor_config.json"])
    func `damage in any of its files never crashes the engine`(file: String) throws {
        let directory = try TemporaryDirectory()
        let folder = try directory.makeDirectory("model").text
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder) {
            try FileManager.default.copyItem(atPath: Self.folder + "/" + name, toPath: folder + "/" + name)
        }
        let sound = [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + file)))
        var rng = SeededGenerator(seed: 61)
        for _ in 0..<25 {
            var bytes = sound
            // Headers are where damage bites.
            let reach = min(bytes.count, 4000)
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<reach, using: &rng)] = UInt8.random(in: 0x20...0x7E, using: &rng)
            }
            try Data(bytes).write(to: URL(filePath: folder + "/" + file))
            _ = try? LoadedModel(folder: folder, precision: .float)
        }
    }
}
