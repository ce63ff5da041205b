import GRDB
import VectorSearch

/// What a query means, and the vectors among which files near to it are looked for.
struct MeaningSearch {
    let index: MeaningIndex
    let query: MeaningVector

    /// How many times the candidates are looked at where conditions leave most of them out.
    private static let narrowedFactor = 8

    /// The contents that are near, the nearest first.
    ///
    /// - Parameter isNarrowed: Whether they have conditions to fulfil.
    func nearest(_ db: Database, isNarrowed: Bool) throws -> [Int64] {
        try index.nearest(
            to: query, atLeast: MediaCatalog.leastSimilarity, candidates: isNarrowed ? Self.narrowedFactor : 1, db
        ).map(\.asset)
    }
}

extension MediaCatalog {
    /// Texts whose direction is farther from the query's are about something else. Over shared/samples, by first tags and words:
    /// of 35 questions about what is in none of the pictures 3 find something, and 17 of the 28 about what is.
    public static let leastSimilarity: Float = 0.28
}
