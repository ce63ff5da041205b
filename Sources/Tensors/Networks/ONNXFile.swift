import Foundation

/// A network in ONNX's format: its operators, and the constants that they work with. Source: onnx.proto of ONNX 1.23.
///
/// Read, not judged: which operators there are matters to who runs it.
public struct ONNXFile: Sendable {
    /// An operator with its inputs and outputs by name; an absent optional input is an empty name.
    struct Node: Sendable {
        var type = ""
        var inputs: [String] = []
        var outputs: [String] = []
        var attributes: [String: Attribute] = [:]
    }

    /// A setting of an operator.
    enum Attribute: Sendable {
        case number(Float)
        case integer(Int)
        case text(String)
        case integers([Int])
        case constant(GraphConstant)
    }

    let path: String
    let nodes: [Node]
    /// By name.
    let constants: [String: GraphConstant]
    /// Inputs that are no constants.
    let inputs: [String]
    let outputs: [String]
    /// What the maker noted, such as the symbols that outputs stand for.
    public let metadata: [String: String]

    /// More is no network of ours.
    private static let nodeLimit = 100_000

    /// Reads a file.
    public init(_ map: WeightMap) throws(WeightFileError) {
        do throws(ProtobufReader.Fault) { self = try ONNXFile(map.bytes, map.path) } catch {
            throw .malformed(map.path, error.reason)
        }
    }

    private init(_ bytes: UnsafeRawBufferPointer, _ path: String) throws(ProtobufReader.Fault) {
        var reader = ProtobufReader(bytes)
        var graph: Graph?
        var metadata: [String: String] = [:]
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (7, .bytes(let bytes)): graph = try Graph(bytes)
            case (14, .bytes(let bytes)):
                let (key, text) = try Self.pair(bytes)
                metadata[key] = text
            default: break
            }
        }
        guard let graph, !graph.nodes.isEmpty else { throw ProtobufReader.Fault(reason: "it holds no network") }
        self.path = path
        self.metadata = metadata
        nodes = graph.nodes
        constants = graph.constants
        inputs = graph.inputs.filter { graph.constants[$0] == nil }
        outputs = graph.outputs
    }

    private struct Graph {
        var nodes: [Node] = []
        var constants: [String: GraphConstant] = [:]
        var inputs: [String] = []
        var outputs: [String] = []

        init(_ bytes: UnsafeRawBufferPointer) throws(ProtobufReader.Fault) {
            var reader = ProtobufReader(bytes)
            while let (field, value) = try reader.next() {
                guard case .bytes(let bytes) = value else { continue }
                switch field {
                case 1:
                    nodes.append(try ONNXFile.node(bytes))
                    guard nodes.count <= nodeLimit else { throw ProtobufReader.Fault(reason: "it is too large") }
                case 5:
                    let (name, constant) = try ONNXFile.tensor(bytes)
                    constants[name] = constant
                case 11: inputs.append(try ONNXFile.pair(bytes).0)
                case 12: outputs.append(try ONNXFile.pair(bytes).0)
                default: break
                }
            }
        }
    }

    private static func node(_ bytes: UnsafeRawBufferPointer) throws(ProtobufReader.Fault) -> Node {
        var reader = ProtobufReader(bytes)
        var node = Node()
        while let (field, value) = try reader.next() {
            guard case .bytes(let bytes) = value else { continue }
            switch field {
            case 1: node.inputs.append(text(bytes))
            case 2: node.outputs.append(text(bytes))
            case 4: node.type = text(bytes)
            case 5:
                let (name, attribute) = try attribute(bytes)
                node.attributes[name] = attribute
            case 7 where !bytes.isEmpty: throw ProtobufReader.Fault(reason: "it uses operators of a maker's own")
            default: break
            }
        }
        return node
    }

    private static func attribute(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ProtobufReader.Fault) -> (String, Attribute?) {
        var reader = ProtobufReader(bytes)
        var (name, found, integers) = ("", Attribute?.none, [Int]())
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let bytes)): name = text(bytes)
            case (2, .number(let bits)): found = .number(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            case (3, .number(let bits)): found = .integer(Int(Int64(bitPattern: bits)))
            case (4, .bytes(let bytes)): found = .text(text(bytes))
            case (5, .bytes(let bytes)): found = .constant(try tensor(bytes).1)
            case (8, let value): for number in try ProtobufReader.numbers(value) { integers.append(Int(number)) }
            default: break
            }
        }
        return (name, integers.isEmpty ? found : .integers(integers))
    }

    private static func tensor(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ProtobufReader.Fault) -> (String, GraphConstant) {
        var reader = ProtobufReader(bytes)
        var (name, shape, type) = ("", [Int](), 0)
        var (raw, floats, integers) = (UnsafeRawBufferPointer?.none, [Float](), [Int]())
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, let value):
                for side in try ProtobufReader.numbers(value) {
                    guard (0...(1 << 31)).contains(side) else {
                        throw ProtobufReader.Fault(reason: "a side is \(side)")
                    }
                    shape.append(Int(side))
                }
            case (2, .number(let bits)): type = Int(truncatingIfNeeded: bits)
            case (4, .bytes(let bytes)): floats = Self.floats(bytes)
            case (4, .number(let bits)): floats.append(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
            case (5, let value), (7, let value):
                for number in try ProtobufReader.numbers(value) { integers.append(Int(number)) }
            case (8, .bytes(let bytes)): name = text(bytes)
            case (9, .bytes(let bytes)): raw = bytes
            case (14, .number(1)): throw ProtobufReader.Fault(reason: "its numbers lie in another file")
            default: break
            }
        }
        var count = 1
        for side in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard !overflow, product <= 1 << 31 else { throw ProtobufReader.Fault(reason: "a constant is too large") }
            count = product
        }
        let constant: GraphConstant
        switch type {
        case 1: constant = GraphConstant(shape: shape, numbers: .floats(raw.map(Self.floats) ?? floats))
        case 6: constant = GraphConstant(shape: shape, numbers: .integers(raw.map(Self.integers32) ?? integers))
        case 7: constant = GraphConstant(shape: shape, numbers: .integers(raw.map(Self.integers64) ?? integers))
        default: throw ProtobufReader.Fault(reason: "the constant “\(name)” is of type \(type)")
        }
        guard constant.count == count else {
            throw ProtobufReader.Fault(reason: "the constant “\(name)” has \(constant.count) of \(count) numbers")
        }
        return (name, constant)
    }

    /// The fields 1 and 2 of a message, both texts: a note of the maker, or a value with its type, which is no text and
    /// not looked at.
    private static func pair(_ bytes: UnsafeRawBufferPointer) throws(ProtobufReader.Fault) -> (String, String) {
        var reader = ProtobufReader(bytes)
        var pair = ("", "")
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let bytes)): pair.0 = text(bytes)
            case (2, .bytes(let bytes)): pair.1 = text(bytes)
            default: break
            }
        }
        return pair
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func floats(_ bytes: UnsafeRawBufferPointer) -> [Float] {
        (0..<(bytes.count / 4)).map {
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
    }

    private static func integers32(_ bytes: UnsafeRawBufferPointer) -> [Int] {
        (0..<(bytes.count / 4)).map {
            Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)))
        }
    }

    private static func integers64(_ bytes: UnsafeRawBufferPointer) -> [Int] {
        (0..<(bytes.count / 8)).map {
            Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)))
        }
    }
}
