import MediaTypes
import TestSupport
import Testing

@testable import Describing

struct EngineClientTests {
    @Test func `a picture is described over a Unix socket, and the answer says where it is from`() async throws {
        let directory = try TemporaryDirectory()
        let server = try ScriptedServer.engine(on: .unixSocket(directory.path("e.sock")), model: "tiny") { _ in
            sampleAnswer
        }
        let (descriptions, provenance) = try await client(server).describe([samplePicture], of: photoFacts)
        #expect(
            descriptions == [
                Description(field: .caption, text: "Boats.", language: "en"),
                Description(field: .tag, text: "boat", language: "en"),
                Description(field: .tag, text: "sea", language: "en"),
                Description(field: .ocr, text: "MARIA", language: "de"),
            ])
        #expect(provenance.source == .engine && provenance.engine == server.url && provenance.model == "tiny")
        #expect(provenance.promptDigest?.count == 16 && provenance.seed == 0)
        #expect(provenance.settings?.contains("\n") == false && provenance.settings?.contains("1344") == true)
    }

    @Test func `the request has the picture as it is, a fixed prompt, and asks for a stream and the form`() async throws
    {
        let server = try ScriptedServer.engine { _ in sampleAnswer }
        _ = try await client(server) { $0.key = EngineKey("sk-1") }.describe([samplePicture], of: photoFacts)
        let request = await server.request(number: 2)
        let asked = try #require(ScriptedEngineRequest(request))
        #expect(asked.pictures == [samplePicture.bytes] && asked.prompt == DescribingPrompt.photo.text)
        #expect(asked.wantsForm && asked.isStreamed && asked.model == "scripted")
        #expect(request.header("authorization") == "Bearer sk-1")
        #expect(request.text.contains(#""temperature":0"#) && request.text.contains(#""seed":0"#))
    }

    @Test func `the model's name is asked for once, and not at all where it is configured`() async throws {
        let server = try ScriptedServer.engine { _ in sampleAnswer }
        let unnamed = try client(server)
        for _ in 0..<2 { _ = try await unnamed.describe([samplePicture], of: photoFacts) }
        _ = try await client(server) { $0.model = "mine" }.describe([samplePicture], of: photoFacts)
        #expect(server.requests.map(\.method) == ["GET", "POST", "POST", "POST"])
        #expect(ScriptedEngineRequest(await server.request(number: 4))?.model == "mine")
    }

    @Test func `each kind of medium has a prompt of its own`() async throws {
        let server = try ScriptedServer.engine { _ in sampleAnswer }
        let client = try client(server)
        var screenshot = photoFacts
        screenshot.isScreenshot = true
        let video = MediaFacts(kind: .video, format: "mp4", size: photoFacts.size)
        var frames = [samplePicture, samplePicture]
        (frames[0].time, frames[1].time) = (0.5, 61.25)
        let digests = [
            try await client.describe([samplePicture], of: photoFacts).provenance.promptDigest,
            try await client.describe([samplePicture], of: screenshot).provenance.promptDigest,
            try await client.describe(frames, of: video).provenance.promptDigest,
        ]
        #expect(Set(digests).count == 3)
        let asked = try #require(ScriptedEngineRequest(await server.request(number: 4)))
        #expect(asked.prompt == DescribingPrompt.video.text + "\nAt 0.5 s:\nAt 61.3 s:" && asked.pictures.count == 2)
    }

    @Test(arguments: [1, 2, 3, 7, 64])
    func `events are read wherever the chunks are cut`(size: Int) async throws {
        let server = try ScriptedServer { request in
            request.method == "GET" ? .models(["m"]) : .completion(sampleAnswer.json, every: size)
        }
        #expect(try await client(server).describe([samplePicture], of: photoFacts).descriptions.count == 4)
    }

    @Test func `an engine that cannot stream is read all the same`() async throws {
        let server = try ScriptedServer { request in
            request.method == "GET" ? .models(["m"]) : .completion(sampleAnswer.json, isStreamed: false)
        }
        #expect(try await client(server).describe([samplePicture], of: photoFacts).descriptions.count == 4)
    }

    @Test func `an engine that enforces no form is asked without, and remembered`() async throws {
        let server = try ScriptedServer { request in
            guard let asked = ScriptedEngineRequest(request) else { return .models(["m"]) }
            return asked.wantsForm
                ? .engineError("response_format is not supported", status: 400) : .completion(sampleAnswer.json)
        }
        let client = try client(server)
        let first = try await client.describe([samplePicture], of: photoFacts).provenance.settings
        _ = try await client.describe([samplePicture], of: photoFacts)
        #expect(first?.contains(#""enforced_form":false"#) == true)
        #expect(server.requests.compactMap { ScriptedEngineRequest($0)?.wantsForm } == [true, false, false])
    }

    @Test func `a picture that is refused either way does not teach that the form is`() async throws {
        let server = try ScriptedServer { request in
            request.method == "GET" ? .models(["m"]) : .engineError("image too odd", status: 400)
        }
        let client = try client(server)
        for _ in 0..<2 {
            let failure = await #expect(throws: JobFailure.self) {
                try await client.describe([samplePicture], of: photoFacts)
            }
            #expect(failure?.code == "engine-bad-request" && failure?.cause == .file)
            #expect(failure?.message.contains("image too odd") == true)
        }
        #expect(server.requests.compactMap { ScriptedEngineRequest($0)?.wantsForm } == [true, false, true, false])
    }

    @Test func `an address with or without the version works`() async throws {
        let server = try ScriptedServer.engine { _ in sampleAnswer }
        for suffix in ["", "/", "/v1", "/v1/"] {
            let client = EngineClient(try EngineConfiguration(url: server.url + suffix))
            #expect(await client.state() == .ready(model: "scripted"), "\(suffix)")
        }
    }

    @Test func `neither key nor password is shown anywhere`() async throws {
        let server = try ScriptedServer { request in
            .engineError("bad key sk-secret", status: request.method == "GET" ? 500 : 400)
        }
        let url = server.url.replacing("http://", with: "http://user:hunter2@")
        var configuration = try EngineConfiguration(url: url)
        configuration.key = EngineKey("sk-secret")
        var shown = "\(configuration)"
        dump(configuration, to: &shown)
        let client = EngineClient(configuration)
        shown += "\(await client.state())"
        let failure = await #expect(throws: JobFailure.self) {
            try await client.describe([samplePicture], of: photoFacts)
        }
        shown += "\(String(describing: failure))"
        #expect(!shown.contains("sk-secret") && !shown.contains("hunter2"))
    }
}
