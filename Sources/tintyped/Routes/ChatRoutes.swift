import DaemonAPI
import Describing
import Foundation
import Glibc
import HTTPServing
import Indexing
import MediaTypes
import MediaWorker
import ModelStore

extension Daemon {
    func addChatRoutes(to router: inout Router) {
        router.on("GET", "/v1/models") { _ in
            try .reply(ModelsReply(models: [engineReport().model].compactMap(\.self), pending: try await pending()))
        }
        router.on("POST", "/v1/models/refresh") { _ in
            // The person has changed which model is in use.
            indexer.retryNow()
            await useFirstLook()
            return try .reply(
                ModelsReply(models: [engineReport().model].compactMap(\.self), pending: try await pending()))
        }
        router.on("POST", "/v1/chat/completions") { request in
            guard let settings = seat.configuration else {
                throw RouteError(
                    503, "no-engine", "There is no model and no engine, so nothing can be asked.",
                    remedy: "Get a model with `tintype model pull`, or set [engine] url in \(paths.configFile.text).")
            }
            let question = try await withPictures(try request.decoded(ChatRequest.self), settings)
            let body = try question.forEngine(beside: request.body)
            let model = seat.localModel
            let chat = try await answer(to: body, of: model)
            return HTTPServerResponse(
                headers: [("Content-Type", chat.contentType)],
                body: .stream { body in try await pass(chat, of: model, on: body) })
        }
    }

    private func answer(to body: [UInt8], of model: InstalledModel?) async throws -> EngineChat {
        do { return try await seat.chat(body) } catch {
            if let change = modelChange(since: model) { throw change }
            throw error
        }
    }

    /// Hands the answer on as it comes. An engine that goes in the middle of it is told in the stream, as its own errors are.
    private func pass(_ chat: EngineChat, of model: InstalledModel?, on body: HTTPBodyWriter) async throws {
        do {
            for try await chunk in chat { try await body.write(chunk) }
        } catch let failure as JobFailure where chat.contentType.hasPrefix("text/event-stream") {
            // What may have been cut off in the middle of an event is ended first.
            try await body.write(Array("\n\n".utf8))
            let json = try WireCoding.encode(ErrorReply(problem(failure, since: model)))
            try await body.event(data: String(decoding: json, as: UTF8.self))
        }
    }

    private func problem(_ failure: JobFailure, since model: InstalledModel?) -> Problem {
        if let change = modelChange(since: model) { return change.problem }
        return Problem(
            code: failure.code, message: failure.message, remedy: "Ask again; `tintype status` tells of the engine.")
    }

    /// That somebody chose another model, for which our own engine ends; `nil`: nobody has.
    private func modelChange(since model: InstalledModel?) -> RouteError? {
        guard let model, let now = seat.localModel, now != model else { return nil }
        return RouteError(
            503, "model-changed",
            "The answer ended because another model is in use now: \(now.name) instead of \(model.name).",
            remedy: "Ask again.")
    }

    /// Pictures and frames in one question: they are held in memory until the engine has them.
    private static let mostPictures = 64

    /// The request with every `file://` address in it replaced by what the worker decoded there.
    private func withPictures(_ request: ChatRequest, _ settings: EngineConfiguration) async throws -> ChatRequest {
        var request = request
        let frames = request.options.maxNumFrames ?? settings.videoFrames
        guard (1...Self.mostPictures).contains(frames) else {
            throw RouteError.badRequest("max_num_frames must be from 1 to \(Self.mostPictures).")
        }
        var order = settings.order(frames: .evenly(frames))
        if order.format == .pixmap { order.frames = .eachSecond(most: frames, stack: request.options.stackFrames ?? 1) }
        if settings.local != nil { request.options.maxNumFrames = frames }
        var count = 0
        for index in request.messages.indices {
            var parts: [ChatPart] = []
            for part in request.messages[index].content {
                switch part {
                case .text: parts.append(part)
                case .frames:
                    throw RouteError.badRequest(
                        "Frames came as pixels.",
                        remedy: "Name the video by its file's address, as file:///home/me/a.mp4.")
                case .image(let url), .video(let url):
                    let pictures = try await pictures(at: url, order)
                    count += pictures.count
                    parts += pictures.asParts
                }
                guard count <= Self.mostPictures else {
                    throw RouteError.badRequest(
                        "The question has more than \(Self.mostPictures) pictures.", remedy: "Ask about fewer.")
                }
            }
            request.messages[index].content = parts
        }
        return request
    }

    /// The picture or frames of a file. The engine sees decoded pixels only, never what a client sends.
    private func pictures(at url: String, _ order: PictureOrder) async throws -> [EncodedPicture] {
        guard let path = MediaPath(fileURI: url) else {
            throw RouteError.badRequest(
                "A picture must be named by its file's address, as file:///home/me/a.jpg.",
                remedy: "Save it, and name the file.")
        }
        guard let identity = FileIdentity(of: path) else {
            throw RouteError(404, "no-such-file", "\(path.text) is not there, or is no regular file.")
        }
        do {
            return try await workers.pictures(of: path, identity: identity, order: order, isUrgent: true)
        } catch {
            guard error.cause != .service else { throw error }
            // One of several, perhaps.
            throw RouteError(422, error.code, "\(path.text) cannot be shown to the engine: \(error.message)")
        }
    }
}

extension [EncodedPicture] {
    /// As parts of a message: one video where our own engine takes it as such, else picture by picture.
    fileprivate var asParts: [ChatPart] {
        if let frames = VideoFrames(self) { return [.frames(frames)] }
        return map { .image(url: $0.dataAddress) }
    }
}

extension FileIdentity {
    /// The identity of the regular file at a path; `nil`: there is none.
    fileprivate init?(of path: MediaPath) {
        var status = stat()
        guard path.withCString({ lstat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }
}
