import Foundation

/// Where `swift build` put the executables: beside the tests themselves.
enum BuiltPrograms {
    /// The folder of the test bundle, whichever of SwiftPM's two test runners has loaded it.
    static let directory: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
        let program = bundle ?? (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
        return folder.path
    }()

    /// The path of one of them.
    static func path(_ name: String) -> String { directory + "/" + name }
}
