import ArgumentParser
import DaemonAPI

/// `tintype find QUERY…`
struct FindVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "Search by what is in the picture and by the words written in it.",
        discussion: """
            All words must match, best match first. "phrases", -not, or, parentheses, and fields:
              ocr: caption: tag: type:photo|video is:screenshot|duplicate|undescribed|failed path: in: ext:
              before: after: taken: (2024, 2024-06, 2024-06-01, last-week, a..b) camera: lens: iso: f: mm: w: h: size:
              near:lat,lon,5km model:

            Examples:
              tintype find birthday cake -party
              tintype find 'ocr:"total due" after:2025-01 is:screenshot'
              tintype find type:video taken:2024 --files -0 | xargs -0 cp -t /media/stick
            """)

    @Argument(help: ArgumentHelp("What to look for, in the query language.", valueName: "query"))
    var query: [String]

    @Option(
        help: "At most this many (default: 20; without a limit for --json, --files and -0; 1 for --open).")
    var limit: Int?

    @Option(help: "Pass over this many.")
    var offset = 0

    @Option(
        help: "relevance, date (newest first) or name.",
        transform: { text in
            guard let order = SearchOrder(rawValue: text) else {
                throw ValidationError("“\(SafeText.line(text))” is none of relevance, date and name.")
            }
            return order
        })
    var sort = SearchOrder.relevance

    @OptionGroup var json: JSONOption

    @Flag(help: "Print only the paths, a line each, as the bytes they are.")
    var files = false

    @Flag(name: .customShort("0"), help: "Print only the paths, a NUL byte after each.")
    var nul = false

    @Flag(help: "Open what was found with the desktop's program for it.")
    var open = false

    @Flag(help: "Wait first until everything that is queued now is searchable.")
    var sync = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        if offset < 0 { throw ValidationError("--offset must not be negative.") }
        if json.isOn && (files || nul) { throw ValidationError("--json goes with neither --files nor -0.") }
    }

    func perform(in session: Session) async throws -> CommandStatus {
        let isForPerson = !json.isOn && !files && !nul
        var pages = SearchPages(
            daemon: try await session.daemon(), query: query.joined(separator: " "), offset: offset, sort: sort,
            limit: limit ?? (open ? 1 : isForPerson ? 20 : nil), waitsForQueue: sync)
        let printer = HitPrinter(form: form, console: session.console)
        var found = 0
        while let page = try await pages.next() {
            for hit in page.hits {
                try printer.print(hit)
                if open { try DesktopOpener.open(hit) }
            }
            found += page.hits.count
        }
        if isForPerson { tellRest(found, pages, session.console) }
        return found == 0 ? .nothingFound : .done
    }

    private var form: HitPrinter.Form { json.isOn ? .json : nul ? .nul : files ? .files : .person }

    private func tellRest(_ found: Int, _ pages: SearchPages, _ console: Console) {
        let pending =
            pages.pending > 0 ? "; \(Words.count(pages.pending, "file is", "files are")) not yet described" : ""
        if found == 0 {
            console.note("no matches" + pending)
        } else if let total = pages.total, total > offset + found {
            console.note("\(Words.grouped(total - offset - found)) more; --limit N shows them" + pending)
        } else if !pending.isEmpty {
            console.note(String(pending.dropFirst(2)))
        }
    }
}
