import Foundation
import Glibc
import HTTPTransport
import Testing

/// A server that speaks TLS: `openssl s_server`, with a certificate made for it.
private final class TLSServer {
    let port: Int
    let certificate: String
    private let process = Process()
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tintype-test.\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.path + "/certificate.pem"
        let key = folder.path + "/key.pem"
        let making = Process()
        making.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        making.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ]
        making.standardError = FileHandle.nullDevice
        try making.run()
        making.waitUntilExit()
        let output = Pipe()
        process.executableURL = making.executableURL
        process.arguments = ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var said = ""
        while !said.contains(/ACCEPT .*\n/) {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            said += String(decoding: data, as: UTF8.self)
        }
        port = try #require(said.firstMatch(of: /ACCEPT .*:(\d+)/).flatMap { Int($0.output.1) })
    }

    deinit {
        // Not SIGTERM: where another suite has had this process ignore it, its children do as well.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }
}

struct HTTPTLSTests {
    @Test func `a certificate that is trusted is, and one that is not is refused`() async throws {
        let server = try TLSServer()
        let request = HTTPRequest(try Endpoint("https://localhost:\(server.port)"), path: "/")
        let response = try await HTTPClient(certificateAuthorities: server.certificate).send(request)
        #expect(response.status == 200 && response.text.contains("s_server"))

        let stranger = await #expect(throws: HTTPError.self) { try await HTTPClient().send(request) }
        #expect(stranger?.code == .tls && stranger?.remedy?.contains("certificate") == true)

        let otherName = HTTPRequest(try Endpoint("https://127.0.0.1:\(server.port)"), path: "/")
        let error = await #expect(throws: HTTPError.self) {
            try await HTTPClient(certificateAuthorities: server.certificate).send(otherName)
        }
        #expect(error?.code == .tls)
    }
}
