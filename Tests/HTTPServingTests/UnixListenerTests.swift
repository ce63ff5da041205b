import Foundation
import Glibc
import Testing

@testable import HTTPServing

@Suite struct UnixListenerTests {
    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func `the socket is its owner's alone, in a directory that is too`() async throws {
        try await withTemporaryDirectory { directory in
            let listener = try UnixListener.bind(path: directory + "/new/socket")
            defer { listener.close() }
            #expect(mode(directory + "/new") == 0o700)
            #expect(mode(directory + "/new/socket") == 0o600)
        }
    }

    @Test func `a second server on the same path is refused, with the reason`() async throws {
        try await withServer { path in
            let error = #expect(throws: HTTPServingError.self) { try UnixListener.bind(path: path) }
            #expect(error?.code == .alreadyRunning)
            #expect(error?.message.contains(path) == true)
            let client = try RawClient(path)
            await client.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try await client.response().body == "pong")
        }
    }

    @Test func `a socket that somebody else answers on is refused, lock or not`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/socket"
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            #expect(withUnixAddress(Array(path.utf8)) { bind(descriptor, $0, $1) } == 0)
            #expect(listen(descriptor, 5) == 0)
            #expect(throws: HTTPServingError.self) { try UnixListener.bind(path: path) }
        }
    }

    @Test func `a socket that a killed server left behind is replaced`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/socket"
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            #expect(withUnixAddress(Array(path.utf8)) { bind(descriptor, $0, $1) } == 0)
            close(descriptor)
            let listener = try UnixListener.bind(path: path)
            #expect(throws: Never.self) { try RawClient(path) }
            listener.close()
            #expect(mode(path) == 0)
        }
    }

    @Test func `a directory that others may write to is refused`() async throws {
        try await withTemporaryDirectory { directory in
            chmod(directory, 0o770)
            let error = #expect(throws: HTTPServingError.self) { try UnixListener.bind(path: directory + "/socket") }
            #expect(error?.code == .unsafeDirectory)
        }
    }

    @Test func `a symbolic link in the directory's place is refused`() async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createSymbolicLink(
                atPath: directory + "/link", withDestinationPath: directory)
            let error = #expect(throws: HTTPServingError.self) {
                try UnixListener.bind(path: directory + "/link/socket")
            }
            #expect(error?.code == .unsafeDirectory)
        }
    }

    @Test(arguments: ["/tmp/" + String(repeating: "x", count: 110), "relative", "", "/tmp/a\0b"])
    func `a path that no socket can have is refused`(path: String) {
        let error = #expect(throws: HTTPServingError.self) { try UnixListener.bind(path: path) }
        #expect(error?.code == .pathTooLong)
    }

    @Test func `only a listening Unix socket counts as inherited`() async throws {
        try await withTemporaryDirectory { directory in
            let listener = try UnixListener.bind(path: directory + "/socket")
            let descriptor = listener.takeDescriptor()
            defer { close(descriptor) }
            #expect(SystemdSocket.isListening(descriptor))
            #expect(!SystemdSocket.isListening(STDIN_FILENO))
            #expect(!SystemdSocket.isListening(-1))
        }
        #expect(SystemdSocket.isForUs { ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "1"][$0] })
        #expect(!SystemdSocket.isForUs { ["LISTEN_PID": "1", "LISTEN_FDS": "1"][$0] })
        #expect(!SystemdSocket.isForUs { _ in nil })
    }

    @Test func `an inherited socket is served, and its file stays`() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/socket"
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            #expect(withUnixAddress(Array(path.utf8)) { bind(descriptor, $0, $1) } == 0)
            #expect(listen(descriptor, 5) == 0)
            let client = try RawClient(path)
            let server = HTTPServer(listener: .inherited(descriptor), router: makeRouter(), logger: quiet)
            let running = Task { try await server.run() }
            await client.send("GET /ping HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try await client.response().body == "pong")
            running.cancel()
            try await running.value
            #expect(mode(path) != 0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can pose as somebody else"))
    func `another user is turned away, even where the file's mode lets them in`() async throws {
        try await withServer { path in
            chmod(path, 0o666)
            chmod(String(path.dropLast("/socket".count)), 0o755)
            let curl = ["curl", "-s", "--unix-socket", path, "http://t/ping"]
            let answers = try await offPool {
                [try run(["setpriv", "--reuid", "65534", "--clear-groups"] + curl), try run(curl)]
            }
            #expect(answers == ["", "pong"])
        }
    }
}
