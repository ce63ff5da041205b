/// A line as Tesseract read it, in the pixels of the picture that was to be read.
struct ReadLine: Hashable {
    var text: String
    /// 0…1.
    var confidence: Double
    var box: TextBox

    /// Letters and digits.
    var letterCount: Int { text.unicodeScalars.count { $0.properties.isAlphabetic || $0.properties.numericType != nil } }

    /// How much is read, and how surely: what decides between two readings of one place.
    var weight: Double { confidence * Double(letterCount) }

    /// The line in its final form; `nil` where it is more likely dirt than words.
    ///
    /// - Parameter leastConfidence: 0…1.
    func cleaned(leastConfidence: Double) -> ReadLine? {
        var line = self
        line.text = Self.joined(text.split(whereSeparator: \.isWhitespace).filter(Self.isWorthKeeping))
        let visible = line.text.unicodeScalars.count { !$0.properties.isWhitespace }
        let letters = line.letterCount
        guard confidence >= leastConfidence, letters >= 2, letters * 2 >= visible else { return nil }
        // A single short word by itself must be surer: leaves and bricks are read as such.
        if letters < 4, confidence < 0.6 { return nil }
        return line
    }

    /// Whether a word has a letter or digit, or stands for something by itself.
    private static func isWorthKeeping(_ word: Substring) -> Bool {
        word.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
            || ["+", "-", "=", "&", "/", "–", "—", "<", ">", ">>>", "%", "#", "$", "€", "£", "¥"].contains(word)
    }

    /// Words with spaces between them, but for Chinese and Japanese: Tesseract sees gaps there that mean nothing.
    private static func joined(_ words: [Substring]) -> String {
        words.reduce(into: "") { line, word in
            if let last = line.unicodeScalars.last, let first = word.unicodeScalars.first,
                !(isUnspaced(last) && isUnspaced(first))
            {
                line += " "
            }
            line += word
        }
    }

    private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3000...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF, 0xFF00...0xFFEF: true
        default: false
        }
    }
}

extension [ReadLine] {
    /// Takes over what another reading of the same picture adds: lines in places where this has none, and better lines.
    mutating func merge(_ others: [ReadLine]) {
        for other in others {
            let rivals = indices.filter { self[$0].box.overlap(with: other.box) > 0.4 * Swift.min(self[$0].box.area, other.box.area) }
            guard let first = rivals.first else {
                insert(other, at: place(for: other))
                continue
            }
            let rivalWeight = rivals.reduce(0) { $0 + self[$1].weight }
            guard other.weight > 1.1 * rivalWeight else { continue }
            self[first] = other
            for rival in rivals.dropFirst().reversed() { remove(at: rival) }
        }
    }

    /// Where a line belongs that was found later: after the last one that stands above it, or to its left in the same row.
    private func place(for line: ReadLine) -> Int {
        let after = lastIndex { earlier in
            let isSameRow = abs(earlier.box.centre.y - line.box.centre.y) < 0.5 * Swift.min(earlier.box.height, line.box.height)
            return isSameRow ? earlier.box.left <= line.box.left : earlier.box.centre.y < line.box.centre.y
        }
        return after.map { $0 + 1 } ?? 0
    }
}
