import CPlatform
import FirstLook
import MediaDecoding
import MediaTypes
import MediaWorker
import Tensors

/// The first look at a file with the small models.
struct FirstLookWork: WorkerTask {
    private let reader: LineReader
    /// `nil`: its model is not there.
    private let tagger: PictureTagger?

    /// Frames of a video that are read, as with Tesseract.
    private static let frameCount = 4
    /// The longest side that pictures are read at: the reader itself would scale larger ones down to it.
    private static let longSide = 2_000
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
        // What loading used would stay with us beside the memory that decoding needs.
        platform_trim_memory()
    }

    func reply(to request: MediaRequest, file descriptor: CInt?) -> WorkerReply {
        guard case .look(let request) = request, let descriptor else { return .failure(.notForThisWorker) }
        do {
            let file = try MediaFile(descriptor: descriptor)
            let (pictures, isScreenshot) = try MediaDecoder.picturesToRead(
                of: file, name: request.name, folders: request.folders, count: Self.frameCount, longSide: Self.longSide)
            // What decoding used would otherwise stay with us beside the memory that finding lines needs, the most of all.
            platform_trim_memory()
            return try look(at: pictures, isScreenshot: isScreenshot)
        } catch let error as DecodingError {
            return .failure(JobFailure(error))
        } catch {
            return .failure(
                JobFailure(
                    code: JobFailure.modelsDoNotFit, message: "The small models do not fit: \(error)", cause: .chance))
        }
    }

    private func look(at pictures: [TimedPicture], isScreenshot: Bool) throws -> WorkerReply {
        defer {
            reader.releaseMemory()
            tagger?.releaseMemory()
        }
        var lines: [RecognisedLine] = []
        var seen: Set<String> = []
        var certainties: [Double] = []
        var best: [String: Double] = [:]
        func note(_ tag: String, _ confidence: Double) { best[tag] = max(best[tag] ?? 0, confidence) }
        for picture in pictures {
            let found = try reader.reading(of: picture.pixels)
            if let certainty = found.certainty { certainties.append(certainty) }
            if isScreenshot {
                // Kinds of screens and names of programs are no things that the tagger would know.
                for tag in ScreenTags.tags(of: found.lines, in: picture.pixels.size) {
                    note(tag.kind.rawValue, tag.confidence)
                }
                if let name = ScreenTags.application(in: found.lines, size: picture.pixels.size) { note(name, 1) }
            } else if let tagger {
                for tag in try tagger.tags(of: picture.pixels) { note(tag.text, tag.confidence) }
            }
            // In a video each line is told once, at the time it is first seen.
            for line in ReadingOrder.lines(of: found.lines)
            where picture.time == nil || seen.insert(line.text.lowercased()).inserted {
                lines.append(RecognisedLine(text: line.text, confidence: line.confidence, time: picture.time))
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
