import Glibc

/// The path of a Unix socket: absolute bytes that fit into its address.
struct SocketPath: Sendable, Equatable {
    /// `sun_path` is 108 bytes, the last of them a NUL.
    private static let byteLimit = 107

    let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws(HTTPServingError) {
        self.bytes = bytes
        guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0), bytes.count <= Self.byteLimit else {
            throw .pathTooLong(text, limit: Self.byteLimit)
        }
    }

    /// For people, bytes that are no UTF-8 replaced.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The directory's path; the root's for a socket right below it.
    var directory: [UInt8] {
        let cut = bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
        return Array(bytes[..<max(cut, 1)])
    }

    /// A path beside this one.
    func appending(_ suffix: String) -> [UInt8] { bytes + Array(suffix.utf8) }

    /// Calls `body` with the path as a socket's address.
    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnixAddress(bytes, body)
    }
}

/// Calls `body` with a Unix socket's address of these bytes, at most 108 of them; a leading NUL names an abstract one.
func withUnixAddress<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes.prefix($0.count)) }
    // An abstract address ends where its length says; a path's may run on into the NULs.
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? MemoryLayout<sa_family_t>.size
    let length = bytes.first == 0 ? offset + bytes.count : MemoryLayout<sockaddr_un>.size
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
    }
}

/// Calls `body` with these bytes as a C string.
func withCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes + [0]).map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("a C string without a terminator") }
        return body(base)
    }
}
