/// A part of a schema, ready to be followed. Parts name each other by their place in a list, so that they may be
/// recursive.
enum SchemaNode: Sendable, Equatable {
    /// Exactly these bytes.
    case literal([UInt8])
    /// A string of so many characters.
    case string(least: Int, most: Int?)
    case number(isInteger: Bool)
    case choice([Int])
    /// Members in this order, those that are not required perhaps left out.
    case object([Property])
    /// Members with any keys.
    case map(value: Int)
    case array(item: Int, least: Int, most: Int?)

    struct Property: Sendable, Equatable {
        /// The key with its quotes, colon and blank.
        var key: [UInt8]
        var value: Int
        var isRequired: Bool
    }
}

/// A schema taken apart. Places in `nodes`; the answer follows the first.
struct SchemaNodes: Sendable {
    private(set) var nodes: [SchemaNode] = []
    /// The shortest text of each node, in bytes.
    private(set) var shortest: [[UInt8]] = []

    /// More parts than this are no form of an answer.
    private static let nodeLimit = 4096
    /// Values that the schema leaves free nest so deep at most.
    private static let freeDepth = 3
    private static let choiceLimit = 256

    private static let ignored: Set<String> = [
        "title", "description", "default", "examples", "$schema", "$id", "$defs", "definitions", "additionalProperties",
        "format", "$comment", "strict", "readOnly", "writeOnly", "deprecated",
    ]
    private static let known: Set<String> = [
        "type", "properties", "required", "items", "minItems", "maxItems", "minLength", "maxLength", "enum", "const",
        "anyOf", "oneOf", "$ref", "nullable",
    ]

    private var references: [String: Int] = [:]
    private var free: [Int: Int] = [:]

    /// - Throws: where a keyword is not known, a reference leads nowhere, or no finite text follows the schema.
    init(_ schema: JSON) throws(ModelError) {
        _ = try add(schema, root: schema, depth: 0)
        shortest = try Self.shortestTexts(nodes)
    }

    private mutating func reserve() throws(ModelError) -> Int {
        guard nodes.count < Self.nodeLimit else { throw .badSchema("it has too many parts") }
        nodes.append(.literal([]))
        return nodes.count - 1
    }

    private mutating func append(_ node: SchemaNode) throws(ModelError) -> Int {
        let place = try reserve()
        nodes[place] = node
        return place
    }

    private mutating func add(_ schema: JSON, root: JSON, depth: Int) throws(ModelError) -> Int {
        guard depth < 64 else { throw .badSchema("it is nested too deeply") }
        if case .boolean(true) = schema { return try addFree(Self.freeDepth) }
        guard let members = schema.members else { throw .badSchema("a part of it is no object") }
        for member in members where !Self.known.contains(member.key) && !Self.ignored.contains(member.key) {
            throw .badSchema("the keyword “\(member.key.prefix(64))” is not known")
        }
        if let reference = schema["$ref"]?.text { return try addReference(reference, root: root, depth: depth) }
        let place = try reserve()
        nodes[place] = try node(schema, root: root, depth: depth)
        return place
    }

    private mutating func addReference(_ reference: String, root: JSON, depth: Int) throws(ModelError) -> Int {
        if let known = references[reference] { return known }
        var target: JSON? = reference.hasPrefix("#") ? root : nil
        for step in reference.split(separator: "/").dropFirst() { target = target?[String(step)] }
        guard let target else { throw .badSchema("“\(reference.prefix(64))” leads nowhere") }
        // The place is known before its content: that is what lets a schema speak of itself.
        let place = try reserve()
        references[reference] = place
        nodes[place] = .choice([try add(target, root: root, depth: depth + 1)])
        return place
    }

    private mutating func node(_ schema: JSON, root: JSON, depth: Int) throws(ModelError) -> SchemaNode {
        if let constant = schema["const"] { return .literal(Array(constant.pythonText.utf8)) }
        if let values = schema["enum"]?.elements {
            return try choice(values.map { .literal(Array($0.pythonText.utf8)) })
        }
        if let schemas = (schema["anyOf"] ?? schema["oneOf"])?.elements {
            guard (1...Self.choiceLimit).contains(schemas.count) else {
                throw .badSchema("a choice is empty or too large")
            }
            var places: [Int] = []
            for one in schemas { places.append(try add(one, root: root, depth: depth + 1)) }
            return .choice(places)
        }
        var types = schema["type"]?.text.map { [$0] } ?? schema["type"]?.elements?.compactMap(\.text) ?? []
        if types.isEmpty, schema["properties"] != nil { types = ["object"] }
        if schema["nullable"]?.flag == true { types.append("null") }
        guard !types.isEmpty else { return .choice([try addFree(Self.freeDepth)]) }
        var alternatives: [SchemaNode] = []
        for type in types { alternatives.append(try node(schema, type, root: root, depth: depth)) }
        return alternatives.count == 1 ? alternatives[0] : try choice(alternatives)
    }

    private mutating func choice(_ alternatives: [SchemaNode]) throws(ModelError) -> SchemaNode {
        guard (1...Self.choiceLimit).contains(alternatives.count) else {
            throw .badSchema("a choice is empty or too large")
        }
        var places: [Int] = []
        for node in alternatives { places.append(try append(node)) }
        return .choice(places)
    }

