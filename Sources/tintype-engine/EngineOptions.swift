/// Wrong use of the command line.
struct UsageFault: Error {
    var message: String
}

/// What the command line asks for.
struct EngineOptions {
    enum Wish {
        case help, version
        case check(model: String)
        case serve(Serving)
    }

    struct Serving {
        var model: String
        var socket: String
        var idleSeconds: Int?
        /// Whether to end with standard input: with whoever holds its other end.
        var endsWithInput: Bool
        /// `nil`: as many as the machine is good for.
        var threads: Int?
    }

    let wish: Wish

    init(_ arguments: [String]) throws(UsageFault) {
        if arguments.contains("--help") || arguments.contains("-h") {
            wish = .help
            return
        }
        if arguments.contains("--version") {
            wish = .version
            return
        }
        var values: [String: String] = [:]
        var rest = arguments[...]
        var (endsWithInput, isCheck) = (false, false)
        while let name = rest.popFirst() {
            if name == "--end-with-input" {
                endsWithInput = true
                continue
            }
            if name == "--check" {
                isCheck = true
                continue
            }
            guard ["--model", "--socket", "--idle-seconds", "--threads"].contains(name) else {
                throw UsageFault(message: "tintype-engine does not know “\(name)”. See tintype-engine --help.")
            }
            guard let value = rest.popFirst() else { throw UsageFault(message: "\(name) needs a value.") }
            values[name] = value
        }
        if isCheck, let model = values["--model"] {
            wish = .check(model: model)
            return
        }
        guard let model = values["--model"], let socket = values["--socket"] else {
            throw UsageFault(message: "tintype-engine needs --model FOLDER and --socket PATH.")
        }
        wish = .serve(
            Serving(
                model: model, socket: socket, idleSeconds: try Self.count("--idle-seconds", values),
                endsWithInput: endsWithInput,
                threads: try Self.count("--threads", values)))
    }

    private static func count(_ name: String, _ values: [String: String]) throws(UsageFault) -> Int? {
        guard let text = values[name] else { return nil }
        guard let count = Int(text), (1...86_400).contains(count) else {
            throw UsageFault(message: "\(name) must be a whole number from 1 to 86400.")
        }
        return count
    }
}
