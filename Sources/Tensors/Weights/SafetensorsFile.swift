import Foundation

/// Tensors in Hugging Face's safetensors format: eight bytes of header length, a JSON header, the data.
///
/// Source: the format's description in the safetensors repository's README. A folder of shards with its index is read
/// as one file.
public struct SafetensorsFile: WeightFile {
    /// The file, or the index of the shards.
    public let path: String
    /// Every tensor by its name.
    public let tensors: [String: WeightTensor]

    /// The reference implementation's own bound.
    private static let headerLimit = 100_000_000

    /// Maps one file.
    public init(path: String) throws(WeightFileError) {
        self.path = path
        tensors = try Self.read(path)
    }

    /// Maps the shards that an index names: `{"weight_map": {tensor: file}}`, files beside the index.
    public init(index path: String) throws(WeightFileError) {
        self.path = path
        let index = try Self.readIndex(path)
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) : "."
        var found: [String: WeightTensor] = [:]
        for shard in Set(index.weight_map.values).sorted() {
            // A name from a file opens nothing outside its folder.
            guard !shard.contains("/"), !shard.isEmpty else { throw .malformed(path, "it names the file “\(shard)”") }
            for (name, tensor) in try Self.read(folder + "/" + shard) where index.weight_map[name] == shard {
                found[name] = tensor
            }
        }
        if let lost = index.weight_map.keys.first(where: { found[$0] == nil }) { throw .missingTensor(lost, in: path) }
        tensors = found
    }

    private struct Index: Decodable {
        var weight_map: [String: String]
    }

    private static func readIndex(_ path: String) throws(WeightFileError) -> Index {
        let map = try WeightMap(path: path)
        guard map.bytes.count <= headerLimit, let index = try? JSONDecoder().decode(Index.self, from: Data(map.bytes))
        else { throw .malformed(path, "it is no index of safetensors files") }
        return index
    }

    private struct Entry: Decodable {
        var dtype: String
        var shape: [Int]
        var data_offsets: [Int]
    }

    /// The header's members: tensors, and `__metadata__`, which holds strings and is of no use to us.
    private enum Member: Decodable {
        case tensor(Entry)
        case metadata

        init(from decoder: any Decoder) throws {
            self =
                decoder.codingPath.last?.stringValue == "__metadata__" ? .metadata : .tensor(try Entry(from: decoder))
        }
    }

    private static func read(_ path: String) throws(WeightFileError) -> [String: WeightTensor] {
        let map = try WeightMap(path: path)
        guard map.bytes.count >= 8 else { throw .malformed(path, "the header is cut off") }
        let length = UInt64(littleEndian: map.bytes.loadUnaligned(as: UInt64.self))
        guard length <= headerLimit, length <= map.bytes.count - 8 else {
            throw .malformed(path, "the header claims \(length) bytes")
        }
        let dataStart = 8 + Int(length)
        let header = Data(map.bytes[8..<dataStart])
        guard let members = try? JSONDecoder().decode([String: Member].self, from: header) else {
            throw .malformed(path, "the header is not what safetensors files have")
        }
        var tensors: [String: WeightTensor] = [:]
        for (name, member) in members {
            guard case .tensor(let entry) = member else { continue }
            tensors[name] = try tensor(name, entry, map: map, dataStart: dataStart)
        }
        return tensors
    }

    private static func tensor(_ name: String, _ entry: Entry, map: WeightMap, dataStart: Int)
        throws(WeightFileError) -> WeightTensor
    {
        guard let type = [DType.f32, .f16, .bf16].first(where: { $0.rawValue == entry.dtype }) else {
            throw .unsupported(map.path, "the tensor \(name) is in \(entry.dtype)")
        }
        guard entry.data_offsets.count == 2, let start = entry.data_offsets.first, let end = entry.data_offsets.last,
            start >= 0, start <= end, end <= map.bytes.count - dataStart
        else { throw .malformed(map.path, "the tensor \(name) lies outside the file") }
        return try WeightTensor(
            name: name, shape: entry.shape, type: type, map: map, offset: dataStart + start, end: dataStart + end)
    }
}
