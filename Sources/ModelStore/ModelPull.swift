import Foundation
import Glibc
import HTTPTransport

/// How far a model has arrived.
public struct PullProgress: Hashable, Sendable {
    /// The file that is being fetched.
    public var file: String
    /// Bytes of all files that are here.
    public var received: Int64
    /// Bytes of all files.
    public var total: Int64
}

/// Fetches a checkpoint from a hub: resumes, checks every byte, and puts the model in its place when all is there.
public struct ModelPull: Sendable {
    private let store: ModelStore
    private let hub: ModelHub
    private let model: KnownModel
    private let revision: String
    private let textFile: String?
    /// Waits before the n-th try; a test's does not wait.
    private let pause: @Sendable (Int) async throws -> Void

    /// Cut connections in a row after which it is given up; what has arrived is kept.
    private static let tryLimit = 6

    /// - `hub`: its address; `textFile`: of a GGUF repository another text file than the usual one.
    public init(
        _ model: KnownModel, from hub: String, revision: String = "main", textFile: String? = nil,
        into store: ModelStore
    ) {
        self.init(model, from: hub, revision: revision, textFile: textFile, into: store) { attempt in
            try await Task.sleep(for: .seconds(1 << min(attempt, 5)))
        }
    }

    init(
        _ model: KnownModel, from hub: String, revision: String = "main", textFile: String? = nil,
        into store: ModelStore,
        certificateAuthorities: String? = nil, pause: @escaping @Sendable (Int) async throws -> Void
    ) {
        self.store = store
        self.hub = ModelHub(hub, certificateAuthorities: certificateAuthorities)
        self.model = model
        self.revision = revision
        self.textFile = textFile
        self.pause = pause
    }

    /// Fetches what is missing. `progress` hears of every piece.
    public func run(_ progress: @Sendable (PullProgress) -> Void) async throws(ModelStoreError) -> InstalledModel {
        try store.requirePlace(model.name) { $0.hasSuffix("/" + model.repository) }
        let listed = try await hub.files(of: model.repository, revision: revision)
        let names = try model.wanted(listed.map(\.path), text: textFile)
        if let missing = ModelFiles.missing(in: names).missing {
            throw .incomplete(model.repository, lacks: missing)
        }
        let files = listed.filter { names.contains($0.path) }.sorted { ($0.size, $0.path) < ($1.size, $1.path) }
        let folder = try store.makePartialFolder(model.name)
        let lock = try PullLock(folder, model.name)
        defer { lock.release() }
        let total = files.reduce(0) { $0 + $1.size }
        try store.requireSpace(total - files.reduce(0) { $0 + Self.size(folder + "/" + $1.path + ".part") })
        var manifest = ModelManifest(
            name: model.name, source: "\(hub.address)/\(model.repository)", revision: revision, files: [])
        var done: Int64 = 0
        for file in files {
            let before = done
            try await fetch(file, into: folder) { received in
                progress(PullProgress(file: file.path, received: before + received, total: total))
            }
            done += file.size
            manifest.files.append(
                ModelManifest.File(
                    path: file.path, size: file.size, sha256: try FileDigest.sha256(folder + "/" + file.path)))
        }
        return try store.install(folder, manifest)
    }

    static func size(_ path: String) -> Int64 {
        ((try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? NSNumber)?.int64Value ?? 0
    }

    /// One file: as often as the connection is cut, and once more where the content is wrong.
    private func fetch(_ file: ModelHub.Listed, into folder: String, _ progress: (Int64) -> Void)
        async throws(ModelStoreError)
    {
        let (whole, part) = (folder + "/" + file.path, folder + "/" + file.path + ".part")
        if Self.size(whole) == file.size, try file.digest.matches(whole, size: file.size) { return progress(file.size) }
        var (cuts, wrongs) = (0, 0)
        while true {
            if Self.size(part) > file.size { try? FileManager.default.removeItem(atPath: part) }
            let before = Self.size(part)
            if before < file.size || file.size == 0 {
                do throws(ModelStoreError) {
                    try await receive(file, into: part, progress)
                } catch {
                    guard error.code == .noNetwork, cuts + 1 < Self.tryLimit else { throw error }
                }
            }
            guard Self.size(part) == file.size else {
                // A try that brought something on was none in vain.
                cuts = Self.size(part) > before ? 1 : cuts + 1
                guard cuts < Self.tryLimit else {
                    throw .noNetwork(hub.address, "the connection is cut again and again.")
                }
                do { try await pause(cuts) } catch { throw .cancelled }
                continue
            }
            if try file.digest.matches(part, size: file.size) { break }
            try? FileManager.default.removeItem(atPath: part)
            wrongs += 1
            guard wrongs < 2 else { throw .wrongFile(file.path) }
        }
        guard rename(part, whole) == 0 else { throw .cannotWrite(whole, String(cString: strerror(errno))) }
    }

    /// Appends what the hub sends to what is there.
    private func receive(_ file: ModelHub.Listed, into part: String, _ progress: (Int64) -> Void)
        async throws(ModelStoreError)
    {
        let start = Self.size(part)
        let stream = try await hub.open(file.path, of: model.repository, revision: revision, from: start)
        switch stream.head.status {
        case 206 where start > 0: break
        case 200: try? FileManager.default.removeItem(atPath: part)
        case 416:
            // What is there is longer than what the hub has: it begins anew.
            try? FileManager.default.removeItem(atPath: part)
            return
        case 429, 500...599: throw .noNetwork(hub.address, "it answered with status \(stream.head.status).")
        default: throw .refused(file.path, status: stream.head.status)
        }
        let output = Glibc.open(part, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw .cannotWrite(part, String(cString: strerror(errno))) }
        defer { close(output) }
        var received = Self.size(part)
        do {
            for try await chunk in stream {
                guard Int64(chunk.count) <= file.size - received else {
                    throw ModelStoreError.badListing(model.repository, "\(file.path) is longer than it says")
                }
                try Self.write(chunk, to: output, part)
                received += Int64(chunk.count)
                progress(received)
            }
            fsync(output)
        } catch let error as ModelStoreError {
            throw error
        } catch let error as HTTPError {
            throw ModelHub.failure(error, hub.address)
        } catch { throw .cancelled }
    }

    private static func write(_ bytes: [UInt8], to output: CInt, _ path: String) throws(ModelStoreError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .cannotWrite(path, String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
    }
}
