import DaemonAPI
import JSONScanning
import MediaTypes

extension ChatRequest {
    /// Members that are read here; all others are between the sender and the engine.
    private static let ownMembers = Set(
        CodingKeys.allCases.map(\.rawValue) + PictureProcessing.CodingKeys.allCases.map(\.rawValue)
            + ChatExtension.allCases.map(\.rawValue))

    /// The request as the engine gets it: this one, and beside it the members of `original` that the daemon knows nothing
    /// of, byte for byte, since an answer's form depends on the order of its members.
    func forEngine(beside original: [UInt8]) throws -> [UInt8] {
        var json = try WireCoding.encode(ForEngine(self))
        json.removeLast()
        for (key, place) in try Self.values(of: original) {
            let name = String(decoding: key, as: UTF8.self)
            guard !Self.ownMembers.contains(name) else { continue }
            json += Array(",".utf8) + (try WireCoding.encode(name)) + Array(":".utf8) + original[place]
        }
        return json + Array("}".utf8)
    }

    private static func values(of object: [UInt8]) throws -> [(key: [UInt8], place: Range<Int>)] {
        var scanner = JSONScanner(object)
        do { return try scanner.readValuePlaces() } catch {
            throw RouteError.badRequest("The body errs at byte \(error.offset): \(error.reason).")
        }
    }
}
