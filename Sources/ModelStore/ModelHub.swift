import Foundation
import HTTPTransport

/// A hub, or a mirror with the same interface.
struct ModelHub: Sendable {
    /// A file as the hub lists it.
    struct Listed: Hashable, Sendable {
        var path: String
        var size: Int64
        var digest: FileDigest
    }

    let address: String
    private let client: HTTPClient

    /// - `certificateAuthorities`: as `HTTPClient` has it.
    init(_ address: String, certificateAuthorities: String? = nil) {
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        client = HTTPClient(certificateAuthorities: certificateAuthorities)
    }

    /// More files than any checkpoint has.
    private static let listingLimit = 10_000
    /// Bytes of their list.
    private static let listingBytes = 16 << 20
    /// Larger than any checkpoint's file.
    private static let sizeLimit: Int64 = 1 << 40
    /// Hubs send large files from other hosts, by way of one or two.
    private static let redirectLimit = 5

    private struct Entry: Decodable {
        struct Large: Decodable {
            var oid: String
            var size: Int64
        }

        var type: String
        var path: String
        var size: Int64?
        var oid: String?
        var lfs: Large?
    }

    /// The files at the top of a repository.
    func files(of repository: String, revision: String) async throws(ModelStoreError) -> [Listed] {
        let stream = try await get(
            "/api/models/\(repository)/tree/\(revision)", query: [("recursive", "true")], from: 0,
            limit: Self.listingBytes)
        guard stream.head.status == 200 else {
            throw .refused("The list of the files of \(repository)", status: stream.head.status)
        }
        let body: [UInt8]
        do { body = try await stream.collect() } catch { throw Self.failure(error, address) }
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(body)),
            entries.count <= Self.listingLimit
        else { throw .badListing(repository, "it is no list of files") }
        var files: [Listed] = []
        for entry in entries where entry.type == "file" && ModelFiles.isPlain(entry.path) {
            let digest =
                entry.lfs.map { FileDigest.sha256($0.oid.lowercased()) }
                ?? entry.oid.map { .gitBlob($0.lowercased()) }
            guard let digest, let size = entry.lfs?.size ?? entry.size, (0...Self.sizeLimit).contains(size) else {
                throw .badListing(repository, "\(entry.path) has no size or no checksum")
            }
            files.append(Listed(path: entry.path, size: size, digest: digest))
        }
        guard Set(files.map(\.path)).count == files.count else {
            throw .badListing(repository, "it names a file twice")
        }
        return files
    }

    /// A file's bytes from a place on; the status tells whether the hub kept to it (206) or begins anew (200).
    func open(_ file: String, of repository: String, revision: String, from start: Int64)
        async throws(ModelStoreError) -> HTTPStream
    {
        try await get("/\(repository)/resolve/\(revision)/\(file)", from: start, limit: .max)
    }

    private func get(
        _ path: String, query: [(name: String, value: String)] = [], from start: Int64, limit: Int
    ) async throws(ModelStoreError) -> HTTPStream {
        do {
            var request = HTTPRequest(try Endpoint(address), path: path)
            request.query = query
            request.responseLimit = limit
            request.headers.append(HTTPHeader("Accept-Encoding", "identity"))
            if start > 0 { request.headers.append(HTTPHeader("Range", "bytes=\(start)-")) }
            for _ in 0...Self.redirectLimit {
                let stream = try await client.stream(request)
                guard (301...308).contains(stream.head.status), let next = stream.head["Location"] else {
                    return stream
                }
                request = try request.redirected(to: next)
            }
        } catch { throw Self.failure(error, address) }
        throw .refused("What \(address)\(path) leads to", status: 310)
    }

    static func failure(_ error: HTTPError, _ address: String) -> ModelStoreError {
        switch error.code {
        case .cancelled: .cancelled
        // No network will mend that.
        case .badURL: .badAddress(address)
        default: .noNetwork(address, error.message)
        }
    }
}
