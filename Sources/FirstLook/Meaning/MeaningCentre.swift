/// The direction that all sentences share, taken out of their vectors.
///
/// The encoder's vectors lie in a narrow cone: unrelated sentences have a cosine of 0.75 and more. Without the mean, which is
/// another one for questions than for passages, unrelated ones stand at right angles, and one limit tells what is near
/// (Mu and Viswanath 2018, "All-but-the-Top").
public enum MeaningCentre {
    /// Sentences about what people keep pictures of, in some languages: the means are taken over them.
    public static let sentences = String(decoding: PackageResources.everyday_sentences_txt, as: UTF8.self)
        .split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)

    /// The vector of a text without what all texts share; not of length 1.
    public static func centred(_ vector: [Float], as role: SentenceEncoder.Role) -> [Float] {
        let mean = role == .query ? means.query : means.passage
        return zip(vector, mean).map { $0 - $1 }
    }

    /// The mean of the sentences' vectors.
    public static func mean(of encoder: SentenceEncoder, as role: SentenceEncoder.Role) -> [Float] {
        let vectors = encoder.vectors(of: sentences, as: role)
        return (0..<SentenceEncoder.width).map { index in
            vectors.reduce(0) { $0 + $1[index] } / Float(vectors.count)
        }
    }

    /// The means as `tintype-bench centre` prints them: computing them takes longer than a question may.
    private static let means: (query: [Float], passage: [Float]) = {
        let rows = String(decoding: PackageResources.sentence_means_tsv, as: UTF8.self)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: "\t").compactMap { Float($0) } }
        precondition(
            rows.map(\.count) == [SentenceEncoder.width, SentenceEncoder.width], "two means of a vector's width")
        return (rows[0], rows[1])
    }()
}