    private mutating func node(_ schema: JSON, _ type: String, root: JSON, depth: Int) throws(ModelError) -> SchemaNode
    {
        switch type {
        case "string":
            let bounds = try Self.bounds(schema, "minLength", "maxLength")
            return .string(least: bounds.least, most: bounds.most)
        case "integer": return .number(isInteger: true)
        case "number": return .number(isInteger: false)
        case "boolean": return try choice([.literal(Array("true".utf8)), .literal(Array("false".utf8))])
        case "null": return .literal(Array("null".utf8))
        case "array":
            let bounds = try Self.bounds(schema, "minItems", "maxItems")
            let item =
                if let items = schema["items"] { try add(items, root: root, depth: depth + 1) } else {
                    try addFree(Self.freeDepth)
                }
            return .array(item: item, least: bounds.least, most: bounds.most)
        case "object": return try object(schema, root: root, depth: depth)
        default: throw .badSchema("the type “\(type.prefix(64))” is not known")
        }
    }

    private mutating func object(_ schema: JSON, root: JSON, depth: Int) throws(ModelError) -> SchemaNode {
        let members = schema["properties"]?.members ?? []
        let required = schema["required"]?.elements?.compactMap(\.text) ?? []
        if let lost = required.first(where: { name in !members.contains { $0.key == name } }) {
            throw .badSchema("“\(lost.prefix(64))” is required and not described")
        }
        guard !members.isEmpty else {
            switch schema["additionalProperties"] {
            case .boolean(false)?: return .literal(Array("{}".utf8))
            case .some(let values) where values.members != nil:
                return .map(value: try add(values, root: root, depth: depth + 1))
            default: return .map(value: try addFree(Self.freeDepth))
            }
        }
        var properties: [SchemaNode.Property] = []
        for member in members {
            properties.append(
                SchemaNode.Property(
                    key: Array((JSON.quoted(member.key) + ": ").utf8),
                    value: try add(member.value, root: root, depth: depth + 1),
                    isRequired: required.contains(member.key)))
        }
        return .object(properties)
    }

    /// Any value, nested so deep at most.
    private mutating func addFree(_ depth: Int) throws(ModelError) -> Int {
        if let known = free[depth] { return known }
        var alternatives: [SchemaNode] = [
            .string(least: 0, most: nil), .number(isInteger: false), .literal(Array("true".utf8)),
            .literal(Array("false".utf8)), .literal(Array("null".utf8)),
        ]
        if depth > 0 {
            let inner = try addFree(depth - 1)
            alternatives += [.map(value: inner), .array(item: inner, least: 0, most: nil)]
        }
        let place = try reserve()
        nodes[place] = try choice(alternatives)
        free[depth] = place
        return place
    }

    private static func bounds(_ schema: JSON, _ least: String, _ most: String)
        throws(ModelError) -> (least: Int, most: Int?)
    {
        let bounds = (least: schema[least]?.integer ?? 0, most: schema[most]?.integer)
        // What is demanded at the least is written whatever the budget says.
        guard (0...4096).contains(bounds.least), bounds.most.map({ $0 >= bounds.least }) ?? true else {
            throw .badSchema("\(least) and \(most) do not fit each other or are too large")
        }
        return bounds
    }

    /// By rounds: a node's shortest text is known once those of its parts are.
    private static func shortestTexts(_ nodes: [SchemaNode]) throws(ModelError) -> [[UInt8]] {
        var texts = [[UInt8]?](repeating: nil, count: nodes.count)
        var isChanged = true
        while isChanged {
            isChanged = false
            for place in nodes.indices where texts[place] == nil {
                texts[place] = shortest(nodes[place], texts)
                isChanged = isChanged || texts[place] != nil
            }
        }
        var found: [[UInt8]] = []
        for text in texts {
            guard let text, text.count <= 1 << 16 else {
                throw .badSchema("no text of finite or bearable length follows it")
            }
            found.append(text)
        }
        return found
    }

    private static func shortest(_ node: SchemaNode, _ texts: [[UInt8]?]) -> [UInt8]? {
        switch node {
        case .literal(let bytes): return bytes
        case .string(let least, _): return [0x22] + Array(repeating: 0x20, count: least) + [0x22]
        case .number: return [0x30]
        case .choice(let places): return places.compactMap { texts[$0] }.min { $0.count < $1.count }
        case .map: return Array("{}".utf8)
        case .array(let item, let least, _):
            guard least > 0 else { return Array("[]".utf8) }
            guard let item = texts[item], item.count * least <= 1 << 16 else { return nil }
            return Array("[".utf8) + Array(Array(repeating: item, count: least).joined(separator: ", ".utf8))
                + Array("]".utf8)
        case .object(let properties):
            var members: [[UInt8]] = []
            for property in properties where property.isRequired {
                guard let value = texts[property.value] else { return nil }
                members.append(property.key + value)
            }
            return Array("{".utf8) + Array(members.joined(separator: ", ".utf8)) + Array("}".utf8)
        }
    }
}
