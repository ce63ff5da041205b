import MediaTypes

/// What the places and the forms of a screen's lines say, without knowing a word: points for each kind.
struct ScreenLayout {
    private let lines: [FoundLine]
    private let size: PixelSize

    init(_ lines: [FoundLine], in size: PixelSize) {
        self.lines = lines
        self.size = size
    }

    /// Two points are what a sure word is worth.
    var points: [ScreenKind: Double] {
        var points: [ScreenKind: Double] = [:]
        let steps = low.count { ScreenCues.steps.contains($0) }
        points[.installer] = steps >= 2 ? 1.5 : Double(steps) / 2
        points[.dialog] = dialog
        points[.menu] = count { $0.contains(#/(?i)\bct+r?l?\s*\+\s*\w/#) } >= 3 ? 4 : 0
        points[.calendar] = Set(lines.compactMap { Int($0.text) }.filter { (1...31).contains($0) }).count >= 20 ? 3 : 0
        points[.fileManager] = count { $0.contains(#/^[\w \-.]{2,}\.[a-z]\w{2,3}\b/#) } >= 4 ? 2 : 0
        points[.packageManager] = count { $0.contains(#/^\d[\w.+:~]*-\d[\w.+~]*$/#) } >= 6 ? 1.5 : 0
        points[.terminal] = terminal
        points[.code] = min(Double(count(where: isCode)) * 0.75, 4)
        points[.chat] = chat
        let amounts = count { $0.contains(#/\d[.,]\d\d\s*(€|EUR|[A-Z])?$/#) }
        points[.receipt] = amounts >= 3 ? 1 : 0
        points[.table] = numberRows >= 6 ? 2.5 : 0
        points[.article] = article
        return points
    }

    private func count(where matches: (String) -> Bool) -> Int { lines.count { matches($0.text) } }

    /// The lines of the picture's lowest quarter, without the letters of keys: “Help(H)”.
    private var low: [String] {
        lines.filter { top(of: $0) > Double(size.height) * 0.75 }.map {
            ScreenWords.folded($0.text.replacing(#/\s*[(（]\w[)）]$/#, with: ""))
        }
    }

    private var dialog: Double {
        let buttons = low.count { ScreenCues.buttons.contains($0) }
        let keys = count { $0.contains(#/[(（][A-Z][)）][:：]?$/#) }
        let labels = count { $0.contains(#/\w\s*[:：]$/#) }
        return (buttons >= 2 ? 2 : Double(buttons)) + (keys >= 3 ? 1.5 : 0) + (labels >= 3 ? 1 : 0)
    }

    private var terminal: Double {
        let prompts = count {
            $0.contains(#/^\s*[\w.\-]+@[\w.\-]+[:\s].*[$#%]/#) || $0.contains(#/^\s*[$#]\s\w/#)
        }
        let keys = count { $0.contains(#/^[\^C]-?[A-Z]:\S|^--[\\\/]/#) }
        return min(Double(prompts) * 1.5, 4) + (keys >= 1 ? 1.5 : 0)
    }

    private func isCode(_ line: String) -> Bool {
        line.contains(#/[;{}]\s*$/#)
            || line.contains(
                #/^\s*(>>>|def |class |import |from \w+ import|func |fn |let |var |const |return |if \(|#include)/#)
            || line.contains(#/\w+\.\w+\([^)]*\)/#)
    }

    /// Short lines at the left and at the right, with times among them.
    private var chat: Double {
        let times = count { $0.contains(#/\b\d{1,2}[:.]\d\d(\s?[AP]M)?\W*$/#) }
        guard times >= 3, size.width > 0 else { return 0 }
        let middle = Double(size.width) / 2
        let atLeft = lines.count { right(of: $0) < middle * 1.3 && left(of: $0) < middle * 0.5 }
        let atRight = lines.count { left(of: $0) > middle * 0.7 && right(of: $0) > middle * 1.6 }
        return atLeft >= 2 && atRight >= 2 && times * 5 >= lines.count ? 2 : 0
    }

    /// Rows of which at least three entries are numbers.
    private var numberRows: Int {
        let numbers = lines.filter { $0.text.contains(#/^[\-+]?[\d.,]+\s*[%€$]?$/#) && $0.text.count >= 3 }
        let height = Double(max(size.height, 1)) / 60
        return Dictionary(grouping: numbers) { Int(top(of: $0) / height) }.values.count { $0.count >= 3 }
    }

    /// Long lines below each other, and little else.
    private var article: Double {
        let long = lines.count { $0.text.count >= 30 && right(of: $0) - left(of: $0) > Double(size.width) * 0.45 }
        return long >= 3 && long * 2 >= lines.count ? 2.5 : 0
    }

    private func top(of line: FoundLine) -> Double { line.corners.map(\.y).min() ?? 0 }
    private func left(of line: FoundLine) -> Double { line.corners.map(\.x).min() ?? 0 }
    private func right(of line: FoundLine) -> Double { line.corners.map(\.x).max() ?? 0 }
}
