import Foundation
import Glibc

extension ModelStore {
    /// Folders of models whose `tintype-model.json` cannot be read, by name: models that are no use, and take room.
    public func damagedModels() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.sorted().filter(isDamaged)
    }

    func isDamaged(_ name: String) -> Bool {
        guard ModelFiles.isPlain(name) else { return false }
        return FileManager.default.fileExists(atPath: folder(name) + "/" + ModelManifest.fileName)
            && ModelManifest.read(folder(name)) == nil
    }

    /// What is wrong with the model in use, as far as can be seen without reading it; `nil`: nothing, or none is chosen.
    public func troubleOfModelInUse() -> ModelStoreError? {
        guard let name = chosenName else { return nil }
        return isDamaged(name) || modelInUse() != nil ? trouble(of: name) : nil
    }

    /// What is wrong with the small models of the first look, as far as can be seen without reading them; `nil`: nothing, or
    /// they are not here.
    public func troubleOfFirstLook() -> ModelStoreError? { trouble(of: FirstLookModels.name) }

    private func trouble(of name: String) -> ModelStoreError? {
        if isDamaged(name) { return .damagedManifest(name) }
        guard let model = model(name), !model.isComplete else { return nil }
        let files = model.incompleteFiles.map { "\($0) is missing, or has another size" }
        return .damaged(name, files, again: model.manifest.again)
    }

    /// The files of a damaged model that Tintype may have put there: what its manifest said is lost.
    func likelyFiles(of name: String) throws(ModelStoreError) -> [String] {
        let small = Set(FirstLookModels.packages.flatMap(\.files).map(\.name))
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder(name)).filter { file in
                ModelFiles.isOfSafetensors(file) || file.hasSuffix(".gguf")
                    || name == FirstLookModels.name && small.contains(file)
            }
        } catch { throw .cannotRead(folder(name), error.localizedDescription) }
    }

    /// Takes away what imports left that were cut off: copies that became no model. One that is under way holds its lock.
    public func clearLeftovers() {
        let place = directory + "/.import"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] {
            guard let lock = try? PullLock(directory + "/.partial/" + name, name) else { continue }
            try? FileManager.default.removeItem(atPath: place + "/" + name)
            lock.release()
        }
    }
}

extension ModelManifest {
    /// The command that gets the model once more, from where it came.
    public var again: String {
        if name == FirstLookModels.name { return "tintype model pull \(name)" }
        let repository = source.split(separator: "/").suffix(2).joined(separator: "/")
        guard revision == nil else { return "tintype model pull \(repository)" }
        // Of a pair of files the source is the first; the other one has its name still.
        let others = source.hasSuffix(".gguf") && files.count > 1 ? " …" : ""
        return "tintype model import \(source)\(others)"
    }
}
