import Testing

@testable import HTTPTransport

struct ResponsePipeTests {
    private let broken = HTTPError(code: .connectionLost, message: "The connection broke.")

    @Test func `what came before a connection broke is read, however late the reader comes`() async throws {
        let pipe = ResponsePipe()
        pipe.put(head: HTTPResponseHead(status: 200))
        pipe.put(chunk: [1, 2, 3])
        pipe.finish(.failure(broken))
        #expect(try await pipe.head().status == 200)
        #expect(try await pipe.next() == [1, 2, 3])
        let error = await #expect(throws: HTTPError.self) { _ = try await pipe.next() }
        #expect(error?.code == broken.code)
    }

    @Test func `an answer that was called off is read no further`() async throws {
        let pipe = ResponsePipe()
        pipe.put(head: HTTPResponseHead(status: 200))
        pipe.cancel()
        let error = await #expect(throws: HTTPError.self) { _ = try await pipe.head() }
        #expect(error?.code == .cancelled)
    }
}
