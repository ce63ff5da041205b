/// The parameters that the request declares for each tool.
struct ToolTable: Sendable {
    private var parameters: [String: JSON] = [:]

    /// - `tools`: `{"type": "function", "function": {"name", "parameters": {"properties": …}}}`, or the inner object.
    init(_ tools: [JSON]) {
        for tool in tools {
            let function = tool["function"] ?? tool
            guard let name = function["name"]?.text else { continue }
            parameters[name] = function["parameters"]?["properties"] ?? .object([])
        }
    }

    var isEmpty: Bool { parameters.isEmpty }

    /// The types that a parameter may have; none where it is not declared.
    func types(of parameter: String, in tool: String) -> [String] {
        guard let schema = parameters[tool]?[parameter] else { return [] }
        if let type = schema["type"]?.text { return [type] }
        return schema["type"]?.elements?.compactMap(\.text) ?? []
    }
}

/// Reads one call in the syntax of the Qwen coders, forgiving an end that is missing.
enum ToolCallReader {
    /// The call between `<tool_call>` and `</tool_call>`; `nil`: there is none.
    static func call(in body: String, _ tools: ToolTable) -> ToolCall? {
        guard let (_, rest) = cut(body, "<function="), let (name, inner) = cut(rest, ">") else { return nil }
        var arguments: [JSON.Member] = []
        var remaining = cut(inner, "</function>")?.0 ?? inner
        while let (_, parameter) = cut(remaining, "<parameter="), let (key, rest) = cut(parameter, ">") {
            // A missing end ends where the next parameter begins.
            let end = cut(rest, "</parameter>")
            let next = cut(rest, "<parameter=")
            let value: String
            if let end, next.map({ end.0.utf8.count <= $0.0.utf8.count }) ?? true {
                (value, remaining) = end
            } else if let next {
                value = next.0
                remaining = "<parameter=" + next.1
            } else {
                (value, remaining) = (rest, "")
            }
            let types = tools.types(of: key, in: name)
            arguments.append(JSON.Member(key: key, value: argument(withoutFrame(value), types)))
        }
        return ToolCall(name: name, arguments: arguments)
    }

    /// Read by the declared type; the raw text where it is not of that type.
    private static func argument(_ text: String, _ types: [String]) -> JSON {
        guard !types.isEmpty, types != ["string"] else { return .string(text) }
        // As the template writes them.
        let spoken = ["True": "true", "False": "false", "None": "null"][text] ?? text
        guard let value = try? JSON(parsing: Array(spoken.utf8)) else { return .string(text) }
        let kind =
            switch value {
            case .null: "null"
            case .boolean: "boolean"
            case .number: value.integer != nil && types.contains("integer") ? "integer" : "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        // A string's own quotes are part of it.
        return kind != "string" && (types.contains(kind) || kind == "null") ? value : .string(text)
    }

    /// One line end at each end belongs to the tags.
    private static func withoutFrame(_ text: String) -> String {
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\n" { scalars = scalars.dropFirst() }
        if scalars.last == "\n" { scalars = scalars.dropLast() }
        return String(String.UnicodeScalarView(scalars))
    }

    /// The text before and after the first place of a mark.
    private static func cut(_ text: String, _ mark: String) -> (String, String)? {
        let pieces = text.scalarSplit(mark)
        return pieces.count > 1 ? (pieces[0], pieces.dropFirst().joined(separator: mark)) : nil
    }
}
