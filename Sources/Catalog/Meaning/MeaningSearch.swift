import GRDB
import VectorSearch

/// What a query means, and the vectors among which files near to it are looked for.
struct MeaningSearch {
    let index: MeaningIndex
    let query: MeaningVector

    /// How many times the candidates are looked at where conditions leave most of them out, or where most lie nowhere any more.
    private static let narrowedFactor = 8
    /// More than so many times as many are never looked at: they cost 1 µs each.
    private static let mostFactor = 64
    /// Where a larger share lies nowhere any more, others are looked at in their place.
    private static let mostGone = 0.25

    /// What is made of the contents that are near, the nearest first. Those that lie nowhere keep their vectors, in case they come
    /// back; where they crowd out others, more are looked at.
    ///
    /// - Parameters:
    ///   - isNarrowed: Whether they have conditions to fulfil.
    ///   - body: Also tells how many of them lie somewhere.
    func nearest<Value>(
        isNarrowed: Bool, _ db: Database, _ body: ([Int64]) throws -> (Value, there: Int)
    ) throws -> Value {
        var factor = isNarrowed ? Self.narrowedFactor : 1
        var (wanted, last): (Double?, Int) = (nil, 0)
        while true {
            let assets = try index.nearest(
                to: query, atLeast: MediaCatalog.leastSimilarity, candidates: factor, db
            ).map(\.asset)
            let (value, there) = try body(assets)
            let enough = wanted ?? Double(assets.count) * (1 - Self.mostGone)
            // No more are near, or none are left.
            let isAll = assets.count == last
            if Double(there) >= enough || isAll || factor >= Self.mostFactor { return value }
            (wanted, last, factor) = (enough, assets.count, factor * Self.narrowedFactor)
        }
    }
}

extension MediaCatalog {
    /// Texts whose direction is farther from the query's are about something else. Over shared/samples, by first tags and words:
    /// of 35 questions about what is in none of the pictures 3 find something, and 17 of the 28 about what is.
    public static let leastSimilarity: Float = 0.28
}
