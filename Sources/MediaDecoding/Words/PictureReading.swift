import MediaTypes

/// One picture being read: which passes, in which languages, until the time is up.
struct PictureReading {
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
    private let budget: TimeBudget
    /// What has been read so far, in the pixels of `picture`.
    private var lines: [ReadLine] = []

    /// - Parameter timeLimit: processor time that the picture may cost.
    /// - Returns: `nil` where nothing in the picture looks like text, or there is no memory for it.
    init?(_ pixels: PixelBuffer, isScreenshot: Bool, timeLimit: Duration) {
        budget = TimeBudget(timeLimit)
        factor = min(Self.mostEnlargement, Self.longSide / Double(max(1, pixels.size.longSide)))
        guard let grey = GreyPicture(pixels), let picture = grey.scaled(by: factor) else { return nil }
        rows = isScreenshot ? [] : TextFinder.rows(in: picture, limit: Self.rowLimit)
        guard isScreenshot || rows.count >= 2 else { return nil }
        self.picture = picture
        self.isScreenshot = isScreenshot
    }

    /// The lines, and the groups of languages that the whole picture was read in.
    ///
    /// - Parameter recogniser: the reader of a group, where it can be loaded.
    mutating func lines(
        groups: [ReadingLanguages.Group], recogniser: (ReadingLanguages.Group) -> Recogniser?
    ) -> (lines: [ReadLine], groups: [ReadingLanguages.Group]) {
        // One language finds out soon whether there is anything to read, and in which script; all of the script's
        // languages read more of it, and take as many times as long over what is in none of them.
        guard let first = groups.first, let scout = recogniser(first.scout) else { return ([], []) }
        readOnce(by: scout)
        var used = [first.scout]
        if let other = betterGroup(than: first, of: groups, recogniser: recogniser), let reader = recogniser(other) {
            doubtUnsureLines()
            readOnce(by: reader)
            readRest(by: reader, scout: reader)
            used.append(other)
        } else if isPromising {
            let reader = first == first.scout ? scout : recogniser(first) ?? scout
            if reader !== scout { readAgain(by: reader) }
            readRest(by: reader, scout: scout)
            used = [first]
        }
        guard isPromising else { return ([], used) }
        return (lines.compactMap { isScreenshot ? $0.cleaned() : $0.cleanedOfScenery() }, used)
    }

    /// Whether anything was read that is more than leaves and bricks taken for letters.
    private var isPromising: Bool {
        isScreenshot || lines.contains { $0.confidence > 0.7 && $0.longestWord >= 4 || $0.ideographCount >= 2 }
    }

    /// The pass that finds most: the page, or the rows of a photograph; but for what is read for sure.
    private mutating func readOnce(by reader: Recogniser) {
        guard !isScreenshot else { return read(.page, by: reader) }
        lines.merge(rowLines(by: reader) { $0 < Self.sureConfidence })
    }

    /// The same with all of a script's languages, after one of them: what that was sure of may lack its accents.
    private mutating func readAgain(by reader: Recogniser) {
        let again =
            isScreenshot
            ? reader.lines(in: picture, layout: .page, isPhotographed: false, budget: budget)
            : rowLines(by: reader) { $0 > 0.3 }
        lines.merge(again, advantage: 0.95)
    }

    /// The rows whose confidence so far fits, from the top.
    private func rowLines(by reader: Recogniser, where fits: (Double) -> Bool) -> [ReadLine] {
        rows.sorted { $0.box.top < $1.box.top }.compactMap { row in
            let known = lines.first { $0.box == row.box }?.confidence ?? 0.5
            guard fits(known), let strip = row.straightened(in: picture) else { return nil }
            let read = reader.lines(in: strip, layout: .line, isPhotographed: false, budget: budget).first
            return read.map { ReadLine(text: $0.text, confidence: $0.confidence, box: row.box) }
        }
    }

    /// The passes that find what the first one does not look for.
    ///
    /// - Parameter scout: the quicker reader, for where scenery would keep the other one long.
    private mutating func readRest(by reader: Recogniser, scout: Recogniser) {
        // Layout analysis takes buttons and menus for pictures; the search for words anywhere finds them.
        guard !isScreenshot else { return read(.sparse, by: reader) }
        let words = lines.filter { $0.confidence > 0.6 && $0.letterCount >= 4 }.map(\.box)
        guard words.count >= 3, let first = words.first else { return }
        // Several rows may be a page, whose lines are not torn at every wide gap when it is read as one. Around it lies
        // scenery, which takes longest to be made nothing of.
        let height = words.map(\.height).sorted()[words.count / 2]
        let region = words.dropFirst().reduce(first) { $0.union($1) }.grown(by: 3 * height)
        var page = read(.page, in: region, of: picture, by: reader)
        page.merge(lines)
        lines = page
        if let rest = picture.erasing(sureBoxes) { lines.merge(read(.sparse, in: region, of: rest, by: scout)) }
    }

    /// Reads a part of a photograph.
    private func read(
        _ layout: Recogniser.Layout, in region: TextBox, of picture: GreyPicture, by reader: Recogniser
    ) -> [ReadLine] {
        guard let clip = picture.clipped(to: region) else { return [] }
        return reader.lines(in: clip, layout: layout, isPhotographed: true, budget: budget).map {
            let box = $0.box.moved(by: region.left.rounded(), region.top.rounded())
            return ReadLine(text: $0.text, confidence: $0.confidence, box: box)
        }
    }

    /// Now that another script is known to fit better, what the first one was unsure of counts for less.
    private mutating func doubtUnsureLines() {
        for index in lines.indices where lines[index].confidence < Self.doubtfulConfidence {
            lines[index].confidence *= 0.6
        }
    }

    /// Reads of a screen what is not yet read for sure.
    private mutating func read(_ layout: Recogniser.Layout, by reader: Recogniser) {
        guard let rest = picture.erasing(sureBoxes) else { return }
        lines.merge(reader.lines(in: rest, layout: layout, isPhotographed: false, budget: budget))
    }

    /// Where nothing is to be gained.
    private var sureBoxes: [TextBox] {
        lines.filter { $0.confidence > Self.sureConfidence && $0.letterCount >= 3 }.map { $0.box.grown(by: 3) }
    }

    /// A line of this confidence is not read again.
    private static let sureConfidence = 0.85
    /// Below this a line may be of another script.
    private static let doubtfulConfidence = 0.75

    /// The group of another script that makes more of the lines that the first one is unsure of.
    private func betterGroup(
        than first: ReadingLanguages.Group, of groups: [ReadingLanguages.Group],
        recogniser: (ReadingLanguages.Group) -> Recogniser?
    ) -> ReadingLanguages.Group? {
        let unsure = lines.filter { $0.confidence < Self.doubtfulConfidence }
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
        guard let clip = picture.clipped(to: line.box.grown(by: 6)) else { return 0 }
        return reader.lines(in: clip, layout: .line, isPhotographed: !isScreenshot, budget: budget).reduce(0) {
            $0 + $1.confidence * $1.confidence * Double($1.text.unicodeScalars.count(where: group.script.owns))
        }
    }
}
