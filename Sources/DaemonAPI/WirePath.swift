import FoundationEssentials
public import MediaTypes

/// A path in JSON: text for people, and the bytes in base64 where the text cannot give them back.
///
/// In an array it is a plain string where the path is UTF-8, else `{"path", "path_bytes"}`; both forms are read.
public struct WirePath: Hashable, Sendable {
    /// The path, bytes that are no UTF-8 replaced.
    public var path: String
    /// The path's bytes in base64; `nil` where `path` says it all.
    public var pathBytes: String?

    /// The wire form of this path.
    public init(_ path: MediaPath) {
        self.path = path.text
        pathBytes = self.path.utf8.elementsEqual(path.bytes) ? nil : Data(path.bytes).base64EncodedString()
    }

    /// The wire form of these members, as they came.
    public init(path: String, pathBytes: String?) {
        self.path = path
        self.pathBytes = pathBytes
    }

    /// The path itself; `nil` where it is not absolute, holds a NUL, or its base64 cannot be read.
    public var mediaPath: MediaPath? {
        guard let pathBytes else { return MediaPath(path) }
        return Data(base64Encoded: pathBytes).flatMap { MediaPath($0) }
    }
}

extension WirePath: Codable {
    private enum CodingKeys: String, CodingKey {
        case path
        case pathBytes = "path_bytes"
    }

    /// Reads either form.
    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.init(path: text, pathBytes: nil)
            return
        }
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            path: try members.decode(String.self, forKey: .path),
            pathBytes: try members.decodeIfPresent(String.self, forKey: .pathBytes))
    }

    /// Writes the shorter form that keeps every byte.
    public func encode(to encoder: any Encoder) throws {
        guard let pathBytes else {
            var single = encoder.singleValueContainer()
            try single.encode(path)
            return
        }
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(path, forKey: .path)
        try members.encode(pathBytes, forKey: .pathBytes)
    }
}

/// An object that names a file by the members `path` and, where that is not UTF-8, `path_bytes`.
public protocol PathCarrying {
    /// The path, bytes that are no UTF-8 replaced.
    var path: String { get }
    /// The path's bytes in base64; absent where `path` says it all.
    var pathBytes: String? { get }
}

extension PathCarrying {
    /// The path itself; `nil` where the sender wrote none that is absolute.
    public var mediaPath: MediaPath? { WirePath(path: path, pathBytes: pathBytes).mediaPath }
}
