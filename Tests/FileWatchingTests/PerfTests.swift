import Glibc
import MediaTypes
import Testing
@testable import FileWatching
func rss() -> Int {
    let f = open("/proc/self/status", O_RDONLY); defer { close(f) }
    var b = [UInt8](repeating: 0, count: 8192); let n = read(f, &b, 8192)
    let t = String(decoding: b.prefix(n), as: UTF8.self)
    for l in t.split(separator: "\n") where l.hasPrefix("VmRSS") { return Int(l.split(whereSeparator: { !$0.isNumber }).first ?? "0") ?? 0 }
    return 0
}
@Test func `perf`() async throws {
    let tree = try TemporaryTree()
    for d in 0..<100 { try tree.make("\(d)"); for f in 0..<1000 { let p = "\(d)/IMG_\(f).jpg"; try tree.write(p) } }
    for d in 0..<100 { for f in stride(from: 0, to: 1000, by: 1) { _ = (d, f) } }
    usleep(2_100_000)
    var c = WatchConfiguration(); c.presenceInterval = .seconds(5)
    try await WatchSession.run(tree, c) { s in
        let r0 = rss(); let t0 = WatchClock.now()
        var n = 0, peak = 0
        var it = s.watcher.events.makeAsyncIterator()
        loop: while let e = await it.next() {
            if case .listed(_, let f, _, _) = e { n += f.filter { $0.identity != nil }.count; peak = max(peak, rss()) }
            if case .crawlFinished = e { break loop }
        }
        print("PERF crawl", n, WatchClock.now() - t0, "rss before", r0, "peak", peak)
        // live copies
        let t1 = WatchClock.now()
        try tree.make("live")
        for f in 0..<20000 { try tree.write("live/\(f).jpg") }
        print("PERF written", WatchClock.now() - t1)
        var m = Set<MediaPath>()
        while m.count < 20000, let e = await it.next() {
            switch e { case .settled(let p, _): m.insert(p)
            case .listed(let d, let f, _, _): for x in f where x.identity != nil { m.insert(d.appending(x.name)) }
            default: break }
        }
        print("PERF live settled", WatchClock.now() - t1, "overflows", s.watcher.health.overflows, "rss", rss())
        // 20 000 renames & deletes
        let t2 = WatchClock.now()
        try tree.removeAll(tree.path("live"))
        let t3 = WatchClock.now()
        while let e = await it.next() { if case .directoryRemoved = e { break } }
        print("PERF removed", t3 - t2, WatchClock.now() - t2, "rss", rss(), s.watcher.health.overflows)
    }
}
