public import MediaTypes

/// What `tintype-media` says: once `ready`, then one answer to each request.
public enum WorkerReply: Sendable {
    /// It has started and is in its sandbox.
    case ready(WorkerReadiness)
    /// Facts and thumbnails.
    case facts(FactsReading)
    /// Words.
    case words(RecognisedText)
    /// Pictures that are in the memory handed over with the request.
    case picturesToRead(PicturesToRead)
    /// What the small models saw, and how sure they are of the words, 0…1; `nil`: there are none.
    case look(FirstLookReading, certainty: Double?)
    /// Pictures for an engine.
    case pictures([EncodedPicture])
    /// A vector for each text, in the order of the request; one that is empty: the text says nothing.
    case meaning([[Float]])
    /// The file could not be read; the worker is fine.
    case failure(JobFailure)
}

extension WorkerReply {
    /// The part of a reply that is JSON; the bytes of pictures follow it as blobs, in the same order.
    private enum Header: Codable {
        case ready(WorkerReadiness)
        case facts(MediaFacts, thumbnails: [Thumbnail.Size])
        case words(RecognisedText)
        case picturesToRead(PicturesToRead)
        case look(FirstLookReading, certainty: Double?)
        case pictures([PictureHeader])
        case meaning(vectors: Int)
        case failure(FailureHeader)
    }

    private struct PictureHeader: Codable {
        var format: EncodedPicture.Format
        var size: PixelSize
        var time: Double?
        var place: FramePlace?
    }

    private struct FailureHeader: Codable {
        var code: String
        var message: String
        /// Whether another try may do; the worker can tell no other causes apart.
        var mayBeChance: Bool
    }

    /// This as a frame.
    public func frame() throws -> Frame {
        switch self {
        case .ready(let readiness): Frame(header: try WireCoding.encode(Header.ready(readiness)))
        case .words(let text): Frame(header: try WireCoding.encode(Header.words(text)))
        case .picturesToRead(let pictures): Frame(header: try WireCoding.encode(Header.picturesToRead(pictures)))
        case .look(let reading, let certainty):
            Frame(header: try WireCoding.encode(Header.look(reading, certainty: certainty)))
        case .facts(let reading):
            Frame(
                header: try WireCoding.encode(
                    Header.facts(reading.facts, thumbnails: reading.thumbnails.map(\.size))),
                blobs: reading.thumbnails.map(\.png))
        case .pictures(let pictures):
            Frame(
                header: try WireCoding.encode(
                    Header.pictures(
                        pictures.map {
                            PictureHeader(format: $0.format, size: $0.size, time: $0.time, place: $0.place)
                        })),
                blobs: pictures.map(\.bytes))
        case .meaning(let vectors):
            Frame(header: try WireCoding.encode(Header.meaning(vectors: vectors.count)), blobs: vectors.map(\.blob))
        case .failure(let failure):
            Frame(
                header: try WireCoding.encode(
                    Header.failure(
                        FailureHeader(
                            code: failure.code, message: failure.message, mayBeChance: failure.cause == .chance))))
        }
    }

    /// The reply in a frame, which may come from a worker that a hostile file has taken over.
    ///
    /// - Throws: where it is no reply, or one that no worker of ours would give.
    public init(_ frame: Frame) throws {
        let header = try WireCoding.decode(Header.self, from: frame.header)
        let expected =
            switch header {
            case .facts(_, let thumbnails): thumbnails.count
            case .pictures(let pictures): pictures.count
            case .meaning(let vectors): vectors
            case .ready, .words, .picturesToRead, .look, .failure: 0
            }
        guard frame.blobs.count == expected else { throw ChannelError.malformed("blobs that nobody announced") }
        switch header {
        case .ready(let readiness): self = .ready(readiness)
        case .words(let text): self = .words(text)
        case .picturesToRead(let pictures):
            guard pictures.isPlausible else { throw ChannelError.malformed("pictures that cannot be") }
            self = .picturesToRead(pictures)
        case .look(let reading, let certainty): self = .look(reading, certainty: certainty)
        case .facts(let facts, let sizes):
            guard facts.isPlausible else { throw ChannelError.malformed("facts that cannot be") }
            let thumbnails = zip(sizes, frame.blobs).map { Thumbnail(size: $0, png: $1) }
            guard thumbnails.allSatisfy(\.isPlausible) else { throw ChannelError.malformed("a thumbnail that is none") }
            self = .facts(FactsReading(facts: facts, thumbnails: thumbnails))
        case .pictures(let headers):
            guard headers.allSatisfy({ $0.place?.isPlausible ?? true }) else {
                throw ChannelError.malformed("a frame that cannot be where it says")
            }
            self = .pictures(
                zip(headers, frame.blobs).map {
                    EncodedPicture(format: $0.format, bytes: $1, size: $0.size, time: $0.time, place: $0.place)
                })
        case .meaning: self = .meaning(try frame.blobs.map([Float].init(blob:)))
        case .failure(let failure):
            self = .failure(
                JobFailure(
                    code: failure.code, message: failure.message, cause: failure.mayBeChance ? .chance : .file))
        }
    }
}

extension [Float] {
    /// The numbers' bits, the least significant byte first.
    fileprivate var blob: [UInt8] {
        flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt32($0))) } }
    }

    /// - Throws: where the bytes are no numbers.
    fileprivate init(blob: [UInt8]) throws {
        guard blob.count.isMultiple(of: 4) else { throw ChannelError.malformed("a vector that is none") }
        self = stride(from: 0, to: blob.count, by: 4).map { first in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(blob[first + $1]) << (8 * UInt32($1)) })
        }
        guard allSatisfy(\.isFinite) else { throw ChannelError.malformed("a vector that is none") }
    }
}

extension FramePlace {
    fileprivate var isPlausible: Bool {
        frameCount >= 0 && (0...max(frameCount, 0)).contains(index) && framesPerSecond.isFinite && duration.isFinite
    }
}

extension MediaFacts {
    /// Whether the values lie where their initialisers would have them: decoding from JSON goes past those.
    fileprivate var isPlausible: Bool {
        let sides = 0...(1 << 30)
        if let takenAt, !takenAt.isPlausible { return false }
        let isOnEarth =
            location.map { GeoLocation(latitude: $0.latitude, longitude: $0.longitude) != nil } ?? true
        return sides.contains(size.width) && sides.contains(size.height) && isOnEarth && (duration ?? 0) >= 0
            && (1...8).contains(orientation ?? 1)
    }
}

extension CaptureTime {
    /// Whether it has the form that sorting and searching rely on.
    fileprivate var isPlausible: Bool {
        local.utf8.count == 23 && abs(offsetMinutes ?? 0) <= 14 * 60
            && local.utf8.allSatisfy { (0x30...0x39).contains($0) || "-T:.".utf8.contains($0) }
    }
}

extension Thumbnail {
    /// Other programs decode what lies in the shared cache, outside any sandbox: only what may be ours goes there.
    fileprivate var isPlausible: Bool {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        guard png.count <= 1 << 20, png.count >= 24, png.starts(with: signature) else { return false }
        let sides = [16, 20].map { start in png[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
        return sides.allSatisfy { (1...size.longSide).contains($0) }
    }
}
