/// What a pickle of tensors is made of.
enum PickleValue {
    case nothing
    case boolean(Bool)
    case integer(Int)
    case text(String)
    case tuple([PickleValue])
    case list([PickleValue])
    case dictionary([(key: String, value: PickleValue)])
    case global(PickleGlobal)
    case storage(PyTorchStorage)
    case tensor(PyTorchTensor)

    var integers: [Int]? {
        guard case .tuple(let values) = self else { return nil }
        let integers = values.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
        return integers.count == values.count ? integers : nil
    }
}

/// The only names that a pickle may call for. None of them runs anything: each is a shape of data to us.
enum PickleGlobal: String {
    case orderedDictionary = "collections.OrderedDict"
    case rebuildTensor = "torch._utils._rebuild_tensor_v2"
    case floatStorage = "torch.FloatStorage"
    /// Counts of training steps.
    case longStorage = "torch.LongStorage"

    /// Bytes of a number, where this is a kind of storage.
    var width: Int? {
        switch self {
        case .floatStorage: 4
        case .longStorage: 8
        case .orderedDictionary, .rebuildTensor: nil
        }
    }
}

/// A run of numbers that tensors lie in.
struct PyTorchStorage {
    var key: String
    var isCounts: Bool
    var width: Int
    var count: Int
}

/// A tensor's place in a storage.
struct PyTorchTensor {
    var storage: PyTorchStorage
    var offset: Int
    var shape: [Int]
    var strides: [Int]
}

/// Reads pickles that hold tensors, and nothing else: Python's pickle is a language of programs, of which this knows only the
/// words that lay down data. Source: Python's pickletools, protocol 2; PyTorch 1.5's `torch.save`.
///
/// Every value comes from bytes of the file, so memory is bounded by `byteLimit`; what nests deeper than `depthLimit` is refused,
/// since giving deep values up again takes stack.
struct Unpickler {
    private struct Item {
        var value: PickleValue
        var depth = 0
    }

    private let map: WeightMap
    private(set) var position: Int
    private var end = 0
    private var stack: [Item] = []
    private var marks: [Int] = []
    private var memory: [Int: Item] = [:]

    /// A pickle of a thousand tensors has 200 kB.
    private static let byteLimit = 4 << 20
    private static let depthLimit = 8
    /// Sides of a tensor.
    private static let rankLimit = 8

    init(_ map: WeightMap, at position: Int) {
        self.map = map
        self.position = position
    }

    /// The pickle that begins here.
    mutating func next() throws(WeightFileError) -> PickleValue {
        (stack, marks, memory) = ([], [], [:])
        end = min(map.bytes.count, position + Self.byteLimit)
        while true {
            let code = try byte()
            if code == UInt8(ascii: ".") { return try pop().value }
            try perform(code)
        }
    }

    private func malformed(_ what: String) -> WeightFileError { .malformed(map.path, "its pickle \(what)") }

    // MARK: Opcodes

