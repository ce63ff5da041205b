/// A pattern over bytes: `*` any run within a name, `**` across names too, `?` one byte of a name, `[a-z]` and `[!a-z]`
/// one byte of or not of a set, `\` takes the next byte as it is.
struct Glob: Hashable, Sendable {
    private enum Part: Hashable {
        case byte(UInt8), anyByte, anyRun, anyPath, set(Set<UInt8>)
        /// `**/` is these two: where a folder's name may begin, and the rest of that name up to its slash.
        case folderStart, folderRest
    }

    private let parts: [Part]
    private static let slash = UInt8(ascii: "/")

    init(_ pattern: some Sequence<UInt8>) {
        var parts: [Part] = []
        var rest = Array(pattern)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                let crosses = rest.first == UInt8(ascii: "*")
                while rest.first == UInt8(ascii: "*") { rest.removeFirst() }
                let opensName = parts.isEmpty || parts.last == .byte(Self.slash)
                if crosses, opensName, rest.first == Self.slash {
                    rest.removeFirst()
                    parts += [.folderStart, .folderRest]
                } else {
                    parts.append(crosses ? .anyPath : .anyRun)
                }
            case UInt8(ascii: "?"): parts.append(.anyByte)
            case UInt8(ascii: "["): parts.append(Self.set(&rest) ?? .byte(byte))
            case UInt8(ascii: "\\"): parts.append(.byte(rest.popFirst() ?? byte))
            default: parts.append(.byte(byte))
            }
        }
        self.parts = parts
    }

    /// The set that follows a `[`; `nil`: there is no end to it, so the bracket stands for itself.
    private static func set(_ rest: inout ArraySlice<UInt8>) -> Part? {
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        let body = isNegated ? rest.dropFirst() : rest
        // A `]` that comes first belongs to the set.
        guard let end = body.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return nil }
        var members = Set<UInt8>()
        var left = body[..<end]
        while let low = left.popFirst() {
            guard left.first == UInt8(ascii: "-"), let high = left.dropFirst().first else {
                members.insert(low)
                continue
            }
            left = left.dropFirst(2)
            if low <= high { members.formUnion(low...high) }
        }
        rest = rest[(end + 1)...]
        return .set(isNegated ? Set(0...255).subtracting(members) : members)
    }

    /// Whether the whole of `text` fits.
    ///
    /// Follows every position of the pattern that the text so far can have reached, so the time grows with pattern ×
    /// text whatever the pattern.
    func matches(_ text: some Sequence<UInt8>) -> Bool {
        var reached = [Bool](repeating: false, count: parts.count + 1)
        reached[0] = true
        skipRuns(&reached)
        var next = reached
        for byte in text {
            for position in next.indices { next[position] = false }
            for position in parts.indices where reached[position] {
                switch parts[position] {
                case .byte(let wanted): if byte == wanted { next[position + 1] = true }
                case .anyByte: if byte != Self.slash { next[position + 1] = true }
                case .set(let members): if byte != Self.slash, members.contains(byte) { next[position + 1] = true }
                case .anyRun: if byte != Self.slash { next[position] = true }
                case .anyPath: next[position] = true
                case .folderStart: if byte != Self.slash { next[position + 1] = true }
                case .folderRest: next[byte == Self.slash ? position - 1 : position] = true
                }
            }
            swap(&reached, &next)
            skipRuns(&reached)
        }
        return reached[parts.count]
    }

    /// Adds the positions that can be reached without a byte: runs may be empty.
    private func skipRuns(_ reached: inout [Bool]) {
        for position in parts.indices where reached[position] {
            switch parts[position] {
            case .anyRun, .anyPath: reached[position + 1] = true
            case .folderStart: reached[position + 2] = true
            case .byte, .anyByte, .set, .folderRest: break
            }
        }
    }
}
