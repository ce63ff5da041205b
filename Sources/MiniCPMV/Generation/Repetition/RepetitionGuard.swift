import Tokenization

/// Notices that an answer goes round in circles: this family does, most of all on dense text.
///
/// Two kinds of loops are looked for. A block of 1 to 200 tokens that is repeated word for word: from three times on, and
/// at least 40 tokens of mere repetition, its next token is discouraged; from four times on and 120 tokens the answer is
/// ended. And lines that differ in nothing but digits, as “12. The sky” and “13. The sky”: from 40 in a row on the answer is
/// ended. Tables repeat cells and poems repeat lines, but not so long without anything else between.
struct RepetitionGuard: Sendable {
    /// What is to be done about the last token.
    enum Verdict: Equatable {
        case fine
        /// These tokens would go round once more.
        case discourage([TokenID])
        /// The answer is to be ended.
        case end
    }

    /// The longest block that is looked for, in tokens: about ten lines of a page.
    private static let longestPeriod = 200
    /// Mere repetition in tokens, at the least, before anything is done: a rule of dashes or a row of zeros is shorter.
    private static let suspicious = 40
    /// The same before the answer is ended.
    private static let hopeless = 120
    /// Lines in a row that differ in digits only, before the answer is ended.
    private static let lineLimit = 40
    /// Lines with fewer letters are numbers, rules and empty lines: tables have many.
    private static let leastLetters = 3

    private var tokens: [TokenID] = []
    /// For each period how many of the last tokens equal those one period before.
    private var repeated = [Int](repeating: 0, count: longestPeriod + 1)
    private var line = ""
    private var lastLine = ""
    private var equalLines = 0
    /// The text up to here is whole: where an answer that is ended can be cut.
    private(set) var firstRepeated = 0

    /// Notes the next token and the text that it made certain.
    mutating func append(_ token: TokenID, text: String) -> Verdict {
        tokens.append(token)
        appendText(text)
        if equalLines >= Self.lineLimit { return .end }
        var discouraged: [TokenID] = []
        for period in 1...min(Self.longestPeriod, max(tokens.count - 1, 1)) where tokens.count > period {
            let isRepeated = tokens[tokens.count - 1 - period] == token
            repeated[period] = isRepeated ? repeated[period] + 1 : 0
            if repeated[period] >= max(3 * period, Self.hopeless) {
                firstRepeated = tokens.count - repeated[period]
                return .end
            }
            if repeated[period] >= max(2 * period, Self.suspicious) {
                discouraged.append(tokens[tokens.count - period])
            }
        }
        return discouraged.isEmpty ? .fine : .discourage(Array(Set(discouraged)))
    }

    private mutating func appendText(_ text: String) {
        for scalar in text.unicodeScalars {
            guard scalar == "\n" else {
                // A line without end is a matter of tokens.
                if line.unicodeScalars.count < 400, scalar.properties.generalCategory != .decimalNumber {
                    line.unicodeScalars.append(scalar)
                }
                continue
            }
            if line.unicodeScalars.count(where: { $0.properties.isAlphabetic }) >= Self.leastLetters {
                equalLines = line == lastLine ? equalLines + 1 : 1
                lastLine = line
            }
            line = ""
        }
    }
}
