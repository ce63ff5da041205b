import Foundation
import Glibc
import MediaTypes
import ModelStore
import TOMLKit

/// Where models come from, where the command line does not say: the environment, the configuration, the released hub.
enum HubSetting {
    static func address(_ file: MediaPath) throws -> String {
        if let hub = getenv("TINTYPE_HUB").map({ String(cString: $0) }), !hub.isEmpty { return hub }
        guard let bytes = FileManager.default.contents(atPath: file.text) else { return KnownModel.defaultHub }
        do {
            let table = try TOMLTable(string: String(decoding: bytes, as: UTF8.self))
            return table["models"]?.table?["hub"]?.string ?? KnownModel.defaultHub
        } catch {
            throw CommandFailure(
                message: "The configuration \(file.text) cannot be read.",
                remedy: "Mend it: `tintype doctor` says where.")
        }
    }
}
