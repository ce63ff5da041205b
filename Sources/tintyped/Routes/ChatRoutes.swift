import DaemonAPI
import Describing
import Foundation
import Glibc
import HTTPServing
import Indexing
import MediaTypes
import MediaWorker

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
            let chat = try await seat.chat(try await withPictures(try request.decoded(ChatRequest.self), settings))
            return HTTPServerResponse(
                headers: [("Content-Type", chat.contentType)],
                body: .stream { body in try await Self.pass(chat, on: body) })
        }
    }

    /// Hands the answer on as it comes. An engine that goes in the middle of it is told in the stream, as its own errors are.
    private static func pass(_ chat: EngineChat, on body: HTTPBodyWriter) async throws {
        do {
            for try await chunk in chat { try await body.write(chunk) }
        } catch let failure as JobFailure where chat.contentType.hasPrefix("text/event-stream") {
            let problem = Problem(
                code: failure.code, message: failure.message, remedy: "Ask again; `tintype status` tells of the engine."
            )
            // What may have been cut off in the middle of an event is ended first.
            try await body.write(Array("\n\n".utf8))
            let json = try WireCoding.encode(ErrorReply(problem))
            try await body.event(data: String(decoding: json, as: UTF8.self))
        }
    }

    /// Pictures and frames in one question: they are held in memory until the engine has them.
    private static let mostPictures = 64

    /// The request with every `file://` address in it replaced by what the worker decoded there.
    private func withPictures(_ request: ChatRequest, _ settings: EngineConfiguration) async throws -> [UInt8] {
        var request = request
        let frames = request.maxNumFrames ?? settings.videoFrames
        guard (1...Self.mostPictures).contains(frames) else {
            throw RouteError.badRequest("max_num_frames must be from 1 to \(Self.mostPictures).")
        }
        var order = settings.order(frames: .evenly(frames))
        if order.format == .pixmap { order.frames = .eachSecond(most: frames, stack: request.stackFrames ?? 1) }
        request.passOnOptions(frames: frames)
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
        return Array(try WireCoding.encode(request))
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
        return try await workers.pictures(of: path, identity: identity, order: order)
    }
}

extension [EncodedPicture] {
    /// As parts of a message: one video where our own engine takes it as such, else picture by picture.
    fileprivate var asParts: [ChatPart] {
        if let frames = VideoFrames(self) { return [.frames(frames)] }
        return map { .image(url: $0.dataAddress) }
    }
}

extension ChatRequest {
    /// Puts what the person said of pictures and thinking where engines look for it.
    fileprivate mutating func passOnOptions(frames: Int) {
        processing = ChatProcessing(
            downsampleMode: downsampleMode, maxSliceNums: maxSliceNums, maxNumFrames: frames, stackFrames: stackFrames,
            useImageID: useImageID)
        templateOptions = ChatTemplateOptions(enableThinking: enableThinking ?? false)
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
