import DaemonAPI
import Glibc
import MediaTypes
import TestSupport
import Testing

@testable import tintype

struct RunningTests {
    @Test(arguments: [(2, 0, 0), (1, 1, 4), (0, 2, 2), (0, 0, 0)])
    func `several things end with 0, 4 or 2`(done: Int, failed: Int, code: Int) {
        #expect(CommandStatus.ofMany(done: done, failed: failed).code == Int32(code))
    }

    @Test
    func `a reader that has gone is no failure`() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let output = Output(descriptor: ends[1], isTerminal: false)
        try output.write("x".utf8)
        #expect(throws: Output.BrokenPipe.self) { try output.flush() }
    }

    @Test
    func `a full disk is a failure with a reason`() throws {
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        try #require(full >= 0)
        defer { close(full) }
        let output = Output(descriptor: full, isTerminal: false)
        try output.write("x".utf8)
        let failure = #expect(throws: CommandFailure.self) { try output.flush() }
        #expect(failure?.message.contains("No space left") == true)
    }

    @Test
    func `NO_COLOR and a dumb terminal turn colours off, an empty NO_COLOR does not`() {
        #expect(Paint.isWanted { _ in nil })
        #expect(!Paint.isWanted { $0 == "NO_COLOR" ? "1" : nil })
        #expect(Paint.isWanted { $0 == "NO_COLOR" ? "" : "xterm" })
        #expect(!Paint.isWanted { $0 == "TERM" ? "dumb" : nil })
    }

    @Test
    func `wide characters are cut where the terminal ends`() {
        #expect(DisplayWidth.cut("日本語の写真", columns: 7) == "日本語…")
        #expect(DisplayWidth.cut("short", columns: 5) == "short")
        #expect(DisplayWidth.columns(of: "e\u{301}👍") == 3)
    }

    @Test(arguments: [
        (0.4, "0 s"), (89, "89 s"), (125, "2 min"), (4800, "80 min"), (7260, "2 h 1 min"), (187_200, "2 d 4 h"),
        (.infinity, "unknown"), (-1, "unknown"),
    ])
    func `stretches of time are told in their two largest units`(seconds: Double, words: String) {
        #expect(Words.duration(seconds: seconds) == words)
    }

    @Test(arguments: [(812, "812 bytes"), (2_400_000, "2.4 MB"), (999_950_000, "1 GB"), (3_000_000_000_000, "3 TB")])
    func `sizes are told in their unit`(bytes: Int64, words: String) {
        #expect(Words.size(bytes: bytes) == words)
    }
}
