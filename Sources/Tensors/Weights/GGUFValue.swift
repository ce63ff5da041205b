/// A value of a GGUF file's metadata.
public enum GGUFValue: Sendable, Equatable {
    case unsigned(UInt64)
    case signed(Int64)
    case number(Double)
    case boolean(Bool)
    case string(String)
    case strings([String])
    case integers([Int64])
    case numbers([Double])
    case booleans([Bool])

    /// A whole number that fits.
    public var integer: Int? {
        switch self {
        case .unsigned(let value): Int(exactly: value)
        case .signed(let value): Int(exactly: value)
        default: nil
        }
    }

    /// Any number.
    public var double: Double? {
        switch self {
        case .unsigned(let value): Double(value)
        case .signed(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// A text.
    public var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }
}
