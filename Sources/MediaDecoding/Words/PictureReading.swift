import MediaTypes

/// How one picture is read: which passes, in which languages, until the time is up.
struct PictureReading {
    /// Processor time that one picture may cost; three times what a full screen takes.
    private static let limit = Duration.seconds(10)
    /// Small print is enlarged, large pictures are reduced, both to about this: measured, letters of 20 to 40 pixels
    /// are read best, and time grows with the area.
    private static let longSide = 2_200.0
    /// At most this much larger: more only blurs.
    private static let mostEnlargement = 2.0
    /// Rows of marks in a photograph that are tried; those with the most marks first.
    private static let rowLimit = 48
    /// Lines that the other scripts' data are tried on.
    private static let sampleLimit = 6

    private let picture: GreyPicture
    /// How much larger `picture` is than what was given.
    private let factor: Double
    /// Rows of marks, of a photograph.
    private let rows: [TextFinder.Row]
    private let isScreenshot: Bool
    private let budget = TimeBudget(limit)

    /// - Returns: `nil` where nothing in the picture looks like text, or there is no memory for it.
    init?(_ pixels: PixelBuffer, isScreenshot: Bool) {
        factor = min(Self.mostEnlargement, Self.longSide / Double(max(1, pixels.size.longSide)))
        guard let grey = GreyPicture(pixels), let picture = grey.scaled(by: factor) else { return nil }
        rows = isScreenshot ? [] : TextFinder.rows(in: picture, limit: Self.rowLimit)
        guard isScreenshot || rows.count >= 2 else { return nil }
        self.picture = picture
        self.isScreenshot = isScreenshot
    }

    /// The lines, and the groups of languages that were used on the whole picture.
    ///
    /// - Parameter recogniser: the reader of a group, where it can be loaded.
    func lines(
        groups: [ReadingLanguages.Group], recogniser: (ReadingLanguages.Group) -> Recogniser?
    ) -> (lines: [ReadLine], groups: [ReadingLanguages.Group]) {
        guard let first = groups.first, let scout = recogniser(first.scout) else { return ([], []) }
        var lines: [ReadLine] = []
        firstPass(by: scout, into: &lines)
        var group = betterGroup(than: first, of: groups, for: lines, recogniser: recogniser) ?? first
        // One language made this much of it; all of the script's make more, and take as many times as long on what is
        // not in any of them: hence only now.
        if let reader = group == first.scout ? scout : recogniser(group) {
            if group != first.scout { firstPass(by: reader, into: &lines) }
            if isScreenshot { pass(.sparse, by: reader, into: &lines) }
        } else {
            group = first.scout
        }
        let least = isScreenshot ? 0.3 : 0.38
        let used = group.script == first.script ? [group] : [first.scout, group]
        return (lines.compactMap { $0.cleaned(leastConfidence: least) }, used)
    }

    /// The pass that finds most: the page, or the rows of a photograph.
    private func firstPass(by reader: Recogniser, into lines: inout [ReadLine]) {
        guard !isScreenshot else { return pass(.page, by: reader, into: &lines) }
        let rows = rowLines(by: reader)
        // Where some rows read well, there may be a page that is read better as one.
        if rows.count(where: { $0.confidence > 0.6 && $0.letterCount >= 4 }) >= 2 {
            pass(.page, by: reader, into: &lines)
        }
        lines.merge(rows)
    }

    /// Reads what is not yet read for sure.
    private func pass(_ layout: Recogniser.Layout, by reader: Recogniser, into lines: inout [ReadLine]) {
        let sure = lines.filter { $0.confidence > 0.85 && $0.letterCount >= 3 }
        guard let rest = picture.erasing(sure.map { $0.box.scaled(by: factor).grown(by: 2) }) else { return }
        lines.merge(
            reader.lines(in: rest, layout: layout, isPhotographed: !isScreenshot, budget: budget)
                .map { ReadLine(text: $0.text, confidence: $0.confidence, box: $0.box.scaled(by: 1 / factor)) })
    }

    private func rowLines(by reader: Recogniser) -> [ReadLine] {
        var lines: [ReadLine] = []
        for row in rows.sorted(by: { $0.box.top < $1.box.top }) {
            guard let strip = row.straightened(in: picture) else { continue }
            let read = reader.lines(in: strip, layout: .line, isPhotographed: false, budget: budget)
            lines += read.prefix(1).map {
                ReadLine(text: $0.text, confidence: $0.confidence, box: row.box.scaled(by: 1 / factor))
            }
        }
        return lines
    }

    /// The group of another script that makes more of the lines that the first one is unsure of.
    private func betterGroup(
        than first: ReadingLanguages.Group, of groups: [ReadingLanguages.Group], for lines: [ReadLine],
        recogniser: (ReadingLanguages.Group) -> Recogniser?
    ) -> ReadingLanguages.Group? {
        let unsure = lines.filter { $0.confidence < 0.75 }
        let letters = lines.reduce(0) { $0 + $1.letterCount }
        guard groups.count > 1, unsure.reduce(0, { $0 + $1.letterCount }) * 4 > letters else { return nil }
        let sample = unsure.sorted { $0.letterCount > $1.letterCount }.prefix(Self.sampleLimit)
        // Squared: the right data is nearly sure of a line, the wrong one is half sure of as many letters.
        let own = sample.reduce(0) { $0 + $1.confidence * $1.weight }
        var best = (group: ReadingLanguages.Group?.none, weight: own)
        for group in groups where group != first {
            guard let reader = recogniser(group) else { continue }
            let weight = sample.reduce(0) { $0 + ownWeight(of: group, in: $1, by: reader) }
            if weight > best.weight { best = (group, weight) }
        }
        return best.group
    }

    /// How much a script's data makes of a line, in letters of its own.
    private func ownWeight(of group: ReadingLanguages.Group, in line: ReadLine, by reader: Recogniser) -> Double {
        let box = line.box.scaled(by: factor).grown(by: 6)
        guard let clip = picture.clipped(to: box) else { return 0 }
        return reader.lines(in: clip, layout: .line, isPhotographed: !isScreenshot, budget: budget).reduce(0) {
            $0 + $1.confidence * $1.confidence * Double($1.text.unicodeScalars.count(where: group.script.owns))
        }
    }
}
