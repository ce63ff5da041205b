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
    /// picture; behind the last one, where another question may follow; and where the last message begins, before which a
    /// conversation stays the same. `known` tokens are read already.
    func branches(after known: Int, _ special: SpecialTokens) -> [Int] {
        let isPad = { (token: TokenID) in token == special.imagePad || token == special.videoPad }
        // The very last message is the answer's own beginning.
        let lastMessage = tokens.indices.filter { tokens[$0] == special.messageStart }.dropLast().last
        let behind = asksLast ? tokens.lastIndex(where: isPad).map { $0 + 1 } : nil
        var places: [Int] = []
        for place in [tokens.firstIndex(where: isPad), behind, lastMessage].compactMap(\.self).sorted()
        where place >= (places.last ?? known) + Self.leastLength { places.append(place) }
        return places
    }

    /// The first `count` tokens, which end in no unit.
    func start(_ count: Int, _ special: SpecialTokens) -> PromptStart {
        let units = unitCounts(before: count, special)
        return PromptStart(
            tokens: Array(tokens.prefix(count)),
            images: imageUnits.prefix(units.images).map { VisionRowCache.Key($0, mode) },
            videos: videoUnits.prefix(units.videos).map { VisionRowCache.Key($0, mode) })
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
