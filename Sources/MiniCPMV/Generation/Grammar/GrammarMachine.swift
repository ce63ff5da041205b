/// Follows a schema byte by byte.
struct GrammarMachine: Sendable {
    private let schema: SchemaNodes

    init(_ schema: SchemaNodes) { self.schema = schema }

    /// Nothing is written yet.
    var start: Set<GrammarStack> { expanded([GrammarStack(items: [.node(0)])]) }

    /// What the stacks become with a byte; none: the byte cannot come.
    func advanced(_ stacks: Set<GrammarStack>, _ byte: UInt8) -> Set<GrammarStack> {
        var next: [GrammarStack] = []
        for stack in stacks {
            switch stack.items.last {
            case .bytes(let bytes, let from):
                guard bytes[from] == byte else { continue }
                next.append(stack.replacingTop(from + 1 < bytes.count ? [.bytes(bytes, from: from + 1)] : []))
            case .string(let state):
                guard let outcome = state.advanced(byte) else { continue }
                next.append(stack.replacingTop(outcome.map { [.string($0)] } ?? []))
            case .number(let state):
                if let state = state.advanced(byte) { next.append(stack.replacingTop([.number(state)])) }
            default: continue
            }
        }
        return expanded(next)
    }

    /// Stacks whose innermost part waits for a byte, or that are complete; a number that may end has ended as well.
    private func expanded(_ stacks: [GrammarStack]) -> Set<GrammarStack> {
        var (settled, seen): (Set<GrammarStack>, Set<GrammarStack>) = ([], [])
        var open = stacks
        while let stack = open.popLast() {
            // A schema may name itself before it writes a byte: each stack is looked at once.
            guard seen.insert(stack).inserted else { continue }
            switch stack.items.last {
            case .none, .string: settled.insert(stack)
            case .bytes(let bytes, let from):
                if from < bytes.count { settled.insert(stack) } else { open.append(stack.replacingTop([])) }
            case .number(let state):
                settled.insert(stack)
                if state.isWhole { open.append(stack.replacingTop([])) }
            case .node(let place): open += alternatives(of: place).map { stack.replacingTop($0) }
            case .properties(let place, let next, let isFirst):
                open += properties(place, next, isFirst).map { stack.replacingTop($0) }
            case .map(let place, let isFirst): open += members(place, isFirst).map { stack.replacingTop($0) }
            case .array(let place, let count): open += elements(place, count).map { stack.replacingTop($0) }
            }
        }
        return bounded(settled)
    }

    /// So many ways are followed at a time. Alternatives within alternatives double them with each byte; every one that is
    /// kept still leads to an answer that the schema allows.
    private static let stackLimit = 1024

    private func bounded(_ stacks: Set<GrammarStack>) -> Set<GrammarStack> {
        guard stacks.count > Self.stackLimit else { return stacks }
        // In an order of their own, so that a seed still gives one answer.
        let named = stacks.map { (name: "\($0.items)", stack: $0) }.sorted { $0.name < $1.name }
        return Set(named.prefix(Self.stackLimit).map(\.stack))
    }

    private func alternatives(of place: Int) -> [[GrammarStack.Item]] {
        switch schema.nodes[place] {
        case .literal(let bytes): return [[.bytes(bytes, from: 0)]]
        case .string(let least, let most):
            return [[Self.mark("\""), .string(StringState(least: least, most: most))]]
        case .number(let isInteger): return [[.number(NumberState(isInteger: isInteger))]]
        case .choice(let places): return places.map { [.node($0)] }
        case .object: return [[Self.mark("{"), .properties(place, next: 0, isFirst: true)]]
        case .map: return [[Self.mark("{"), .map(place, isFirst: true)]]
        case .array: return [[Self.mark("["), .array(place, count: 0)]]
        }
    }

    private static func mark(_ text: String) -> GrammarStack.Item { .bytes(Array(text.utf8), from: 0) }

    private func properties(_ place: Int, _ next: Int, _ isFirst: Bool) -> [[GrammarStack.Item]] {
        guard case .object(let properties) = schema.nodes[place] else { return [] }
        guard next < properties.count else { return [[Self.mark("}")]] }
        let property = properties[next]
        let separator: [UInt8] = isFirst ? [] : Array(", ".utf8)
        var ways: [[GrammarStack.Item]] = [
            [
                .bytes(separator + property.key, from: 0), .node(property.value),
                .properties(place, next: next + 1, isFirst: false),
            ]
        ]
        if !property.isRequired { ways.append([.properties(place, next: next + 1, isFirst: isFirst)]) }
        return ways
    }

    private func members(_ place: Int, _ isFirst: Bool) -> [[GrammarStack.Item]] {
        guard case .map(let value) = schema.nodes[place] else { return [] }
        return [
            [Self.mark("}")],
            [
                Self.mark(isFirst ? "\"" : ", \""), .string(StringState(least: 1, most: 64)), Self.mark(": "),
                .node(value), .map(place, isFirst: false),
            ],
        ]
    }

    private func elements(_ place: Int, _ count: Int) -> [[GrammarStack.Item]] {
        guard case .array(let item, let least, let most) = schema.nodes[place] else { return [] }
        var ways: [[GrammarStack.Item]] = []
        if count >= least { ways.append([Self.mark("]")]) }
        if most.map({ count < $0 }) ?? true {
            // Beyond what bounds speak of, the number of elements makes no difference.
            let next = most == nil ? min(count + 1, max(least, 1)) : count + 1
            ways.append((count == 0 ? [] : [Self.mark(", ")]) + [.node(item), .array(place, count: next)])
        }
        return ways
    }

    /// The shortest way to a whole answer, in bytes.
    func closing(_ stacks: Set<GrammarStack>) -> [UInt8] {
        stacks.map { $0.items.reversed().flatMap(closing) }.min {
            ($0.count, $0.description) < ($1.count, $1.description)
        } ?? []
    }

    private func closing(_ item: GrammarStack.Item) -> [UInt8] {
        switch item {
        case .node(let place): return schema.shortest[place]
        case .bytes(let bytes, let from): return Array(bytes[from...])
        case .string(let state): return state.closing
        case .number(let state): return state.closing
        case .map: return Array("}".utf8)
        case .array(let place, let count):
            guard case .array(let item, let least, _) = schema.nodes[place] else { return [] }
            let missing = Array(repeating: schema.shortest[item], count: max(least - count, 0))
            let separator = count == 0 || missing.isEmpty ? "" : ", "
            return Array(separator.utf8) + Array(missing.joined(separator: ", ".utf8)) + Array("]".utf8)
        case .properties(let place, let next, var isFirst):
            guard case .object(let properties) = schema.nodes[place] else { return [] }
            var bytes: [UInt8] = []
            for property in properties[next...] where property.isRequired {
                bytes += (isFirst ? [] : Array(", ".utf8)) + property.key + schema.shortest[property.value]
                isFirst = false
            }
            return bytes + Array("}".utf8)
        }
    }
}
