import DaemonAPI
import Describing
import Foundation
import Glibc
import HTTPServing
import MediaTypes
import MediaWorker

extension Daemon {
    func addChatRoutes(to router: inout Router) {
        router.on("GET", "/v1/models") { _ in
            try .reply(ModelsReply(models: [engineReport().model].compactMap(\.self), pending: try await pending()))
        }
        router.on("POST", "/v1/chat/completions") { request in
            guard let engine else {
                throw RouteError(
                    503, "no-engine", "No engine is set up, so nothing can be asked.",
                    remedy: "Set [engine] url in \(paths.configFile.text).")
            }
            let chat = try await engine.chat(
                try await withPictures(
                    try request.decoded(ChatRequest.self), engine.configuration))
            return HTTPServerResponse(
                headers: [("Content-Type", chat.contentType)],
                body: .stream { body in for try await chunk in chat { try await body.write(chunk) } })
        }
    }

    /// Pictures and frames in one question: they are held in memory until the engine has them.
    private static let mostPictures = 64

    /// The request with every `file://` address in it replaced by what the worker decoded there.
    private func withPictures(
        _ request: ChatRequest, _ settings: EngineConfiguration
    ) async throws -> [UInt8] {
        var request = request
        let frames = request.maxNumFrames ?? settings.videoFrames
        guard (1...Self.mostPictures).contains(frames) else {
            throw RouteError.badRequest("max_num_frames must be from 1 to \(Self.mostPictures).")
        }
        var count = 0
        for index in request.messages.indices {
            var parts: [ChatPart] = []
            for part in request.messages[index].content {
                switch part {
                case .text: parts.append(part)
                case .image(let url), .video(let url):
                    let pictures = try await pictures(at: url, frames: frames, settings)
                    count += pictures.count
                    parts += pictures
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

    /// The picture or frames of a file as data addresses. The engine sees decoded pixels only, never what a client sends.
    private func pictures(
        at url: String, frames: Int, _ settings: EngineConfiguration
    ) async throws -> [ChatPart] {
        guard let path = MediaPath(fileURI: url) else {
            throw RouteError.badRequest(
                "A picture must be named by its file's address, as file:///home/me/a.jpg.",
                remedy: "Save it, and name the file.")
        }
        guard let identity = FileIdentity(of: path) else {
            throw RouteError(404, "no-such-file", "\(path.text) is not there, or is no regular file.")
        }
        let pictures = try await workers.pictures(
            of: path, identity: identity, longSide: settings.longSide, frames: frames)
        return pictures.map { .image(url: "data:image/jpeg;base64," + Data($0.jpeg).base64EncodedString()) }
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
