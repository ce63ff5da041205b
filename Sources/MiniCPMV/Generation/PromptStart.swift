import Tokenization

/// The beginning of a prompt: its tokens, and what is to be seen at their pads.
struct PromptStart: Equatable {
    let tokens: [TokenID]
    let images: [VisionRowCache.Key]
    let videos: [VisionRowCache.Key]
}

extension Prompt {
    /// A state is 20 MB: shorter pieces are read again in less time than it is kept in mind.
    private static let leastLength = 32

    /// Places at which another prompt may go on otherwise: before the first picture, where indexing says the same of every
    /// picture; behind the last one, where another question may follow; and where the answer begins, before which a
    /// conversation stays as it is. `known` tokens are read already.
    func branches(after known: Int, _ special: SpecialTokens) -> [Int] {
        let isPad = { (token: TokenID) in token == special.imagePad || token == special.videoPad }
        let behind = tokens.lastIndex(where: isPad).map { $0 + 1 }
        let answer = tokens.lastIndex(of: special.messageStart)
        // Behind what nobody asks about nothing else will be asked.
        let candidates = [tokens.firstIndex(where: isPad)] + (asksLast ? [behind, answer] : [])
        var places: [Int] = []
        for place in candidates.compactMap(\.self).sorted()
        where place >= (places.last ?? known) + Self.leastLength { places.append(place) }
        return places
    }

    /// The first `count` tokens, which end in no unit.
    func start(_ count: Int, _ special: SpecialTokens) -> PromptStart {
        let units = unitCounts(before: count, special)
        return PromptStart(
            tokens: Array(tokens.prefix(count)), images: Array(imageKeys.prefix(units.images)),
            videos: Array(videoKeys.prefix(units.videos)))
    }

    /// How many units have their pads among the first `count` tokens.
    func unitCounts(before count: Int, _ special: SpecialTokens) -> (images: Int, videos: Int) {
        func units(_ units: [VisionUnit], of pad: TokenID) -> Int {
            var pads = tokens.prefix(count).count { $0 == pad }
            return units.prefix { unit in
                pads -= unit.count / mode.patchesPerToken
                return pads >= 0
            }.count
        }
        return (units(imageUnits, of: special.imagePad), units(videoUnits, of: special.videoPad))
    }
}
