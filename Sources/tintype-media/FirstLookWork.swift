import CPlatform
import FirstLook
import MediaTypes
import MediaWorker
import Tensors

/// The first look at pictures with the small models.
struct FirstLookWork: WorkerTask {
    private let reader: LineReader
    /// `nil`: its model is not there.
    private let tagger: PictureTagger?

    /// What read the words.
    static let engine = "PP-OCRv6 small"

    /// The models' names in the order in which they are handed over.
    enum Model: String {
        case detection, direction, recognition, tags
    }

    /// - Throws: where a model is missing, broken, or another than it should be.
    init(_ models: [String: WeightMap], threads: Int) throws {
        func weights(_ model: Model) throws -> WeightMap {
            guard let map = models[model.rawValue] else { throw ChannelError.malformed("no model \(model.rawValue)") }
            return map
        }
        let pool = ComputePool(threads: threads)
        reader = try LineReader(
            LineReader.Files(
                detection: weights(.detection), direction: weights(.direction), recognition: weights(.recognition)),
            on: pool)
        tagger = try models[Model.tags.rawValue].map { map in try PictureTagger(map, on: pool) }
        // What loading used would stay with us beside the memory that reading needs.
        platform_trim_memory()
    }

    func reply(to request: MediaRequest, descriptors: [CInt]) -> WorkerReply {
        guard case .look(let pictures) = request, let memory = descriptors.first else {
            return .failure(.notForThisWorker)
        }
        do {
            return try look(at: pictures, in: memory)
        } catch let failure as JobFailure {
            return .failure(failure)
        } catch {
            return .failure(
                JobFailure(
                    code: JobFailure.modelsDoNotFit, message: "The small models do not fit: \(error)", cause: .chance))
        }
    }

    /// One picture is in memory at a time: what this takes does not depend on how many there are.
    private func look(at pictures: PicturesToRead, in memory: CInt) throws -> WorkerReply {
        var lines: [RecognisedLine] = []
        var seen: Set<String> = []
        var certainties: [Double] = []
        var best: [String: Double] = [:]
        func note(_ tag: String, _ confidence: Double) { best[tag] = max(best[tag] ?? 0, confidence) }
        for index in pictures.pictures.indices {
            // What a frame took must not stand beside what the next one needs.
            defer {
                reader.releaseMemory()
                tagger?.releaseMemory()
                platform_trim_memory()
            }
            let pixels = try pictures.pixels(at: index, in: memory)
            let time = pictures.pictures[index].time
            let found = try reader.reading(of: pixels)
            if let certainty = found.certainty { certainties.append(certainty) }
            if pictures.isScreenshot {
                // Kinds of screens and names of programs are no things that the tagger would know.
                for tag in ScreenTags.tags(of: found.lines, in: pixels.size) { note(tag.kind.rawValue, tag.confidence) }
                if let name = ScreenTags.application(in: found.lines, size: pixels.size) { note(name, 1) }
            } else if let tagger {
                for tag in try tagger.tags(of: pixels) { note(tag.text, tag.confidence) }
            }
            // In a video each line is told once, at the time it is first seen.
            for line in ReadingOrder.lines(of: found.lines)
            where time == nil || seen.insert(line.text.lowercased()).inserted {
                lines.append(RecognisedLine(text: line.text, confidence: line.confidence, time: time))
            }
        }
        let text = RecognisedText(lines: lines, languages: "", engine: Self.engine)
        let certainty = certainties.isEmpty ? nil : certainties.reduce(0, +) / Double(certainties.count)
        // Each word once, as sure as in the picture or frame that shows it best.
        let tags = best.map { RecognisedTag(text: $0.key, confidence: $0.value) }
            .sorted { ($1.confidence, $0.text) < ($0.confidence, $1.text) }
        return .look(FirstLookReading(text: text, tags: tags), certainty: certainty)
    }
}
