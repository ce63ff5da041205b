import DaemonAPI
import Foundation
import MediaTypes

/// The small models of the first look, lent to a daemon in an empty home.
enum BenchModels {
    /// The folder that holds them: the given one, else this person's own; `nil`: it is not there.
    static func folder(_ given: String?) throws -> String? {
        let name = FileName("first-look")
        let folder = try given ?? RuntimePaths.current().modelsDirectory.appending(name).text
        let isThere = FileManager.default.fileExists(atPath: folder + "/tintype-model.json")
        guard isThere || given == nil else {
            throw BenchError("\(folder) holds no models. Get them with `tintype model pull first-look`.")
        }
        return isThere ? URL(fileURLWithPath: folder).resolvingSymlinksInPath().path : nil
    }

    /// Makes the models of a folder those of the daemon that lives in this home.
    static func lend(_ folder: String, to home: MediaPath) throws {
        let models = home.text + "/data/models"
        try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: models + "/first-look", withDestinationPath: folder)
    }
}
