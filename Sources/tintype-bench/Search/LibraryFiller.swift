import Catalog
import Foundation
import MediaTypes

/// Fills a library with files that were never on disk, through the same calls that indexing makes.
///
/// Their folder does not exist, so the daemon takes it for a drive that is away, and forgets nothing.
struct LibraryFiller {
    let count: Int

    /// Writes the library of the daemon whose home this is.
    func fill(home: MediaPath) async throws {
        let catalog = try MediaCatalog(path: home.text + "/data/library.sqlite")
        guard let root = MediaPath("/nonexistent/tintype-bench") else { preconditionFailure("the path is absolute") }
        _ = try await catalog.addRoot(root)
        try await list(in: root, catalog)
        var random = BenchGenerator(state: 20_260_101)
        for stage in [JobStage.identity, .facts, .words, .description] {
            while true {
                let jobs = try await catalog.leaseJobs(stages: [stage], limit: 500)
                if jobs.isEmpty { break }
                for job in jobs { try await finish(job, catalog, &random) }
            }
        }
        try await catalog.setRootState(root, .offline)
        try catalog.close()
    }

    private func list(in root: MediaPath, _ catalog: MediaCatalog) async throws {
        let perFolder = 1_000
        let folders = (0..<(count + perFolder - 1) / perFolder).map { FileName("\(2010 + $0 % 15)-\($0)") }
        try await catalog.recordListings(
            [DirectoryListing(directory: root, files: [], subdirectories: folders)], discovery: .crawl)
        for (number, folder) in folders.enumerated() {
            let files = (number * perFolder..<min((number + 1) * perFolder, count)).map { index in
                ListedFile(
                    name: FileName("img-\(index).jpg"),
                    identity: FileIdentity(
                        device: 1, inode: UInt64(index + 1), byteCount: 3_000_000,
                        modifiedAt: 1_300_000_000 + Double(index) * 4_000))
            }
            try await catalog.recordListings(
                [DirectoryListing(directory: root.appending(folder), files: files, subdirectories: [])],
                discovery: .crawl)
        }
    }

    private func finish(_ job: IndexingJob, _ catalog: MediaCatalog, _ random: inout BenchGenerator) async throws {
        switch job.stage {
        case .identity:
            let bytes = withUnsafeBytes(of: job.identity.inode.littleEndian) { Array($0) }
            guard let hash = ContentHash(bytes + [UInt8](repeating: 7, count: 24)) else {
                preconditionFailure("8 and 24 bytes are 32")
            }
            try await catalog.recordIdentity(job, hash: hash, identity: job.identity)
        case .facts: try await catalog.recordFacts(job, facts: facts(&random))
        case .words: try await catalog.recordWords(job, FirstLookReading(text: words(&random)))
        case .description:
            var provenance = Provenance(source: .engine)
            provenance.engine = "bench"
            try await catalog.recordDescription(job, descriptions(&random), provenance: provenance)
        }
    }

    private func facts(_ random: inout BenchGenerator) -> MediaFacts {
        var facts = MediaFacts(kind: .photo, format: "jpeg", size: PixelSize(width: 4000, height: 3000))
        let year = Int.random(in: 2010...2024, using: &random)
        let (month, day) = (Int.random(in: 1...12, using: &random), Int.random(in: 1...28, using: &random))
        facts.takenAt = CaptureTime(
            local: "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T12:00:00.000",
            offsetMinutes: nil, source: .exif)
        facts.camera.make = ["Canon", "Nikon", "Apple", "Google"].randomElement(using: &random)
        facts.camera.model = "Model \(Int.random(in: 1...9, using: &random))"
        facts.location = GeoLocation(
            latitude: Double.random(in: 47...50, using: &random), longitude: Double.random(in: 9...18, using: &random))
        return facts
    }

    private func words(_ random: inout BenchGenerator) -> RecognisedText {
        // A third of a library has words in it; one in fifty is a bill.
        var lines: [String] = []
        if Int.random(in: 0..<3, using: &random) == 0 {
            lines = (0..<6).map { _ in SyntheticWords.text(6, using: &random) }
        }
        if Int.random(in: 0..<50, using: &random) == 0 { lines.append("Total due 12.50") }
        return RecognisedText(
            lines: lines.map { RecognisedLine(text: $0, confidence: 0.9) }, languages: "eng", engine: "bench")
    }

    private func descriptions(_ random: inout BenchGenerator) -> [Description] {
        let caption = Description(field: .caption, text: SyntheticWords.text(20, using: &random))
        let tags = Set((0..<6).map { _ in SyntheticWords.random(using: &random) }).sorted()
        return [caption] + tags.map { Description(field: .tag, text: $0) }
    }
}

/// Random numbers that are the same in every run: xorshift64 (Marsaglia 2003), enough for words.
struct BenchGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
