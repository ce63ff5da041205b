import CCrypto
import Foundation

/// What a file's bytes are known by.
enum FileDigest: Hashable, Sendable {
    /// SHA-256 in hexadecimal digits.
    case sha256(String)
    /// The name that git gives a file: SHA-1 over “blob”, the size, and the bytes. Hubs list small files by it.
    case gitBlob(String)

    /// Whether the file at a path has this content.
    func matches(_ path: String, size: Int64) throws(ModelStoreError) -> Bool {
        switch self {
        case .sha256(let digest): try Self.sha256(path) == digest
        case .gitBlob(let digest): try Self.hash(path, EVP_sha1(), prefix: "blob \(size)\u{0}") == digest
        }
    }

    /// The SHA-256 of a file.
    static func sha256(_ path: String) throws(ModelStoreError) -> String { try hash(path, EVP_sha256(), prefix: "") }

    /// The SHA-256 of a text.
    static func sha256(ofText text: String) -> String {
        var digest = Digest(EVP_sha256())
        digest.update(Array(text.utf8))
        return digest.finish()
    }

    private static let chunk = 1 << 20

    private static func hash(_ path: String, _ kind: OpaquePointer?, prefix: String) throws(ModelStoreError) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { throw .cannotRead(path, "it cannot be opened") }
        defer { try? file.close() }
        var digest = Digest(kind)
        digest.update(Array(prefix.utf8))
        while true {
            let bytes: Data?
            do { bytes = try file.read(upToCount: chunk) } catch { throw .cannotRead(path, "\(error)") }
            guard let bytes, !bytes.isEmpty else { return digest.finish() }
            digest.update([UInt8](bytes))
        }
    }
}

/// One of libcrypto's digests, being computed.
private struct Digest: ~Copyable {
    private let context = EVP_MD_CTX_new()

    init(_ kind: OpaquePointer?) {
        // Fails only where libcrypto has the digest switched off: then nothing matches.
        _ = EVP_DigestInit_ex(context, kind, nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    mutating func update(_ bytes: [UInt8]) { _ = EVP_DigestUpdate(context, bytes, bytes.count) }

    mutating func finish() -> String {
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard EVP_DigestFinal_ex(context, &bytes, &count) == 1 else { return "" }
        return bytes.prefix(Int(count)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
