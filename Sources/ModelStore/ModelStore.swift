import Foundation
import Glibc

/// A model on this machine's disk.
public struct InstalledModel: Hashable, Sendable {
    /// Its name here.
    public let name: String
    /// The folder that holds it.
    public let folder: String
    /// What is known of it.
    public let manifest: ModelManifest

    /// The digest of its weights and settings.
    public var digest: String { manifest.digest }

    /// “safetensors”, “gguf” or “first-look”.
    public var format: String {
        describes ? ModelFiles.missing(in: manifest.files.map(\.path)).format.rawValue : FirstLookModels.name
    }

    /// Whether the engine can run it: the small models of the first look describe nothing.
    public var describes: Bool { name != FirstLookModels.name }

    /// Whether all its files are there with their sizes. Costs a look at each, and reads none.
    public var isComplete: Bool { incompleteFiles.isEmpty }

    /// The files that are missing, or have another size.
    var incompleteFiles: [String] {
        manifest.files.filter { file in
            let size = try? FileManager.default.attributesOfItem(atPath: folder + "/" + file.path)[.size] as? Int64
            return size != file.size
        }.map(\.path)
    }
}

/// The models on disk: a folder each, and a file that names the one in use. Everything that changes takes effect at once,
/// for the running daemon as well, which looks at that file before each question.
public struct ModelStore: Sendable {
    /// The folder of all models.
    public let directory: String

    /// Whether the files of a folder are a model that can be run: asked before a folder becomes a model.
    private let check: @Sendable (_ folder: String) throws(ModelStoreError) -> Void

    /// The models below a folder, which is made when something is put into it.
    ///
    /// - `check`: throws where the files of a folder are no model that can be run.
    public init(
        directory: String, check: @escaping @Sendable (_ folder: String) throws(ModelStoreError) -> Void = { _ in }
    ) {
        self.directory = directory
        self.check = check
    }

    private static let choiceName = "in-use"
    /// Names that mean something else here.
    private static let reservedNames = [choiceName, FirstLookModels.name]

    private var choice: String { directory + "/" + Self.choiceName }

    func folder(_ name: String) -> String { directory + "/" + name }

