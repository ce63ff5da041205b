import DaemonAPI
import MediaTypes

/// Prints hits in the form that was asked for.
struct HitPrinter {
    /// The forms.
    enum Form {
        /// Two lines for a person.
        case person
        /// An object a line.
        case json
        /// Paths, a line each.
        case files
        /// Paths, a NUL after each.
        case nul
    }

    private let form: Form
    private let console: Console
    private let layout: HitLayout

    /// A printer to this console.
    init(form: Form, console: Console) {
        self.form = form
        self.console = console
        layout = HitLayout(paint: console.paint, columns: console.columns)
    }

    /// Prints one hit.
    func print(_ hit: SearchHit) throws {
        switch form {
        case .person: for line in layout.lines(for: hit) { try console.print(line) }
        case .json: try console.print(json: hit)
        case .files: try console.results.write(path(of: hit) + [UInt8(ascii: "\n")])
        case .nul: try console.results.write(path(of: hit) + [0])
        }
    }

    /// The path's bytes for a program; a terminal gets them harmless.
    private func path(of hit: SearchHit) -> [UInt8] {
        guard !console.results.isTerminal, let path = hit.mediaPath else { return Array(SafeText.name(hit.path).utf8) }
        return path.bytes
    }
}
