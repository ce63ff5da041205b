/// The vocabulary of an `E5File`: what each token stands for, and which characters become others before.
///
/// In the file: the number of pieces; the numbers of the tokens that begin, end, fill up a text and stand for the unknown; how many
/// bytes all pieces have (64 bits); where each piece begins, and the end of the last; each piece's score; the bytes. Then the number
/// of replaced characters, their bytes, and for each, in ascending order, the character, how many follow (a byte), and these.
public struct E5Vocabulary: Sendable {
    /// The pieces in UTF-8, one after the other, in the order of their tokens.
    public let bytes: [UInt8]
    /// Where each piece begins, and the end of the last: one more than there are pieces.
    public let starts: [UInt32]
    /// How likely each piece is: a logarithm.
    public let scores: [Float]
    /// Begins a text.
    public let first: Int32
    /// Ends a text.
    public let last: Int32
    /// Stands for a character that no piece has.
    public let unknown: Int32
    /// What characters become, in ascending order of the characters; none at all for those that are dropped.
    public let replacements: [(scalar: Unicode.Scalar, by: [Unicode.Scalar])]

    /// The longest piece of the package's vocabulary has 48 bytes; each start of a piece is looked for this far.
    private static let mostPieceBytes = 256
    /// Those of the package's are between −21 and 0.
    private static let scoreLimit: Float = 1000

    /// - `tokens`: how many rows there are to look pieces up in.
    init(_ reader: inout E5Reader, tokens: Int) throws(WeightFileError) {
        let count = try reader.size("number of pieces", 1...tokens)
        func token(_ what: String) throws(WeightFileError) -> Int32 {
            Int32(try reader.size("token \(what)", 0...(count - 1)))
        }
        first = try token("that begins a text")
        last = try token("that ends a text")
        _ = try token("that fills up a text")
        unknown = try token("for the unknown")
        let byteCount = try reader.integer(UInt64.self)
        starts = try reader.numbers(count + 1, UInt32.self)
        scores = try reader.numbers(count, UInt32.self).map { Float(bitPattern: $0) }
        bytes = try reader.bytes(byteCount)
        for index in 0..<count {
            let (start, end) = (Int(starts[index]), Int(starts[index + 1]))
            guard start < end, end - start <= Self.mostPieceBytes, end <= bytes.count else {
                throw .malformed(reader.path, "the piece of token \(index) lies outside its vocabulary")
            }
            guard abs(scores[index]) <= Self.scoreLimit else {
                throw .malformed(reader.path, "the score of token \(index) makes no sense")
            }
        }
        guard starts[0] == 0, Int(starts[count]) == bytes.count else {
            throw .malformed(reader.path, "its vocabulary has bytes of no piece")
        }
        replacements = try Self.replacements(&reader)
    }

    private static func replacements(
        _ reader: inout E5Reader
    ) throws(WeightFileError) -> [(scalar: Unicode.Scalar, by: [Unicode.Scalar])] {
        let count = try reader.size("number of replaced characters", 0...0x11_0000)
        let end = try Int(reader.integer(UInt32.self)) + reader.position
        func scalar() throws(WeightFileError) -> Unicode.Scalar {
            guard let scalar = Unicode.Scalar(try reader.integer(UInt32.self)) else {
                throw .malformed(reader.path, "its table of replaced characters holds what is no character")
            }
            return scalar
        }
        var replacements: [(scalar: Unicode.Scalar, by: [Unicode.Scalar])] = []
        for _ in 0..<count {
            let key = try scalar()
            guard replacements.last.map({ $0.scalar < key }) ?? true else {
                throw .malformed(reader.path, "its table of replaced characters is out of order")
            }
            var others: [Unicode.Scalar] = []
            for _ in 0..<(try reader.integer(UInt8.self)) { others.append(try scalar()) }
            replacements.append((key, others))
        }
        guard reader.position == end else {
            throw .malformed(reader.path, "its table of replaced characters has another length than it says")
        }
        return replacements
    }
}
