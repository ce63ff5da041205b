/// An absolute path as the file system holds it: bytes, not necessarily UTF-8, no trailing slash, no empty component.
public struct MediaPath: Hashable, Sendable {
    /// The bytes, the first of which is `/`.
    public let bytes: [UInt8]

    /// The path of these bytes: repeated and trailing slashes and `.` components are dropped, `..` ones are resolved
    /// by name.
    ///
    /// - Returns: `nil` where the bytes are not absolute or hold a NUL.
    public init?(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.first == Self.slash, !bytes.contains(0) else { return nil }
        var components: [ArraySlice<UInt8>] = []
        for component in bytes.split(separator: Self.slash) where !component.elementsEqual(".".utf8) {
            if component.elementsEqual("..".utf8) { _ = components.popLast() } else { components.append(component) }
        }
        self.bytes = components.isEmpty ? [Self.slash] : components.flatMap { [Self.slash] + $0 }
    }

    /// The path of this text's UTF-8.
    public init?(_ string: String) { self.init(string.utf8) }

    private init(normalised bytes: [UInt8]) { self.bytes = bytes }

    private static let slash = UInt8(ascii: "/")

    /// The last component; empty for `/`.
    public var name: FileName {
        FileName(bytes[(bytes.lastIndex(of: Self.slash).map { $0 + 1 } ?? 0)...])
    }

    /// The directory that holds this; `nil` for `/`.
    public var parent: MediaPath? {
        guard bytes.count > 1, let cut = bytes.lastIndex(of: Self.slash) else { return nil }
        return MediaPath(normalised: cut == 0 ? [Self.slash] : Array(bytes[..<cut]))
    }

    /// The components below the file system's root, outermost first.
    public var components: [FileName] { bytes.split(separator: Self.slash).map { FileName($0) } }

    /// This directory's entry `name`.
    public func appending(_ name: FileName) -> MediaPath {
        MediaPath(normalised: (bytes.count == 1 ? [] : bytes) + [Self.slash] + name.bytes)
    }

    /// Whether this is `directory` itself or lies below it.
    public func isInside(_ directory: MediaPath) -> Bool {
        guard directory.bytes.count > 1 else { return true }
        return bytes.starts(with: directory.bytes)
            && (bytes.count == directory.bytes.count || bytes[directory.bytes.count] == Self.slash)
    }

    /// The path as text, bytes that are no UTF-8 replaced: for people, never to open a file by.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The `file://` address with everything but unreserved characters and slashes percent-encoded, as GLib writes it:
    /// the freedesktop thumbnail standard hashes exactly this.
    public var fileURI: String {
        // GLib's g_filename_to_uri leaves these as they are.
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()/&=:@+$,".utf8)
        let digits = Array("0123456789ABCDEF")
        return bytes.reduce(into: "file://") { uri, byte in
            if plain.contains(byte) {
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                uri.append("%")
                uri.append(digits[Int(byte >> 4)])
                uri.append(digits[Int(byte & 15)])
            }
        }
    }

    /// The path of a `file:///…` address, percent-decoded.
    ///
    /// - Returns: `nil` where it is another kind of address, or an escape is broken.
    public init?(fileURI: String) {
        guard fileURI.hasPrefix("file:///") else { return nil }
        var bytes: [UInt8] = []
        var rest = fileURI.utf8.dropFirst("file://".utf8.count)
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let decoded = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        self.init(bytes)
    }

    /// Calls `body` with the path as a C string.
    public func withCString<Result, Failure: Error>(
        _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let terminated = (bytes + [0]).map { CChar(bitPattern: $0) }
        return try terminated.withUnsafeBufferPointer { buffer throws(Failure) in
            guard let base = buffer.baseAddress else { preconditionFailure("a path without a terminator") }
            return try body(base)
        }
    }
}

/// One component of a path, as bytes: no slash, no NUL.
public struct FileName: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]

    /// The name of these bytes, which hold neither `/` nor NUL.
    public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// The name of this text's UTF-8.
    public init(_ string: String) { self.init(string.utf8) }

    /// The name as text, bytes that are no UTF-8 replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What follows the last dot, in ASCII lower case; `nil` where there is none, or where the dot opens the name.
    public var fileExtension: String? {
        guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0, dot + 1 < bytes.count else { return nil }
        return String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased()
    }

    /// Whether the name opens with a dot.
    public var isHidden: Bool { bytes.first == UInt8(ascii: ".") }
}
