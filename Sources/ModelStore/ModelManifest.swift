import Foundation

/// What is known of a model on disk: `tintype-model.json` in its folder.
public struct ModelManifest: Codable, Hashable, Sendable {
    /// One of its files.
    public struct File: Codable, Hashable, Sendable {
        /// The name in the folder.
        public var path: String
        /// Bytes.
        public var size: Int64
        /// SHA-256 in hexadecimal digits.
        public var sha256: String
    }

    /// The model's name here.
    public var name: String
    /// Where it is from: a hub's address with the repository, or the folder that it was imported from.
    public var source: String
    /// The hub's revision; `nil` where it was imported.
    public var revision: String?
    /// Its files, in order of their names.
    public var files: [File]

    static let fileName = "tintype-model.json"

    /// The digest of the whole: SHA-256 over the files' digests in order of their names.
    public var digest: String {
        FileDigest.sha256(
            ofText: files.sorted { $0.path < $1.path }.map { "\($0.sha256)  \($0.path)\n" }.joined())
    }

    /// All bytes.
    public var byteCount: Int64 { files.reduce(0) { $0 + $1.size } }

    /// The largest that is read; ours are a few kilobytes.
    private static let limit = 4 << 20

    static func read(_ folder: String) -> ModelManifest? {
        let path = folder + "/" + fileName
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size <= limit,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return try? JSONDecoder().decode(ModelManifest.self, from: data)
    }

    func write(_ folder: String) throws(ModelStoreError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let path = folder + "/" + Self.fileName
        do { try encoder.encode(self).write(to: URL(filePath: path), options: .atomic) } catch {
            throw .cannotWrite(path, error.localizedDescription)
        }
    }
}
