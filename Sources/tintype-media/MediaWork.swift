import MediaDecoding
import MediaTypes
import MediaWorker

/// What a worker can do with a file.
struct MediaWork: WorkerTask {
    let reader: TextReader

    /// The longest side that words are read at; a page photographed whole is legible at this size.
    private static let readingLongSide = 2_560

    /// The answer to a request. Faults of the file are answers, too.
    func reply(to request: MediaRequest, descriptors: [CInt]) -> WorkerReply {
        guard let descriptor = descriptors.first else { return .failure(.notForThisWorker) }
        do throws(DecodingError) {
            let file = try MediaFile(descriptor: descriptor)
            switch request {
            case .facts(let request):
                return .facts(
                    try MediaDecoder.reading(
                        of: file, name: request.names.name, folders: request.names.folders, uri: request.uri,
                        modifiedAt: request.modifiedAt))
            case .words(let names): return try words(in: file, names)
            case .picturesToRead(let names): return try picturesToRead(in: file, names, memory: descriptors[1])
            case .look, .meaning: return .failure(.notForThisWorker)
            case .pictures(let request): return .pictures(try pictures(of: file, request))
            }
        } catch {
            return .failure(JobFailure(error))
        }
    }

    private func words(in file: MediaFile, _ names: MediaRequest.Names) throws(DecodingError) -> WorkerReply {
        let (pictures, isScreenshot) = try MediaDecoder.picturesToRead(
            of: file, name: names.name, folders: names.folders, count: PicturesToRead.most,
            longSide: Self.readingLongSide)
        return .words(reader.read(pictures, isScreenshot: isScreenshot))
    }

    private func picturesToRead(
        in file: MediaFile, _ names: MediaRequest.Names, memory: CInt
    ) throws(DecodingError) -> WorkerReply {
        let (pictures, isScreenshot) = try MediaDecoder.picturesToRead(
            of: file, name: names.name, folders: names.folders, count: PicturesToRead.most,
            longSide: PicturesToRead.longSide)
        var written = PicturesToRead(isScreenshot: isScreenshot)
        do throws(JobFailure) {
            for picture in pictures { try written.append(picture.pixels, time: picture.time, to: memory) }
        } catch {
            return .failure(error)
        }
        return .picturesToRead(written)
    }

    private func pictures(of file: MediaFile, _ order: PictureOrder) throws(DecodingError) -> [EncodedPicture] {
        try MediaDecoder.pictures(of: file, order: order).map { picture throws(DecodingError) in
            EncodedPicture(
                format: order.format,
                bytes: order.format == .jpeg
                    ? try JPEGEncoder.encode(picture.pixels) : PixmapEncoder.encode(picture.pixels),
                size: picture.pixels.size, time: picture.time, place: picture.place)
        }
    }
}

extension JobFailure {
    /// A file that cannot be decoded. A read that failed may go well another time; all else is in the bytes.
    init(_ error: DecodingError) {
        self.init(
            code: error.code.rawValue, message: error.message, cause: error.code == .unreadable ? .chance : .file)
    }

    /// The daemon asked the wrong one.
    static let notForThisWorker = JobFailure(
        code: "worker-misbehaved", message: "The worker was asked for what it does not do.", cause: .chance)
}

extension TextReader {
    /// What the daemon is told of it.
    var readiness: WorkerReadiness.WordReading {
        WorkerReadiness.WordReading(
            engine: engine, languages: languages, missing: missingLanguages, dataDirectory: dataDirectory,
            readsOtherScripts: readsOtherScripts)
    }
}
