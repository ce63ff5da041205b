extension JSON {
    /// As short as it gets: no blanks.
    public var compactText: String { text(between: ",", after: ":") }

    /// As Python's `json.dumps(value, ensure_ascii=False)` writes it, which is what models were trained on.
    public var pythonText: String { text(between: ", ", after: ": ") }

    /// As Python's `str` writes it: what the chat template does with an argument that is no object or array.
    var pythonString: String {
        switch self {
        case .null: "None"
        case .boolean(let flag): flag ? "True" : "False"
        case .number(let literal): Self.pythonNumber(literal)
        case .string(let text): text
        case .array, .object: pythonText
        }
    }

    private func text(between separator: String, after colon: String) -> String {
        switch self {
        case .null: "null"
        case .boolean(let flag): flag ? "true" : "false"
        case .number(let literal): Self.pythonNumber(literal)
        case .string(let text): Self.quoted(text)
        case .array(let elements):
            "[" + elements.map { $0.text(between: separator, after: colon) }.joined(separator: separator) + "]"
        case .object(let members):
            "{"
                + members.map { Self.quoted($0.key) + colon + $0.value.text(between: separator, after: colon) }
                .joined(separator: separator) + "}"
        }
    }

    /// A text as a JSON string: only what must be escaped is.
    public static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{8}": quoted += "\\b"
            case "\u{C}": quoted += "\\f"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// A literal as Python prints the number that it reads: whole numbers stay, others become the shortest decimal,
    /// with an exponent from 10¹⁶ on and below 10⁻⁴.
    static func pythonNumber(_ literal: String) -> String {
        guard literal.contains(where: { ".eE".contains($0) }), let value = Double(literal), value.isFinite else {
            return literal == "-0" ? "0" : literal
        }
        var (digits, exponent) = decimal(value.magnitude)
        let sign = value.sign == .minus ? "-" : ""
        if value == 0 { return sign + "0.0" }
        if exponent < -4 || exponent >= 16 {
            let first = digits.removeFirst()
            let magnitude = String(exponent.magnitude)
            return sign + String(first) + (digits.isEmpty ? "" : "." + digits) + "e" + (exponent < 0 ? "-" : "+")
                + (magnitude.count < 2 ? "0" : "") + magnitude
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = digits.prefix(exponent + 1)
        let padding = String(repeating: "0", count: exponent + 1 - whole.count)
        let rest = digits.dropFirst(exponent + 1)
        return sign + whole + padding + "." + (rest.isEmpty ? "0" : rest)
    }

    /// The shortest digits that read back as the value, and the power of ten of the first.
    private static func decimal(_ value: Double) -> (digits: String, exponent: Int) {
        let parts = "\(value)".split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let (whole, fraction) = (String(mantissa[0]), mantissa.count > 1 ? String(mantissa[1]) : "")
        let all = whole + fraction
        let leading = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leading))
        while digits.hasSuffix("0") { digits.removeLast() }
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return (digits, power + whole.count - 1 - leading)
    }
}
