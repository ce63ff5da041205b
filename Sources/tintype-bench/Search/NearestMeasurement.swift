import Catalog
import MediaTypes
import VectorSearch

/// How fast contents are found by their meaning among many vectors, and how often they are the same as by comparing all.
///
/// The vectors are random around as many topics as a library may have: a query, which is one of them turned a little, has a
/// thousandth of all in its own topic, and the ten nearest of those are what is asked for.
struct NearestMeasurement {
    let home: MediaPath
    let files: Int
    let vectorsPerFile: Int
    let printer: FigurePrinter

    private static let topicCount = 1_000
    private static let queryCount = 50
    private static let hits = 10

    func run() async throws {
        let count = files * vectorsPerFile
        printer.note("filling a library with \(count) vectors")
        try await LibraryFiller(count: files).fill(home: home)
        let catalog = try MediaCatalog(path: home.text + "/data/library.sqlite")
        var source = VectorSource(topicCount: Self.topicCount)
        let vectors = try await fill(catalog, &source)
        var (times, same): ([Double], Int) = ([], 0)
        let clock = ContinuousClock()
        for number in 0..<Self.queryCount {
            guard let (floats, query) = source.query(near: vectors[number * vectors.count / Self.queryCount].vector)
            else { continue }
            let start = clock.now
            // A word that no file has: what is found is found by its meaning.
            let page = try await catalog.search("qzxqzx", limit: Self.hits, meaning: floats)
            times.append((clock.now - start).seconds * 1000)
            same += page.files.compactMap(\.assetID) == exact(query, among: vectors) ? 1 : 0
        }
        try catalog.close()
        // The first query builds the index.
        try printer.print(Figure("meaning_\(count)_first", times.first ?? .nan, "ms"))
        try printer.print(Figure("meaning_\(count)", medianOf: Array(times.dropFirst()), "ms"))
        try printer.print(Figure("meaning_\(count)_exact", same, of: Self.queryCount))
    }

    private func fill(
        _ catalog: MediaCatalog, _ source: inout VectorSource
    ) async throws -> [(asset: Int64, vector: MeaningVector)] {
        var all: [(asset: Int64, vector: MeaningVector)] = []
        while true {
            let assets = try await catalog.assetsWithoutMeaning(limit: 500)
            if assets.isEmpty { return all }
            for asset in assets {
                let vectors = (0..<vectorsPerFile).map { _ in source.next() }
                try await catalog.recordMeaning(of: asset, vectors: vectors)
                all += vectors.compactMap(MeaningVector.init).map { (asset.assetID, $0) }
            }
        }
    }

    /// The definition: the nearest contents of all.
    private func exact(_ query: MeaningVector, among vectors: [(asset: Int64, vector: MeaningVector)]) -> [Int64] {
        var best: [Int64: Float] = [:]
        for (asset, vector) in vectors {
            let similarity = vector.similarity(to: query)
            if similarity > best[asset] ?? MediaCatalog.leastSimilarity { best[asset] = similarity }
        }
        return best.sorted { ($1.value, $1.key) < ($0.value, $0.key) }.prefix(Self.hits).map(\.key)
    }
}

/// Makes vectors around topics.
private struct VectorSource {
    private var random = BenchGenerator(state: 20_260_102)
    private let topics: [[Float]]
    /// Noise is drawn once, and two of these make as many as are wanted.
    private let noises: [[Float]]

    init(topicCount: Int) {
        var random = random
        func draw() -> [Float] {
            // A sum of four has the bell's shape.
            (0..<MeaningVector.width).map { _ in
                (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &random) }
            }
        }
        topics = (0..<topicCount).map { _ in draw() }
        noises = (0..<2_048).map { _ in draw() }
        self.random = random
    }

    mutating func next() -> [Float] {
        let topic = topics.randomElement(using: &random) ?? []
        return mixed(topic, 0.7)
    }

    /// A vector near another, and as it is compared.
    mutating func query(near vector: MeaningVector) -> ([Float], MeaningVector)? {
        let floats = mixed(vector.components.map { Float($0) / 40 }, 1.5)
        return MeaningVector(floats).map { (floats, $0) }
    }

    private mutating func mixed(_ vector: [Float], _ share: Float) -> [Float] {
        guard let one = noises.randomElement(using: &random), let other = noises.randomElement(using: &random) else {
            return vector
        }
        let rest = (1 - min(share * share, 0.75)).squareRoot() / 1.414
        return vector.indices.map { share * vector[$0] + rest * (one[$0] + other[$0]) }
    }
}
