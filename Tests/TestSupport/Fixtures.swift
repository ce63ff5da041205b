import Foundation
public import MediaTypes

/// The media under `Tests/Fixtures/media`, all drawn by `Tests/Fixtures/make_fixtures` and listed in MANIFEST.tsv.
public enum Fixtures {
    /// `Tests/Fixtures`.
    public static let directory: MediaPath = {
        guard let here = MediaPath(#filePath), let tests = here.parent?.parent else {
            preconditionFailure("\(#filePath) is no absolute path: build with a plain `swift build`")
        }
        return tests.appending(FileName("Fixtures"))
    }()

    /// Every fixture, in the manifest's order.
    public static let all: [Fixture] = {
        do {
            return try FixtureManifest.read()
        } catch {
            preconditionFailure("Tests/Fixtures/media/MANIFEST.tsv cannot be read: \(error)")
        }
    }()

    /// The fixtures that decode wholly.
    public static var sound: [Fixture] { all.filter { $0.condition == .sound } }

    /// The fixtures that were broken on purpose.
    public static var broken: [Fixture] { all.filter { $0.condition != .sound } }

    /// Those of one folder, as "screenshots".
    public static func inFolder(_ folder: String) -> [Fixture] { all.filter { $0.name.hasPrefix(folder + "/") } }

    /// The fixture of this name, as "photos/harbour.jpg". Traps where there is none: the test names it wrongly.
    public static func named(_ name: String) -> Fixture {
        guard let fixture = all.first(where: { $0.name == name }) else {
            preconditionFailure("no fixture is called \(name); see Tests/Fixtures/media/MANIFEST.tsv")
        }
        return fixture
    }

    /// The bytes of any file.
    public static func read(_ path: MediaPath) throws -> [UInt8] {
        let handle = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
        guard handle >= 0 else { throw CocoaError(.fileReadNoSuchFile, userInfo: [NSFilePathErrorKey: path.text]) }
        return [UInt8](try FileHandle(fileDescriptor: handle, closeOnDealloc: true).readToEnd() ?? Data())
    }
}
