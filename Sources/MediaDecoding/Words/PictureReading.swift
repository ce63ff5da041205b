import MediaTypes

/// How one picture is read: which passes, in which languages, until the time is up.
struct PictureReading {
    let reader: TextReader
    let groups: [ReadingLanguages.Group]
    let isScreenshot: Bool

    /// What one picture may cost: generous, since the machine may be busy, and nothing is lost but the rest.
    private static let limit = Duration.seconds(12)
    /// Small print is enlarged, large pictures are reduced, both to about this: measured, letters of 20 to 40 pixels
    /// are read best, and time grows with the area.
    private static let longSide = 2_200.0
    /// At most this much larger: more only blurs.
    private static let mostEnlargement = 2.0
    /// Rows of marks in a photograph that are tried; those with the most marks first.
    private static let rowLimit = 48

    /// The lines, and the groups of languages that found any.
    func read(_ picture: PixelBuffer) -> (lines: [ReadLine], groups: [ReadingLanguages.Group]) {
        let factor = min(Self.mostEnlargement, Self.longSide / Double(max(1, picture.size.longSide)))
        guard let first = groups.first, let recogniser = reader.recogniser(for: first),
            let grey = GreyPicture(picture), let enlarged = grey.scaled(by: factor)
        else { return ([], []) }
        let budget = TimeBudget(Self.limit)
        let rows = isScreenshot ? [] : TextFinder.lines(in: enlarged, limit: Self.rowLimit)
        guard isScreenshot || rows.count >= 2 else { return ([], []) }

        var passes = Passes(picture: enlarged, factor: factor, rows: rows, isScreenshot: isScreenshot, budget: budget)
        var lines = passes.lines(by: recogniser)
        var used = [first]
        let unsure = lines.filter { $0.confidence < 0.75 && $0.weight > 0 }
        if groups.count > 1, let best = bestScript(for: unsure, in: passes, than: first),
            let other = reader.recogniser(for: best)
        {
            lines.merge(passes.lines(by: other))
            used.append(best)
        }
        let least = isScreenshot ? 0.3 : 0.38
        return (lines.compactMap { $0.cleaned(leastConfidence: least) }, used)
    }
}
