public import MediaTypes

/// Tells what a screenshot shows from the lines that were found in it: from cue words, from their places, and, where
/// there is one, from a sentence encoder.
public enum ScreenTags {
    /// Points that make a kind even odds.
    private static let needed = 2.0
    /// A second kind is shown where it is nearly as sure as the first.
    private static let shareOfBest = 0.75

    /// The kinds of a screen, the surest first; empty: nothing speaks clearly for any.
    ///
    /// - `size`: the picture's.
    /// - `nearness`: −1…1, how near the words are to a description of each kind; missing kinds count for nothing.
    public static func tags(
        of lines: [FoundLine], in size: PixelSize, nearness: [ScreenKind: Double] = [:]
    ) -> [ScreenTag] {
        let words = ScreenWords(lines.map(\.text))
        var points = ScreenLayout(lines, in: size).points
        for cue in ScreenCues.all {
            // A second word of one cue says little more.
            let found = cue.words.count { words.contain($0) }
            points[cue.kind, default: 0] += cue.weight * (found == 0 ? 0 : found == 1 ? 1 : 1.25)
        }
        for (kind, near) in nearness { points[kind, default: 0] += 2 * near }
        let best = points.values.max() ?? 0
        let shown = points.filter { $0.value >= needed && $0.value >= best * shareOfBest }
        return shown.map { ScreenTag(kind: $0.key, confidence: $0.value / ($0.value + needed)) }
            .sorted { ($1.confidence, $0.kind.rawValue) < ($0.confidence, $1.kind.rawValue) }
    }

    /// The program whose name stands in the picture's upper eighth, where windows have their titles.
    public static func application(in lines: [FoundLine], size: PixelSize) -> String? {
        let titles = lines.filter { ($0.corners.map(\.y).min() ?? 0) < Double(size.height) / 8 }
        let words = ScreenWords(titles.map(\.text))
        return ScreenCues.applications.first { words.contain($0.words) }?.name
    }
}
