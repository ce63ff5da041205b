import DaemonAPI
import MediaTypes
import Testing

struct WirePathTests {
    private let raw: [UInt8] = Array("/p/caf".utf8) + [0xE9] + Array(".jpg".utf8)

    @Test
    func `a path that is UTF-8 goes as text alone`() throws {
        let wire = WirePath(try Sample.path("/p/ä \u{FFFD}.jpg"))
        #expect(wire.pathBytes == nil)
        #expect(wire.mediaPath == MediaPath("/p/ä \u{FFFD}.jpg"))
    }

    @Test
    func `a path that is no UTF-8 keeps every byte`() throws {
        let path = try #require(MediaPath(raw))
        let job = FailedJob(path: path, stage: .facts, code: "c", message: "m", attempts: 1, at: nil)
        #expect(job.path == "/p/caf\u{FFFD}.jpg")
        let json = try WireCoding.encode(job)
        #expect(String(decoding: json, as: UTF8.self).contains(#""path_bytes":"L3AvY2Fm6S5qcGc=""#))
        #expect(try WireCoding.decode(FailedJob.self, from: json).mediaPath?.bytes == raw)
    }

    @Test
    func `in a list a path is a string where that is enough and an object where it is not`() throws {
        let request = DescribeRequest(paths: [try Sample.path("/a"), try #require(MediaPath(raw))])
        let json = try WireCoding.encode(request)
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"paths":["/a",{"path":"/p/caf\#u{FFFD}.jpg","path_bytes":"L3AvY2Fm6S5qcGc="}]}"#)
        #expect(try WireCoding.decode(DescribeRequest.self, from: json) == request)
    }

    @Test(arguments: ["relative", "", "/a\u{0}b"])
    func `what is no path is none`(text: String) {
        #expect(WirePath(path: text, pathBytes: nil).mediaPath == nil)
    }

    @Test
    func `bytes that are no base64 are no path, whatever the text says`() {
        #expect(WirePath(path: "/a", pathBytes: "***").mediaPath == nil)
    }
}
