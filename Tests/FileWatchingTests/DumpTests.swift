import MediaTypes
import Testing
@testable import FileWatching
func dump(_ session: WatchSession, _ disk: ModelTree) {
        let n = session.tree.root.text.utf8.count
        func p(_ x: MediaPath) -> String { String(x.text.dropFirst(n)) }
        for l in session.model.differences(from: disk) { print("DIFF", l) }
        for e in session.log {
            switch e {
            case .listed(let d, _, let s, let l): print("EV listed", p(d), s.map(\.text), l)
            case .directoryMoved(let a, let b): print("EV dmoved", p(a), p(b))
            case .directoryRemoved(let a): print("EV dremoved", p(a))
            case .overflowed: print("EV OVERFLOW")
            case .rootState(_, let s): print("EV", s)
            default: break
            }
        }
        for e in session.watcher.health.recentEvents where e.isDirectory || (e.path?.name.isHidden ?? true) { print("K", e.kind, e.path.map(p) ?? "?", e.cookie) }
        print("H", session.watcher.health)
}
