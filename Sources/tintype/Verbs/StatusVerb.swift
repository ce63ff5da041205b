import ArgumentParser
import DaemonAPI
import Glibc

/// `tintype status`
struct StatusVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is queued, how fast it goes, how long it takes, and what is wrong.",
        discussion: """
            Examples:
              tintype status --watch
              tintype status --json | jq .undescribed
            """)

    @Flag(help: "Keep showing it until interrupted.")
    var watch = false

    @OptionGroup var json: JSONOption

    func perform(in session: Session) async throws -> CommandStatus {
        let console = session.console
        let daemon = try await session.daemon()
        guard watch else {
            try show(try await daemon.status(), on: console)
            return .done
        }
        var shown: StatusReport?
        var lineCount = 0
        while true {
            let report = try await daemon.status()
            // A terminal shows the seconds go by; a pipe gets what is new.
            if console.results.isTerminal && !json.isOn {
                try redraw(report, on: console, over: &lineCount)
            } else if report != shown {
                try show(report, on: console)
                try console.results.flush()
            }
            shown = report
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func show(_ report: StatusReport, on console: Console) throws {
        if json.isOn {
            try console.print(json: report)
        } else {
            for line in lines(report, console) { try console.print(line) }
        }
    }

    private func lines(_ report: StatusReport, _ console: Console) -> [String] {
        let now = Double(time(nil))
        return StatusLayout(paint: console.paint, columns: console.columns, now: now).lines(for: report)
    }

    /// Puts the new lines where the old ones were: up, and clear from there.
    private func redraw(_ report: StatusReport, on console: Console, over lineCount: inout Int) throws {
        let columns = console.columns ?? 80
        if lineCount > 0 { try console.results.write("\u{1B}[\(lineCount)F\u{1B}[J".utf8) }
        let lines = lines(report, console)
        for line in lines { try console.print(line) }
        try console.results.flush()
        // A line that the terminal wrapped stands on several of its rows.
        lineCount = lines.reduce(0) { $0 + max(1, (visibleColumns($1) + columns - 1) / columns) }
    }

    private func visibleColumns(_ line: String) -> Int {
        DisplayWidth.columns(of: line.replacing(/\u{1B}\[[0-9]*m/, with: ""))
    }
}
