import Foundation
import Glibc

extension ModelStore {
    /// Takes over a model that is on disk already: one folder, or its files. The originals stay.
    ///
    /// - `name`: its name here; `nil`: that of the folder or of the first file.
    public func importModel(_ paths: [String], name: String? = nil) throws(ModelStoreError) -> InstalledModel {
        let files = try Self.modelFiles(paths)
        let (format, missing) = ModelFiles.missing(in: files.map { ($0 as NSString).lastPathComponent })
        if let missing { throw .incomplete(paths.joined(separator: ", "), lacks: missing) }
        if format == .gguf { try Self.requirePair(files) }
        let name = Self.plain(name ?? Self.defaultName(paths))
        try requirePlace(name) { $0 == paths[0] }
        let copies = files.map { Self.plain(($0 as NSString).lastPathComponent) }
        guard Set(copies).count == copies.count else { throw .sameNames(paths.joined(separator: ", ")) }
        var originals: [(path: String, size: Int64)] = []
        for path in files { originals.append(try Self.original(of: path)) }
        try requireSpace(originals.reduce(0) { $0 + $1.size })
        let pulled = try makePartialFolder(name)
        let lock = try PullLock(pulled, name)
        defer { lock.release() }
        // Apart from what a pull of the name has begun; where none has, its folder goes again.
        rmdir(pulled)
        let folder = try makePartialFolder(name, in: ".import")
        // Copies that became no model are of no use to anybody.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var manifest = ModelManifest(name: name, source: paths[0], revision: nil, files: [])
        for (file, (original, size)) in zip(copies, originals) {
            let copy = folder + "/" + file
            do {
                try? FileManager.default.removeItem(atPath: copy)
                try FileManager.default.copyItem(atPath: original, toPath: copy)
            } catch { throw .cannotWrite(copy, error.localizedDescription) }
            manifest.files.append(ModelManifest.File(path: file, size: size, sha256: try FileDigest.sha256(copy)))
        }
        return try install(folder, manifest)
    }

    /// The file itself: hubs' own caches are folders of links to files elsewhere.
    private static func original(of path: String) throws(ModelStoreError) -> (path: String, size: Int64) {
        guard let resolved = realpath(path, nil) else {
            throw .cannotRead(path, String(cString: strerror(errno)))
        }
        defer { free(resolved) }
        var status = stat()
        guard stat(resolved, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .cannotRead(path, "it is no file")
        }
        return (String(cString: resolved), Int64(status.st_size))
    }

    private static func modelFiles(_ paths: [String]) throws(ModelStoreError) -> [String] {
        var files: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw .cannotRead(path, "there is no such file")
            }
            guard isFolder.boolValue else {
                files.append(path)
                continue
            }
            let names: [String]
            do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
                throw .cannotRead(path, error.localizedDescription)
            }
            files += names.filter { ModelFiles.isOfSafetensors($0) || $0.hasSuffix(".gguf") }.sorted()
                .map { path + "/" + $0 }
        }
        guard !files.isEmpty else { throw .incomplete(paths.joined(separator: ", "), lacks: "every file of one") }
        return files
    }

    /// Of GGUF files one of each kind: in a folder from a hub lie many, of which each pair is a model.
    private static func requirePair(_ files: [String]) throws(ModelStoreError) {
        let weights = files.filter { $0.hasSuffix(".gguf") }
        let names = weights.map { ($0 as NSString).lastPathComponent }
        let projectors = names.filter(ModelFiles.isProjector)
        let texts = names.filter { !ModelFiles.isProjector($0) }
        guard texts.count == 1, projectors.count == 1 else {
            throw .severalModels(
                (weights[0] as NSString).deletingLastPathComponent, texts: texts, projectors: projectors)
        }
    }

    private static func defaultName(_ paths: [String]) -> String {
        let name = (paths[0] as NSString).standardizingPath as NSString
        return name.pathExtension == "gguf"
            ? (name.lastPathComponent as NSString).deletingPathExtension : name.lastPathComponent
    }

    /// A name that is a folder's: everything else becomes a dash.
    public static func plain(_ name: String) -> String {
        let bytes = name.utf8.prefix(100).map { byte -> UInt8 in
            let isPlain = byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "\\")
            return isPlain ? byte : UInt8(ascii: "-")
        }
        let plain = String(decoding: bytes, as: UTF8.self)
        return plain.isEmpty || plain.hasPrefix(".") ? "model" + plain.replacing(".", with: "-") : plain
    }
}