    private mutating func perform(_ code: UInt8) throws(WeightFileError) {
        switch code {
        case 0x80:
            let version = try byte()
            guard version == 2 else { throw .unsupported(map.path, "its pickle is of protocol \(version)") }
        case UInt8(ascii: "N"): push(.nothing)
        case 0x88, 0x89: push(.boolean(code == 0x88))
        case UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "J"), 0x8a: push(.integer(try integer(code)))
        case UInt8(ascii: "X"): push(.text(try text(count: number(bytes: 4))))
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: ")"): push(.tuple([]))
        case UInt8(ascii: "t"): try pushTuple(try popToMark())
        case 0x85, 0x86, 0x87: try pushTuple(try pop(Int(code) - 0x84))
        case UInt8(ascii: "]"): push(.list([]))
        case UInt8(ascii: "}"): push(.dictionary([]))
        case UInt8(ascii: "a"): try append(try pop(1))
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "s"): try insert(try pop(2))
        case UInt8(ascii: "u"): try insert(try popToMark())
        case UInt8(ascii: "b"): try dropState()
        case UInt8(ascii: "q"): try remember(Int(try byte()))
        case UInt8(ascii: "r"): try remember(try number(bytes: 4))
        case UInt8(ascii: "h"): try recall(Int(try byte()))
        case UInt8(ascii: "j"): try recall(try number(bytes: 4))
        case UInt8(ascii: "c"): push(.global(try global()))
        case UInt8(ascii: "Q"): push(.storage(try storage(try pop().value)))
        case UInt8(ascii: "R"): push(try called(try pop(2).map(\.value)))
        default: throw .unsupported(map.path, "its pickle does more than hold tensors: operation \(code)")
        }
    }

    private mutating func integer(_ code: UInt8) throws(WeightFileError) -> Int {
        switch code {
        case UInt8(ascii: "K"): return Int(try byte())
        case UInt8(ascii: "M"): return try number(bytes: 2)
        case UInt8(ascii: "J"): return Int(Int32(truncatingIfNeeded: try number(bytes: 4)))
        default:
            let count = Int(try byte())
            guard count <= 8 else { throw malformed("holds a number of \(count) bytes") }
            let bits = count == 0 ? 0 : try number(bytes: count)
            let unused = 64 - 8 * count
            return unused == 64 ? 0 : (bits << unused) >> unused
        }
    }

    /// A name that is on the list; all others are refused by name.
    private mutating func global() throws(WeightFileError) -> PickleGlobal {
        let name = try line() + "." + line()
        guard let global = PickleGlobal(rawValue: name) else {
            throw .unsupported(map.path, "its pickle asks for \(name.prefix(100)), which is no part of tensors")
        }
        return global
    }

    private func called(_ pair: [PickleValue]) throws(WeightFileError) -> PickleValue {
        guard case .global(let global) = pair[0], case .tuple(let arguments) = pair[1] else {
            throw malformed("calls what cannot be called")
        }
        switch global {
        case .orderedDictionary where arguments.isEmpty: return .dictionary([])
        case .rebuildTensor where arguments.count == 6:
            guard case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
                case .tuple(let sides) = arguments[2], sides.count <= Self.rankLimit,
                case .tuple(let steps) = arguments[3], steps.count == sides.count,
                let shape = arguments[2].integers, let strides = arguments[3].integers
            else { throw malformed("describes a tensor that is none") }
            return .tensor(PyTorchTensor(storage: storage, offset: offset, shape: shape, strides: strides))
        default: throw malformed("calls \(global.rawValue) as it is not called")
        }
    }

    /// `("storage", kind, key, device, count, no view)`
    private func storage(_ value: PickleValue) throws(WeightFileError) -> PyTorchStorage {
        guard case .tuple(let parts) = value, parts.count == 6, case .text("storage") = parts[0],
            case .global(let kind) = parts[1], let width = kind.width, case .text(let key) = parts[2],
            case .integer(let count) = parts[4], count >= 0, case .nothing = parts[5]
        else { throw malformed("refers to something that is no storage") }
        return PyTorchStorage(key: key, isCounts: kind == .longStorage, width: width, count: count)
    }

    // MARK: Containers

    private mutating func pushTuple(_ items: [Item]) throws(WeightFileError) {
        stack.append(Item(value: .tuple(items.map(\.value)), depth: try depth(around: items)))
    }

    private func depth(around items: [Item]) throws(WeightFileError) -> Int {
        let depth = (items.map(\.depth).max() ?? 0) + 1
        guard depth <= Self.depthLimit else { throw malformed("is nested too deeply") }
        return depth
    }

    private mutating func append(_ items: [Item]) throws(WeightFileError) {
        guard case .list(var list) = stack.last?.value else { throw malformed("appends to what is no list") }
        let depth = max(stack[stack.count - 1].depth, try depth(around: items))
        // Given up on the stack first, so that the list is not copied.
        stack[stack.count - 1] = Item(value: .nothing)
        list += items.map(\.value)
        stack[stack.count - 1] = Item(value: .list(list), depth: depth)
    }

    private mutating func insert(_ items: [Item]) throws(WeightFileError) {
        guard items.count.isMultiple(of: 2), case .dictionary(var entries) = stack.last?.value else {
            throw malformed("fills what is no dictionary")
        }
        let depth = max(stack[stack.count - 1].depth, try depth(around: items))
        stack[stack.count - 1] = Item(value: .nothing)
        for place in stride(from: 0, to: items.count, by: 2) {
            guard case .text(let key) = items[place].value else { throw malformed("has a key that is no text") }
            entries.append((key, items[place + 1].value))
        }
        stack[stack.count - 1] = Item(value: .dictionary(entries), depth: depth)
    }

    /// A state dictionary carries its modules' versions as an attribute, which is of no use here.
    private mutating func dropState() throws(WeightFileError) {
        _ = try pop()
        guard case .dictionary = stack.last?.value else { throw malformed("gives a state to what has none") }
    }

    // MARK: The stack and the memory

    private mutating func push(_ value: PickleValue) { stack.append(Item(value: value)) }

    private mutating func pop() throws(WeightFileError) -> Item {
        guard stack.count > marks.last ?? 0, let item = stack.popLast() else {
            throw malformed("takes what is not there")
        }
        return item
    }

    private mutating func pop(_ count: Int) throws(WeightFileError) -> [Item] {
        guard stack.count - count >= marks.last ?? 0 else { throw malformed("takes what is not there") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(WeightFileError) -> [Item] {
        guard let mark = marks.popLast() else { throw malformed("takes what is not there") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    /// Dictionaries and lists change after they are noted; none is looked up again in a file of tensors, so none is kept.
    private mutating func remember(_ place: Int) throws(WeightFileError) {
        guard let item = stack.last else { throw malformed("notes what is not there") }
        switch item.value {
        case .list, .dictionary: memory[place] = nil
        default: memory[place] = item
        }
    }

    private mutating func recall(_ place: Int) throws(WeightFileError) {
        guard let item = memory[place] else { throw malformed("looks up what was not noted") }
        stack.append(item)
    }

    // MARK: Bytes

    private mutating func byte() throws(WeightFileError) -> UInt8 {
        guard position < end else { throw malformed("is cut off or too long") }
        defer { position += 1 }
        return map.bytes[position]
    }

    /// Lowest byte first.
    private mutating func number(bytes count: Int) throws(WeightFileError) -> Int {
        var number = 0
        for place in 0..<count { number |= Int(try byte()) << (8 * place) }
        return number
    }

    private mutating func text(count: Int) throws(WeightFileError) -> String {
        guard count <= end - position else { throw malformed("is cut off or too long") }
        defer { position += count }
        return String(decoding: map.bytes[position..<(position + count)], as: UTF8.self)
    }

    private mutating func line() throws(WeightFileError) -> String {
        let rest = map.bytes[position..<end]
        guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw malformed("is cut off or too long") }
        defer { position = newline + 1 }
        return String(decoding: map.bytes[position..<newline], as: UTF8.self)
    }
}
