import FirstLook
import Testing

@Suite struct MeaningCentreTests {
    @Test func `questions and passages have means of their own, short beside a vector`() {
        let zero = [Float](repeating: 0, count: SentenceEncoder.width)
        let means = [SentenceEncoder.Role.query, .passage].map { MeaningCentre.centred(zero, as: $0) }
        #expect(means[0] != means[1])
        for mean in means {
            let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
            // Vectors of length 1 in a narrow cone: their mean is nearly as long.
            #expect((0.8..<1).contains(length))
        }
    }

    @Test func `a text at the centre has no direction left`() {
        let zero = [Float](repeating: 0, count: SentenceEncoder.width)
        let mean = MeaningCentre.centred(zero, as: .query).map { -$0 }
        #expect(MeaningCentre.centred(mean, as: .query) == zero)
    }

    @Test func `the sentences are in several scripts, each there once`() {
        #expect(Set(MeaningCentre.sentences).count == MeaningCentre.sentences.count)
        #expect(MeaningCentre.sentences.count > 40)
    }
}
