import Foundation
import MediaTypes
import TestSupport
import Testing

@testable import Tensors

/// Whole networks against onnxruntime, and files that are none.
struct NetworkTests {
    private static let folder = Fixtures.directory.text + "/Reference/networks/"

    struct Case: Decodable, CustomTestStringConvertible, Sendable {
        var network: String
        var shape: [Int]
        var result: [Int]
        var input: [Float]
        var output: [Float]

        var testDescription: String { "\(network) \(shape)" }
    }

    private static let cases: [Case] = {
        let data = FileManager.default.contents(atPath: folder + "cases.json") ?? Data()
        return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
    }()

    private static func network(_ name: String) throws -> Network {
        try Network(try ONNXFile(try WeightMap(path: folder + name + ".onnx")))
    }

    private static func runner(_ name: String, threads: Int = 2) throws -> NetworkRunner {
        NetworkRunner(try network(name), on: ComputePool(threads: threads))
    }

    @Test func `there are cases`() { #expect(Self.cases.count == 8) }

    /// Sums in another order: float32 is off by some ulp of the largest number a layer; a dozen layers stay below 1e-5.
    @Test(arguments: cases) func `a network gives what onnxruntime gives`(one: Case) throws {
        let result = try Self.runner(one.network).run(
            one.input, batch: one.shape[0], rows: one.shape[1], columns: one.shape[2], channels: one.shape[3])
        #expect(result.shape == one.result)
        let largest = one.output.map(abs).max() ?? 1
        #expect(firstMismatch(result.numbers, one.output, relative: 1e-5, floor: largest) == nil)
    }

    @Test func `sizes may change from run to run, and threads change no bit`() throws {
        let (two, one) = (try Self.runner("detector"), try Self.runner("detector", threads: 1))
        for _ in 0..<2 {
            for sized in Self.cases where sized.network == "detector" {
                func run(_ runner: NetworkRunner) throws -> [Float] {
                    try runner.run(
                        sized.input, batch: sized.shape[0], rows: sized.shape[1], columns: sized.shape[2], channels: 3
                    ).numbers
                }
                #expect(try run(two) == run(one))
            }
        }
    }

    @Test(arguments: [1, 300, 5000]) func `strips change no bit, and need less memory`(strips: Int) throws {
        let network = try Self.network("detector")
        let whole = GraphPlanner.Limits(whole: .max, strips: 0)
        let inStrips = GraphPlanner.Limits(whole: 0, strips: strips)
        let pool = ComputePool(threads: 2)
        for sized in Self.cases where sized.network == "detector" {
            let results = try [whole, inStrips].map { limits in
                try NetworkRunner(network, on: pool, limits: limits).run(
                    sized.input, batch: sized.shape[0], rows: sized.shape[1], columns: sized.shape[2], channels: 3
                ).numbers
            }
            #expect(results[0] == results[1])
        }
        let large = PictureShape(batch: 2, rows: 256, columns: 192, channels: 3)
        let counts = try [whole, inStrips].map { try GraphPlanner(network, for: large, limits: $0).memory.count }
        #expect(counts[1] < counts[0], "\(counts)")
    }

    @Test func `what exporters spell out is one step again`() throws {
        let steps = try Network(try ONNXFile(try WeightMap(path: Self.folder + "detector.onnx"))).steps
        // 76 operators; GELU, biases, functions and residuals are no steps of their own.
        #expect(steps.count < 25, "\(steps.count)")
        let reader = try Network(try ONNXFile(try WeightMap(path: Self.folder + "reader.onnx"))).steps
        #expect(reader.count { if case .layerNorm = $0.operation { true } else { false } } == 2)
    }

    @Test func `a picture with its weighed self is weighed once`() throws {
        var draft = GraphDraft()
        for (operation, inputs) in [
            (GraphOperation.pictureMean, [0]), (.combine(.multiply), [1, 0]), (.combine(.add), [2, 0]),
        ] {
            draft.steps.append(
                GraphDraft.Step(
                    operation: .ready(operation), inputs: inputs.map { .value($0) }, output: draft.steps.count + 1,
                    name: ""))
        }
        draft.output = 3
        let network = try Network(draft, path: "", metadata: [:])
        let operations = network.steps.map { if case .combine(let kind) = $0.operation { kind.rawValue } else { "" } }
        #expect(operations == ["", "Add", "Mul"])
        let result = try NetworkRunner(network, on: ComputePool(threads: 1)).run(
            [1, 10, 2, 20, 3, 30], batch: 1, rows: 3, columns: 1, channels: 2)
        #expect(result.numbers == [3, 6, 9, 210, 420, 630])
    }

    @Test func `a size that does not fit is refused before anything runs`() throws {
        let runner = try Self.runner("reader")
        for (rows, columns) in [(1, 1), (2, 2), (12, 16)] {
            #expect(throws: WeightFileError.self) {
                try runner.run(
                    [Float](repeating: 0, count: rows * columns * 3), batch: 1, rows: rows, columns: columns,
                    channels: 3)
            }
        }
        #expect(throws: WeightFileError.self) {
            try runner.run([Float](repeating: 0, count: 6 * 16 * 4), batch: 1, rows: 6, columns: 16, channels: 4)
        }
    }

    /// What is said of the classifier's network with the first of these bytes replaced.
    private func refusal(of old: [UInt8], by new: [UInt8]) throws -> String {
        let directory = try TemporaryDirectory()
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.folder + "classifier.onnx")))
        let place = try #require(
            bytes.indices.first { $0 + old.count <= bytes.count && bytes[$0..<($0 + old.count)].elementsEqual(old) })
        bytes.replaceSubrange(place..<(place + old.count), with: new)
        let path = directory.path("a.onnx").text
        try Data(bytes).write(to: URL(filePath: path))
        let file = try ONNXFile(try WeightMap(path: path))
        let error = #expect(throws: WeightFileError.self) { try Network(file) }
        #expect(error?.message.contains(path) == true)
        return error?.message ?? ""
    }

    @Test func `an operator that is not known is refused by name`() throws {
        let message = try refusal(of: Array("GlobalAveragePool".utf8), by: Array("GlobalAverageSwim".utf8))
        #expect(message.contains("GlobalAverageSwim"))
    }

    @Test func `windows that would lie beside the picture are refused`() throws {
        // The attribute's name, then its numbers, each behind its tag.
        let pads = Array("pads".utf8) + [0x40, 1]
        #expect(try refusal(of: pads, by: pads.dropLast() + [9]).contains("padding"))
    }

    @Test(arguments: ["detector", "reader", "classifier"]) func `damage never crashes`(name: String) throws {
        let directory = try TemporaryDirectory()
        let sound = [UInt8](try Data(contentsOf: URL(filePath: Self.folder + name + ".onnx")))
        let path = directory.path("a.onnx").text
        let pool = ComputePool(threads: 1)
        for seed in 0..<200 as Range<UInt64> {
            let bytes =
                seed.isMultiple(of: 5)
                ? BrokenBytes.truncated(sound, keeping: Double(seed) / 200)
                : BrokenBytes.bitFlipped(sound, count: 8, seed: seed)
            try Data(bytes).write(to: URL(filePath: path))
            guard let map = try? WeightMap(path: path), let file = try? ONNXFile(map), let network = try? Network(file)
            else { continue }
            let input = [Float](repeating: 0.5, count: 6 * 16 * 3)
            _ = try? NetworkRunner(network, on: pool).run(input, batch: 1, rows: 6, columns: 16, channels: 3)
        }
    }
}