    /// All models, by name.
    public func models() -> [InstalledModel] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.sorted().compactMap { model($0) }
    }

    /// The model of a name.
    public func model(_ name: String) -> InstalledModel? {
        guard ModelFiles.isPlain(name), let manifest = ModelManifest.read(folder(name)) else { return nil }
        return InstalledModel(name: name, folder: folder(name), manifest: manifest)
    }

    /// The model that describes and answers; `nil`: none is chosen, or it is gone.
    public func modelInUse() -> InstalledModel? { chosenName.flatMap { model($0) }.flatMap { $0.describes ? $0 : nil } }

    /// The small models of the first look, where all of them are here.
    public func firstLook() -> InstalledModel? {
        model(FirstLookModels.name).flatMap { $0.isComplete ? $0 : nil }
    }

    var chosenName: String? {
        FileManager.default.contents(atPath: choice).map {
            String(decoding: $0.prefix(256), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private func existing(_ name: String) throws(ModelStoreError) -> InstalledModel {
        if let model = model(name) { return model }
        if isDamaged(name) { throw .damagedManifest(name) }
        throw .noSuchModel(name, known: models().map(\.name))
    }

    /// Chooses the model to use.
    public func use(_ name: String) throws(ModelStoreError) {
        guard try existing(name).describes else { throw .notForUse(name) }
        do { try Data((name + "\n").utf8).write(to: URL(filePath: choice), options: .atomic) } catch {
            throw .cannotWrite(choice, error.localizedDescription)
        }
    }

    /// Takes a model off the disk.
    ///
    /// - `evenInUse`: also the one in use; nothing describes then.
    public func remove(_ name: String, evenInUse: Bool) throws(ModelStoreError) {
        let isDamaged = isDamaged(name)
        let files = try isDamaged ? likelyFiles(of: name) : existing(name).manifest.files.map(\.path)
        if chosenName == name {
            // One that is damaged is in nobody's use.
            guard evenInUse || isDamaged else { throw .inUse(name) }
            try? FileManager.default.removeItem(atPath: choice)
        }
        let folder = folder(name)
        // Only what is ours: a file that somebody put beside them stays, and its folder with it.
        do {
            for file in files + [ModelManifest.fileName] where ModelFiles.isPlain(file) {
                let path = folder + "/" + file
                if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
            }
            if try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty {
                try FileManager.default.removeItem(atPath: folder)
            }
        } catch { throw .cannotWrite(folder, error.localizedDescription) }
    }

    /// Reads every byte of a model.
    ///
    /// - Throws: where a file is missing or has changed, naming all of them.
    public func verify(_ name: String) throws(ModelStoreError) {
        let model = try existing(name)
        var damaged: [String] = []
        for file in model.manifest.files {
            let path = model.folder + "/" + file.path
            guard ModelFiles.isPlain(file.path), FileManager.default.fileExists(atPath: path) else {
                damaged.append("\(file.path) is missing")
                continue
            }
            if try FileDigest.sha256(path) != file.sha256 { damaged.append("\(file.path) has changed") }
        }
        guard damaged.isEmpty else { throw .damaged(name, damaged, again: model.manifest.again) }
        if model.describes { try check(model.folder) }
    }

    /// Refuses to put a model of this name and source where something else is.
    ///
    /// - `isSame`: whether what is there came from the same place, so that the new one may replace it.
    func requirePlace(_ name: String, isSame: (_ source: String) -> Bool) throws(ModelStoreError) {
        guard !Self.reservedNames.contains(name), !name.hasSuffix(PullLock.suffix) else { throw .reservedName(name) }
        try requireOurs(name)
        if let there = model(name), !isSame(there.manifest.source) { throw .taken(name, by: there.manifest.source) }
    }

    /// A folder that somebody else made is nobody's to replace.
    private func requireOurs(_ name: String) throws(ModelStoreError) {
        guard FileManager.default.fileExists(atPath: folder(name)), model(name) == nil else { return }
        if isDamaged(name) { throw .damagedManifest(name) }
        throw .notOurs(folder(name))
    }

    /// Puts a finished folder in its place; what was there under the name is replaced. Becomes the model in use where
    /// none is.
    func install(_ prepared: String, _ manifest: ModelManifest) throws(ModelStoreError) -> InstalledModel {
        let describes = manifest.name != FirstLookModels.name
        try prune(prepared, to: manifest)
        if describes { try check(prepared) }
        try manifest.write(prepared)
        try exchange(prepared, manifest.name)
        if describes, modelInUse() == nil { try use(manifest.name) }
        return try existing(manifest.name)
    }

    /// Takes from a folder of ours what an earlier try left in it.
    private func prune(_ prepared: String, to manifest: ModelManifest) throws(ModelStoreError) {
        let wanted = Set(manifest.files.map(\.path))
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: prepared) where !wanted.contains(name) {
                try FileManager.default.removeItem(atPath: prepared + "/" + name)
            }
        } catch { throw .cannotWrite(prepared, error.localizedDescription) }
    }

    /// The old folder steps aside and comes back where the new one cannot take its place. Only what was ours of it is
    /// deleted: what somebody put beside moves over.
    private func exchange(_ prepared: String, _ name: String) throws(ModelStoreError) {
        let files = FileManager.default
        let (place, aside) = (folder(name), directory + "/.replaced/" + name)
        do {
            if files.fileExists(atPath: aside) {
                // An earlier exchange was cut off: either half of it is undone.
                if files.fileExists(atPath: place) {
                    try retire(aside, to: place)
                } else {
                    try files.moveItem(atPath: aside, toPath: place)
                }
            }
            try requireOurs(name)
            guard files.fileExists(atPath: place) else { return try files.moveItem(atPath: prepared, toPath: place) }
            try files.createDirectory(atPath: directory + "/.replaced", withIntermediateDirectories: true)
            try files.moveItem(atPath: place, toPath: aside)
            do { try files.moveItem(atPath: prepared, toPath: place) } catch {
                try files.moveItem(atPath: aside, toPath: place)
                throw error
            }
            try retire(aside, to: place)
        } catch let error as ModelStoreError {
            throw error
        } catch { throw .cannotWrite(place, error.localizedDescription) }
    }

    private func retire(_ aside: String, to place: String) throws {
        let files = FileManager.default
        let ours = Set((ModelManifest.read(aside)?.files.map(\.path) ?? []) + [ModelManifest.fileName])
        for name in try files.contentsOfDirectory(atPath: aside) {
            let path = aside + "/" + name
            if ours.contains(name) {
                try files.removeItem(atPath: path)
            } else if !files.fileExists(atPath: place + "/" + name) {
                try files.moveItem(atPath: path, toPath: place + "/" + name)
            }
        }
        // Not empty where the new model has files of the same names: those stay here.
        rmdir(aside)
    }

    /// A folder to prepare a model in: beside the others, so that moving it is one step. A pull goes on in its own.
    func makePartialFolder(_ name: String, in place: String = ".partial") throws(ModelStoreError) -> String {
        let folder = "\(directory)/\(place)/\(name)"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw .cannotWrite(folder, error.localizedDescription) }
        return folder
    }

    /// Refuses where the disk has less than this left, and a little for everybody else.
    func requireSpace(_ needed: Int64) throws(ModelStoreError) {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: directory)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else { return }
        guard free > needed + (64 << 20) else { throw .noSpace(directory, needed: needed, free: free) }
    }
}
