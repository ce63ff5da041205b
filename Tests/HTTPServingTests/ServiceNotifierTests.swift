import Foundation
import Glibc
import Testing

@testable import HTTPServing

@Suite struct ServiceNotifierTests {
    @Test(arguments: [true, false])
    func `the service manager hears what it is told`(isAbstract: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let name = isAbstract ? "@tintype-test-\(UUID())" : directory + "/notify"
            let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(manager) }
            let bytes = isAbstract ? [0] + Array(name.utf8.dropFirst()) : Array(name.utf8)
            #expect(withUnixAddress(bytes) { bind(manager, $0, $1) } == 0)

            let notifier = ServiceNotifier { $0 == "NOTIFY_SOCKET" ? name : nil }
            notifier.ready()
            notifier.status("12 files\nleft")
            notifier.watchdog()
            notifier.stopping()
            var heard: [String] = []
            for _ in 1...4 {
                var buffer = [UInt8](repeating: 0, count: 256)
                let count = recv(manager, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                heard.append(String(decoding: buffer[..<max(count, 0)], as: UTF8.self))
            }
            #expect(heard == ["READY=1", "STATUS=12 files left", "WATCHDOG=1", "STOPPING=1"])
        }
    }

    @Test func `without a manager nothing happens`() {
        let notifier = ServiceNotifier { _ in nil }
        notifier.ready()
        #expect(notifier.watchdogInterval == nil)
    }

    @Test func `the watchdog is fed twice in its time, by the process it means`() {
        let ours = ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]
        #expect(ServiceNotifier { ours[$0] }.watchdogInterval == .seconds(15))
        #expect(ServiceNotifier { ["WATCHDOG_USEC": "30000000"][$0] }.watchdogInterval == .seconds(15))
        let others = ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]
        #expect(ServiceNotifier { others[$0] }.watchdogInterval == nil)
        #expect(ServiceNotifier { ["WATCHDOG_USEC": "soon"][$0] }.watchdogInterval == nil)
    }
}
