/// Tensors and metadata in llama.cpp's GGUF format, version 3 (2 differs in nothing that is read here).
///
/// Source: the format's description in ggml's docs/gguf.md. Dimensions stand innermost first in the file; `shape` turns
/// them round.
public struct GGUFFile: WeightFile {
    /// The file.
    public let path: String
    /// Every tensor by its name in the file.
    public let tensors: [String: WeightTensor]
    /// Every metadata entry by its key.
    public let metadata: [String: GGUFValue]

    /// Maps one file.
    public init(path: String) throws(WeightFileError) {
        self.path = path
        let map = try WeightMap(path: path)
        var reader = GGUFReader(map)
        let counts = try reader.readHeader()
        metadata = try reader.readMetadata(count: counts.metadata)
        let alignment = try Self.alignment(metadata["general.alignment"], path)
        let entries = try reader.readTensorEntries(count: counts.tensors)
        let dataStart = try Self.aligned(reader.position, to: alignment, path)
        var tensors: [String: WeightTensor] = [:]
        for entry in entries {
            guard entry.offset % UInt64(alignment) == 0, let offset = Int(exactly: entry.offset),
                offset <= map.bytes.count
            else { throw .malformed(path, "the tensor \(entry.name) lies outside the file") }
            guard tensors[entry.name] == nil else { throw .malformed(path, "it holds two tensors \(entry.name)") }
            tensors[entry.name] = try WeightTensor(
                name: entry.name, shape: entry.shape, type: try Self.type(entry, path), map: map,
                offset: dataStart + offset, end: nil)
        }
        self.tensors = tensors
    }

    private static func alignment(_ value: GGUFValue?, _ path: String) throws(WeightFileError) -> Int {
        guard let value else { return 32 }
        // Larger than any page is no alignment but a broken file.
        guard let alignment = value.integer, alignment >= 8, alignment <= 1 << 16, alignment % 8 == 0 else {
            throw .malformed(path, "its alignment makes no sense")
        }
        return alignment
    }

    private static func aligned(_ position: Int, to alignment: Int, _ path: String) throws(WeightFileError) -> Int {
        (position + alignment - 1) / alignment * alignment
    }

    /// ggml's numbers of the types.
    private static let types: [UInt32: DType] = [
        0: .f32, 1: .f16, 2: .q4_0, 8: .q8_0, 12: .q4_k, 13: .q5_k, 14: .q6_k, 30: .bf16,
    ]

    private static func type(_ entry: GGUFReader.TensorEntry, _ path: String) throws(WeightFileError) -> DType {
        guard let type = types[entry.type] else {
            throw .unsupported(path, "the tensor \(entry.name) has ggml's type \(entry.type)")
        }
        return type
    }
}
