/// Tensors as `torch.save` laid them down before version 1.6 (and since, where asked): a magic number, three notes, the
/// dictionary of tensors and the order of their storages as pickles, then the storages' numbers.
///
/// Source: PyTorch 2.13, `torch.serialization._legacy_save`. Nothing of the file is run: see `Unpickler`. Counts of training
/// steps, which models carry along, are no tensors here.
public struct PyTorchFile: WeightFile {
    /// The file.
    public let path: String
    /// Every tensor of float32 numbers by its name.
    public let tensors: [String: WeightTensor]

    /// The number 0x1950a86a20f9469cfc6c as a pickle.
    private static let magic: [UInt8] = [
        0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, UInt8(ascii: "."),
    ]

    /// Reads a mapped file.
    ///
    /// - Throws: where it is of another format, broken, or asks for more than tensors.
    public init(_ map: WeightMap) throws(WeightFileError) {
        path = map.path
        guard map.bytes.starts(with: Self.magic) else {
            let isArchive = map.bytes.starts(with: "PK".utf8)
            throw .unsupported(map.path, isArchive ? "it is PyTorch's newer format" : "it is no file of PyTorch's")
        }
        var pickles = Unpickler(map, at: Self.magic.count)
        guard case .integer(1001) = try pickles.next() else {
            throw .unsupported(map.path, "it is of another version of PyTorch's format")
        }
        guard case .dictionary(let machine) = try pickles.next(),
            case .boolean(true)? = machine.first(where: { $0.key == "little_endian" })?.value
        else { throw .unsupported(map.path, "its numbers begin with the highest byte") }
        guard case .dictionary(let entries) = try pickles.next() else {
            throw .malformed(map.path, "it holds no dictionary of tensors")
        }
        let described = try Self.tensors(entries, map)
        let places = try Self.places(of: described, order: try pickles.next(), from: pickles.position, map)
        var tensors: [String: WeightTensor] = [:]
        for (name, tensor) in described where !tensor.storage.isCounts {
            tensors[name] = try Self.placed(tensor, name, in: places, map)
        }
        self.tensors = tensors
    }

    private static func tensors(
        _ entries: [(key: String, value: PickleValue)], _ map: WeightMap
    ) throws(WeightFileError) -> [String: PyTorchTensor] {
        var tensors: [String: PyTorchTensor] = [:]
        for (name, value) in entries {
            guard case .tensor(let tensor) = value else {
                throw .unsupported(map.path, "its entry \(name.prefix(100)) is no tensor")
            }
            guard tensors.updateValue(tensor, forKey: name) == nil else {
                throw .malformed(map.path, "it holds two tensors \(name.prefix(100))")
            }
        }
        return tensors
    }

    /// Where each storage's numbers begin: one after the other, each after its count.
    private static func places(
        of tensors: [String: PyTorchTensor], order: PickleValue, from start: Int, _ map: WeightMap
    ) throws(WeightFileError) -> [String: Int] {
        guard case .list(let keys) = order else { throw .malformed(map.path, "it says no order of its storages") }
        var storages: [String: PyTorchStorage] = [:]
        for (name, tensor) in tensors {
            let storage = tensor.storage
            if let known = storages.updateValue(storage, forKey: storage.key),
                known.width != storage.width || known.count != storage.count
            {
                throw .malformed(map.path, "the tensor \(name.prefix(100)) has another storage than its neighbour")
            }
        }
        var (places, position) = ([String: Int](), start)
        for value in keys {
            guard case .text(let key) = value, let storage = storages[key], places[key] == nil else {
                throw .malformed(map.path, "it holds a storage that no tensor lies in")
            }
            guard map.bytes.count - position >= 8,
                map.bytes.loadUnaligned(fromByteOffset: position, as: Int.self).littleEndian == storage.count,
                storage.count <= (map.bytes.count - position - 8) / storage.width
            else { throw .malformed(map.path, "a storage is cut off or of another size than its tensors say") }
            places[key] = position + 8
            position += 8 + storage.count * storage.width
        }
        return places
    }

    private static func placed(
        _ tensor: PyTorchTensor, _ name: String, in places: [String: Int], _ map: WeightMap
    ) throws(WeightFileError) -> WeightTensor {
        let storage = tensor.storage
        guard let start = places[storage.key], tensor.offset >= 0, tensor.offset <= storage.count else {
            throw .malformed(map.path, "the tensor \(name.prefix(100)) lies outside its storage")
        }
        return try WeightTensor(
            name: name, shape: tensor.shape, strides: tensor.strides, map: map,
            offset: start + tensor.offset * storage.width, limit: storage.count - tensor.offset)
    }
}
