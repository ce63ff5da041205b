/// Tells options from operands that look like them: `-dog` in a query, `-beach` among tags.
enum Operands {
    /// The arguments of one verb with its options first, then `--`, then everything else in its order.
    ///
    /// - Parameters:
    ///   - valued: Options that take the next argument.
    ///   - shorts: Options of one dash; whatever else has one dash is an operand, and whatever has two an option.
    static func separated(_ arguments: [String], valued: Set<String>, shorts: Set<String>) -> [String] {
        var options: [String] = []
        var operands: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                break
            }
            let isOption = argument.hasPrefix("--") || shorts.contains(argument)
            guard isOption else {
                operands.append(argument)
                continue
            }
            options.append(argument)
            if valued.contains(argument), let value = rest.popFirst() { options.append(value) }
        }
        return options + ["--"] + operands
    }

    /// The whole command line, with the operands of the verbs that need it set apart.
    static func prepared(_ arguments: [String]) -> [String] {
        guard let verb = arguments.first else { return arguments }
        let rest = Array(arguments.dropFirst())
        switch verb {
        case "find":
            return [verb]
                + separated(rest, valued: ["--limit", "--offset", "--sort"], shorts: ["-0", "-h"])
        case "tag": return [verb] + separated(rest, valued: [], shorts: ["-h"])
        default: return arguments
        }
    }
}
