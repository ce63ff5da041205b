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
            try await watch(try folder(at: path))
            return try .reply(await rootsReply())
        }
        router.on("DELETE", "/v1/roots") { request in
            let path = try request.path("path")
            let forgets = request.query["forget"] == "1"
            let wasRoot = try await rootChanges.perform(in: catalog, watcher) {
                try await catalog.removeRoot(path, forgetDescriptions: forgets)
            }
            guard wasRoot else {
                throw RouteError(
                    404, "not-watched", "\(path.text) is not watched.", remedy: "`tintype roots` lists what is.")
            }
            ticker.noteChange()
            return try .reply(await rootsReply())
        }
    }

    /// Enters the folder; roots inside it become part of it.
    private func watch(_ path: MediaPath) async throws {
        let addition = try await rootChanges.perform(in: catalog, watcher) { try await catalog.addRoot(path) }
        // Adding a folder again is how a person asks for a fresh look.
        if case .alreadyInside(let root) = addition { watcher.rescan(root: root) }
        ticker.noteChange()
    }

    /// The folder that a path names, links on the way resolved; refused where it is none, or cannot be read.
    private func folder(at path: MediaPath) throws -> MediaPath {
        guard let resolved = path.withCString({ realpath($0, nil) }) else {
            throw RouteError(
                404, "no-such-folder", "\(path.text) cannot be watched: \(String(cString: strerror(errno))).")
        }
        defer { free(resolved) }
        var status = stat()
        guard stat(resolved, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw RouteError.badRequest("\(path.text) is not a folder.", remedy: "Add the folder that holds it.")
        }
        guard access(resolved, R_OK | X_OK) == 0 else {
            throw RouteError(
                403, "not-readable", "\(path.text) cannot be read.", remedy: "Check the folder's permissions.")
        }
        let bytes = UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map { UInt8(bitPattern: $0) }
        return MediaPath(bytes) ?? path
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
