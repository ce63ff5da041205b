import Foundation
import MediaTypes
import ModelStore

/// Has the engine load a model, and hears what it says.
enum EngineCheck {
    /// - Throws: with the engine's own sentence where it cannot use the files.
    static func run(_ folder: String) throws(ModelStoreError) {
        // An engine that is not installed will be missed, and named, when it is needed.
        guard let own = Executables.ownFolder(), let engine = Executables.find("tintype-engine", in: [own]) else {
            return
        }
        let (process, errors) = (Process(), Pipe())
        process.executableURL = URL(filePath: engine.text)
        process.arguments = ["--check", "--model", folder]
        process.standardInput = FileHandle.nullDevice
        process.standardError = errors
        guard (try? process.run()) != nil else { return }
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus != 0 else { return }
        guard process.terminationReason == .exit else {
            throw .unusable("The engine broke off over it: it is damaged.")
        }
        let sentence = String(decoding: said, as: UTF8.self).split(separator: "\n").last.map(String.init)
        // The folder is a passing one, which would only puzzle.
        throw .unusable((sentence ?? "The engine ended without a word.").replacing(folder + "/", with: ""))
    }
}
