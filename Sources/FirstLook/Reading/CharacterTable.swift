/// The symbols that the outputs of a reader of lines stand for: nothing first, the blank last. Source: PP-OCR's “character”
/// note, a symbol a line.
struct CharacterTable: Sendable {
    /// By output; empty: nothing.
    let symbols: [String]

    /// - `note`: as the network's file has it.
    init(note: String) {
        // By bytes: Swift takes a carriage return and a line's end for one character.
        var lines = note.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
        // A note may or may not end in a line's end.
        if lines.last == "" { lines.removeLast() }
        symbols = [""] + lines + [" "]
    }

    /// The text of a row of outputs for each place along a line: the likeliest symbol of each place, repeated ones once.
    ///
    /// - `outputs`: `[places, symbols]`, shares of each place.
    /// - Returns: the text and how sure it is, the mean of its symbols' shares; `nil` where a place's shares are no numbers.
    ///   Source: Graves et al. 2006 (CTC), greedy.
    func text(of outputs: UnsafeBufferPointer<Float>, places: Int) -> (text: String, confidence: Double)? {
        let width = symbols.count
        var (text, sum, count, last) = ("", 0.0, 0, 0)
        for place in 0..<places {
            var (best, share) = (0, -Float.infinity)
            for symbol in 0..<width where outputs[place * width + symbol] > share {
                (best, share) = (symbol, outputs[place * width + symbol])
            }
            guard share.isFinite else { return nil }
            if best != 0, best != last {
                text += symbols[best]
                sum += Double(share)
                count += 1
            }
            last = best
        }
        return (text, count == 0 ? 0 : sum / Double(count))
    }
}
