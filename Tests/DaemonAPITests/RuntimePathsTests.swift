import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import DaemonAPI

struct RuntimePathsTests {
    private func paths(
        _ variables: [String: String], ownDirectories: Set<String> = []
    ) throws -> RuntimePaths {
        try RuntimePaths(
            surroundings: Surroundings(
                variable: { variables[$0].map { Array($0.utf8) } }, passwordHome: nil,
                currentDirectory: Array("/work".utf8), userID: 1000,
                isOwnDirectory: { ownDirectories.contains($0.text) }))
    }

    @Test
    func `without any variable the defaults of the XDG standard hold`() throws {
        let paths = try paths(["HOME": "/home/u"], ownDirectories: ["/run/user/1000"])
        #expect(paths.configFile.text == "/home/u/.config/tintype/config.toml")
        #expect(paths.databaseFile.text == "/home/u/.local/share/tintype/library.sqlite")
        #expect(paths.cacheThumbnails.text == "/home/u/.cache/thumbnails")
        #expect(paths.logFile.text == "/home/u/.local/state/tintype/tintyped.log")
        #expect(paths.socket.text == "/run/user/1000/tintype/tintyped.sock")
    }

    @Test
    func `the XDG variables are obeyed, and relative ones ignored as the standard says`() throws {
        let paths = try paths([
            "HOME": "/home/u", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "relative", "XDG_RUNTIME_DIR": "/r",
        ])
        #expect(paths.configFile.text == "/c/tintype/config.toml")
        #expect(paths.dataDirectory.text == "/home/u/.local/share/tintype")
        #expect(paths.socket.text == "/r/tintype/tintyped.sock")
    }

    @Test
    func `TINTYPE_HOME holds everything, and a relative one means the current directory`() throws {
        let paths = try paths(["TINTYPE_HOME": "lib", "XDG_DATA_HOME": "/d", "HOME": "/home/u"])
        #expect(paths.home?.text == "/work/lib")
        for path in [paths.configFile, paths.databaseFile, paths.cacheThumbnails, paths.logFile, paths.socket] {
            #expect(path.text.hasPrefix("/work/lib/"))
        }
        #expect(paths.socket.text == "/work/lib/run/tintyped.sock")
    }

    @Test
    func `without a session the socket lies below tmp, under the user's number`() throws {
        #expect(try paths(["HOME": "/home/u"]).socket.text == "/tmp/tintype-1000/tintyped.sock")
    }

    @Test
    func `a socket path that the kernel cannot take is refused with its length, and the longest that fits is not`() {
        let fitting = "/" + String(repeating: "x", count: 107 - 1 - "/run/tintyped.sock".count)
        #expect(throws: Never.self) { try paths(["TINTYPE_HOME": fitting]) }
        let error = #expect(throws: RuntimePathsError.self) { try paths(["TINTYPE_HOME": fitting + "x"]) }
        #expect(error?.message.contains("108 bytes") == true)
    }

    @Test
    func `without any home there is a clear error`() {
        #expect(throws: RuntimePathsError.noHome) { try paths([:]) }
    }

    @Test
    func `the socket's directory is made for us alone, and closed where it was open`() throws {
        let folder = try TemporaryDirectory()
        let paths = try paths(["TINTYPE_HOME": folder.path("deep/er").text])
        try paths.prepareRuntimeDirectory()
        #expect(mode(of: paths.runtimeDirectory) == 0o700)
        #expect(paths.runtimeDirectory.withCString { chmod($0, 0o755) } == 0)
        try paths.prepareRuntimeDirectory()
        #expect(mode(of: paths.runtimeDirectory) == 0o700)
    }

    @Test
    func `a link in place of the socket's directory is not followed`() throws {
        let folder = try TemporaryDirectory()
        let elsewhere = try folder.makeDirectory("elsewhere")
        #expect(symlink(elsewhere.text, folder.path("run").text) == 0)
        let paths = try paths(["TINTYPE_HOME": folder.path(".").text])
        #expect(throws: RuntimePathsError.self) { try paths.prepareRuntimeDirectory() }
    }

    private func mode(of path: MediaPath) -> mode_t {
        var status = stat()
        return path.withCString { lstat($0, &status) } == 0 ? status.st_mode & 0o777 : 0
    }
}
