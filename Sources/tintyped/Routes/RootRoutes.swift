import Catalog
import DaemonAPI
import FileWatching
import Glibc
import HTTPServing
import MediaTypes

extension Daemon {
    func addRootRoutes(to router: inout Router) {
        router.on("GET", "/v1/roots") { _ in try .reply(await rootsReply()) }
        router.on("POST", "/v1/roots") { request in
            let wanted = try request.decoded(AddRootRequest.self)
            guard let path = wanted.mediaPath else { throw RouteError.badRequest("path must be absolute.") }
            try checkFolder(path)
            try await watch(path)
            return try .reply(await rootsReply())
        }
        router.on("DELETE", "/v1/roots") { request in
            let path = try request.path("path")
            guard try await catalog.removeRoot(path, forgetDescriptions: request.query["forget"] == "1") else {
                throw RouteError(
                    404, "not-watched", "\(path.text) is not watched.", remedy: "`tintype roots` lists what is.")
            }
            watcher.remove(root: path)
            ticker.noteChange()
            return try .reply(await rootsReply())
        }
    }

    /// Enters the folder; roots inside it become part of it.
    private func watch(_ path: MediaPath) async throws {
        switch try await catalog.addRoot(path) {
        case .alreadyInside(let root):
            // Adding a folder again is how a person asks for a fresh look.
            watcher.rescan(root: root)
        case .added(let absorbed):
            for root in absorbed { watcher.remove(root: root) }
            try watcher.add(root: path)
        }
        ticker.noteChange()
    }

    private func checkFolder(_ path: MediaPath) throws {
        var status = stat()
        guard path.withCString({ lstat($0, &status) }) == 0 else {
            throw RouteError(
                404, "no-such-folder", "\(path.text) cannot be watched: \(String(cString: strerror(errno))).")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw RouteError.badRequest(
                "\(path.text) is not a folder.", remedy: "Add the folder that holds it.")
        }
        guard path.withCString({ access($0, R_OK | X_OK) }) == 0 else {
            throw RouteError(
                403, "not-readable", "\(path.text) cannot be read.", remedy: "Check the folder's permissions.")
        }
    }

    private func rootsReply() async throws -> RootsReply {
        let roots = try await catalog.roots().map { root in
            RootReport(path: root.path, state: .init(root.state), files: root.fileCount)
        }
        return RootsReply(roots: roots, pending: try await pending())
    }
}

extension RootReport.State {
    fileprivate init(_ state: Catalog.RootState) {
        switch state {
        case .watched: self = .watched
        case .polled: self = .polled
        case .offline: self = .offline
        }
    }
}

extension HTTPServerRequest {
    /// An absolute path in the query, as bytes.
    func path(_ name: String) throws -> MediaPath {
        guard let bytes = query.bytes(name) else { throw RouteError.badRequest("\(name)= is missing.") }
        guard let path = MediaPath(bytes) else { throw RouteError.badRequest("\(name) must be an absolute path.") }
        return path
    }
}
