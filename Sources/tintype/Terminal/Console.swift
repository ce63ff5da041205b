import DaemonAPI
import Glibc

/// What a verb may say and where: results to standard output, everything else to standard error.
struct Console: Sendable {
    /// Standard output: results, and nothing else.
    let results: Output
    /// Standard error.
    let notes: Output
    /// Whether a person can be asked something.
    let canAsk: Bool
    /// Colours and bold for results.
    let paint: Paint

    /// The console of this process.
    static func standard() -> Console {
        let results = Output(descriptor: STDOUT_FILENO)
        return Console(
            results: results, notes: Output(descriptor: STDERR_FILENO), canAsk: isatty(STDIN_FILENO) == 1,
            paint: Paint(
                isOn: results.isTerminal && Paint.isWanted { name in getenv(name).map { String(cString: $0) } }))
    }

    /// The width of the terminal that shows the results, in columns; `nil`: nothing needs to fit anything.
    var columns: Int? {
        guard results.isTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// A line of results, already harmless.
    func print(_ line: String) throws { try results.write((line + "\n").utf8) }

    /// A line of JSON.
    func print(json value: some Encodable) throws {
        let json = String(decoding: try WireCoding.encode(value), as: UTF8.self)
        try print(SafeText.json(json))
    }

    /// Something good to know; only a person at a terminal gets it.
    func note(_ line: String) {
        guard notes.isTerminal else { return }
        complain(line)
    }

    /// What the model thinks before it answers; only a person at a terminal gets it.
    func think(_ text: String) {
        guard notes.isTerminal else { return }
        let paint = Paint(isOn: Paint.isWanted { name in getenv(name).map { String(cString: $0) } })
        try? notes.write(paint.dim(text).utf8)
        try? notes.flush()
    }

    /// Something that went wrong; always said.
    func complain(_ line: String) {
        // On a terminal both streams are one text: what was printed before stands before.
        if results.isTerminal { try? results.flush() }
        // When even standard error cannot be written there is nobody left to tell.
        try? notes.write((line + "\n").utf8)
        try? notes.flush()
    }

    /// Asks a question that is answered with yes or no. Call only where `canAsk`.
    func ask(_ question: String) -> Bool {
        try? notes.write((question + " [y/N] ").utf8)
        try? notes.flush()
        guard let answer = readLine()?.lowercased() else { return false }
        return answer == "y" || answer == "yes"
    }
}
