/// A JSON value that keeps what templates and schemas depend on: the order of keys and the spelling of numbers.
public indirect enum JSON: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// The literal as it was written.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// A key with its value.
    public struct Member: Sendable, Equatable {
        /// The key.
        public var key: String
        /// The value.
        public var value: JSON

        /// A member of these.
        public init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a key; of keys that stand twice the last.
    public subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The text of a string.
    public var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// The elements of an array.
    public var elements: [JSON]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// The members of an object.
    public var members: [Member]? {
        if case .object(let members) = self { return members }
        return nil
    }

    /// A number's value.
    public var double: Double? {
        if case .number(let literal) = self { return Double(literal) }
        return nil
    }

    /// A whole number's value.
    public var integer: Int? {
        if case .number(let literal) = self { return Int(literal) ?? Double(literal).flatMap { Int(exactly: $0) } }
        return nil
    }

    /// A truth value.
    public var flag: Bool? {
        if case .boolean(let flag) = self { return flag }
        return nil
    }
}
