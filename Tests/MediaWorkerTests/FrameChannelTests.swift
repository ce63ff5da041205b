import Foundation
import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import MediaWorker

/// Both ends of a real socket.
private final class ChannelPair: Sendable {
    let here: FrameChannel
    let there: FrameChannel

    init() throws {
        let (ours, theirs) = try FrameChannel.pair()
        here = FrameChannel(socket: ours)
        there = FrameChannel(socket: theirs)
    }

    deinit {
        close(here.socket)
        close(there.socket)
    }
}

@Suite struct FrameChannelTests {
    @Test func `a frame arrives as it was sent, with its descriptors`() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write("handed over", to: "file")
        let descriptor = file.withCString { open($0, O_RDONLY) }
        defer { close(descriptor) }
        let pair = try ChannelPair()
        let frame = Frame(header: Array("{}".utf8), blobs: [[1, 2, 3], []])

        try pair.here.send(frame, descriptors: [0, descriptor])
        let (received, handed) = try pair.there.receive(limits: .reply, descriptors: 2)
        defer { for descriptor in handed { close(descriptor) } }

        #expect(received == frame)
        try #require(handed.count == 2)
        let handedOver = handed[1]
        #expect(handedOver != descriptor)
        var bytes = [UInt8](repeating: 0, count: 64)
        #expect(read(handedOver, &bytes, 64) == 11)
        #expect(String(decoding: bytes.prefix(11), as: UTF8.self) == "handed over")
    }

    @Test(arguments: [0, 1])
    func `a descriptor that nobody expects is not taken into our table of open files`(expected: Int) throws {
        let pair = try ChannelPair()
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        for _ in 0..<20 {
            try pair.here.send(Frame(header: [1]), descriptors: [0, 0])
            let handed = try pair.there.receive(limits: .reply, descriptors: expected).descriptors
            defer { for descriptor in handed { close(descriptor) } }
            #expect(handed.count == expected)
        }
        // Other tests open files meanwhile; twenty more would be ours.
        #expect(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count < before + 20)
    }

    @Test func `models arrive in the order in which they were announced`() throws {
        let directory = try TemporaryDirectory()
        let pair = try ChannelPair()
        for name in ["one", "two"] {
            let file = try directory.write("weights of \(name)", to: name)
            let descriptor = file.withCString { open($0, O_RDONLY) }
            defer { close(descriptor) }
            try pair.here.send(try HandedModel(name: name).frame(), descriptors: [descriptor])
        }
        let descriptors = try pair.there.receiveModels(["one", "two"])
        defer { for descriptor in descriptors { close(descriptor) } }
        var bytes = [UInt8](repeating: 0, count: 64)
        #expect(read(descriptors[1], &bytes, 64) == 14)
        #expect(String(decoding: bytes.prefix(14), as: UTF8.self) == "weights of two")
    }

    @Test func `a model that was not announced, or comes without its file, is refused`() throws {
        let pair = try ChannelPair()
        try pair.here.send(try HandedModel(name: "another").frame(), descriptors: [0])
        #expect(throws: ChannelError.self) { try pair.there.receiveModels(["one"]) }
        try pair.here.send(try HandedModel(name: "one").frame())
        #expect(throws: ChannelError.self) { try pair.there.receiveModels(["one"]) }
    }

    @Test func `bytes that drip do not put off the deadline`() throws {
        let pair = try ChannelPair()
        try pair.here.send(Frame(header: Array("some bytes are there already".utf8)))
        #expect(throws: ChannelError.timedOut) { try pair.there.receive(limits: .reply, by: .after(.zero)) }
    }

    @Test func `frames sent one after the other are told apart`() throws {
        let pair = try ChannelPair()
        for number in 0..<20 { try pair.here.send(Frame(header: [UInt8(number)], blobs: [[UInt8(number)]])) }
        for number in 0..<20 {
            let (frame, descriptors) = try pair.there.receive(limits: .reply)
            #expect(frame == Frame(header: [UInt8(number)], blobs: [[UInt8(number)]]))
            #expect(descriptors.isEmpty)
        }
    }

    @Test func `a frame larger than the socket's buffer arrives whole`() async throws {
        let pair = try ChannelPair()
        let frame = Frame(header: [7], blobs: [[UInt8](repeating: 5, count: 3 << 20)])
        let sender = Thread { try? pair.here.send(frame) }
        let received = try pair.there.receive(limits: .reply, by: .after(.seconds(60))).frame
        sender.join()
        #expect(received == frame)
    }

    @Test(arguments: [
        Frame(header: [UInt8](repeating: 0, count: (64 << 10) + 1)),
        Frame(header: [], blobs: [[1]]),
    ])
    func `what is above the limits is refused before it is read`(frame: Frame) throws {
        let pair = try ChannelPair()
        try pair.here.send(frame)
        #expect(throws: ChannelError.malformed("a frame too large")) { try pair.there.receive(limits: .request) }
    }

    @Test func `blobs are counted together`() throws {
        let pair = try ChannelPair()
        try pair.here.send(Frame(header: [], blobs: [[1, 2, 3], [4, 5]]))
        let limits = Frame.Limits(headerByteCount: 10, blobCount: 2, blobByteCount: 4)
        #expect(throws: ChannelError.malformed("a frame too large")) { try pair.there.receive(limits: limits) }
    }

    @Test func `bytes that are no frame are refused`() throws {
        let pair = try ChannelPair()
        #expect(write(pair.here.socket, "HTTP/1.1 200 OK\r\n", 17) == 17)
        #expect(throws: ChannelError.malformed("no frame")) { try pair.there.receive(limits: .reply) }
    }

    @Test func `an end in the middle of a frame is an end`() throws {
        let pair = try ChannelPair()
        let bytes = Frame(header: [1, 2, 3]).encoded()
        #expect(write(pair.here.socket, bytes, bytes.count - 1) == bytes.count - 1)
        shutdown(pair.here.socket, CInt(SHUT_WR))
        #expect(throws: ChannelError.ended) { try pair.there.receive(limits: .reply) }
    }

    @Test func `waiting ends at the deadline`() throws {
        let pair = try ChannelPair()
        #expect(throws: ChannelError.timedOut) { try pair.there.receive(limits: .reply, by: .after(.milliseconds(20))) }
    }

    @Test func `sending to one who left says so instead of raising a signal`() throws {
        let pair = try ChannelPair()
        shutdown(pair.there.socket, CInt(SHUT_RDWR))
        #expect(throws: ChannelError.ended) { try pair.here.send(Frame(header: [1])) }
    }
}

/// A thread to be waited for: blocking calls do not belong on Swift's.
private final class Thread: Sendable {
    private let id: pthread_t

    init(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var id = pthread_t()
        pthread_create(
            &id, nil,
            { box in
                if let box { Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body() }
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        self.id = id
    }

    func join() { pthread_join(id, nil) }
}
