/// Bold and colours, where they are wanted.
struct Paint: Hashable, Sendable {
    /// Whether anything is coloured at all.
    let isOn: Bool

    /// Whether the environment lets us: NO_COLOR (any value) and a dumb terminal say no.
    static func isWanted(variable: (String) -> String?) -> Bool {
        variable("NO_COLOR").map(\.isEmpty) ?? true && variable("TERM") != "dumb"
    }

    /// What was matched, and headings.
    func bold(_ text: String) -> String { wrapped(text, "1") }
    /// What matters less.
    func dim(_ text: String) -> String { wrapped(text, "2") }
    /// What is wrong.
    func red(_ text: String) -> String { wrapped(text, "31") }
    /// What is well.
    func green(_ text: String) -> String { wrapped(text, "32") }
    /// What wants attention.
    func yellow(_ text: String) -> String { wrapped(text, "33") }

    private func wrapped(_ text: String, _ code: String) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
