import MediaTypes
import Testing

@testable import FileWatching

struct SettleGateTests {
    private let place = Place(node: NodeID(rawValue: 1), name: FileName("a.jpg"))
    /// Wall time when the tests' clock is at nought.
    private let epoch = 1_000_000.0

    private func gate() -> SettleGate {
        SettleGate(settleTime: .seconds(2), longest: .seconds(60), memory: .seconds(120))
    }

    private func status(size: Int64 = 1, touchedAt second: Double) -> FileStatus {
        let identity = FileIdentity(device: 1, inode: 1, byteCount: size, modifiedAt: epoch + second)
        return FileStatus(identity: identity, changedAt: epoch + second)
    }

    @Test func `a file whose times are as old as the quiet time passes at the first look`() {
        var gate = gate()
        gate.touch(place, now: .seconds(10))
        #expect(gate.popDue(.seconds(11.9)) == nil)
        #expect(gate.nextDeadline() == .seconds(12))
        #expect(gate.popDue(.seconds(12)) == place)
        #expect(gate.observe(place, status(touchedAt: 9.9), now: .seconds(12), wallTime: epoch + 12) == true)
        #expect(gate.count == 0 && gate.nextDeadline() == nil)
    }

    @Test func `each event starts the quiet time anew`() {
        var gate = gate()
        for second in 0...5 { gate.touch(place, now: .seconds(second)) }
        #expect(gate.popDue(.seconds(6)) == nil)
        #expect(gate.popDue(.seconds(7)) == place)
    }

    @Test func `a file that grows without events waits until it has stopped`() {
        var gate = gate()
        gate.touch(place, now: .zero)
        for second in stride(from: 2, through: 10, by: 2) {
            #expect(gate.popDue(.seconds(second)) == place)
            let growing = status(size: Int64(second), touchedAt: Double(second) - 0.1)
            #expect(gate.observe(place, growing, now: .seconds(second), wallTime: epoch + Double(second)) == false)
        }
        #expect(gate.popDue(.seconds(12)) == place)
        #expect(gate.observe(place, status(size: 10, touchedAt: 9.9), now: .seconds(12), wallTime: epoch + 12) == true)
    }

    @Test func `a file whose clock runs ahead passes when it was twice the same`() {
        var gate = gate()
        gate.touch(place, now: .zero)
        #expect(gate.popDue(.seconds(2)) == place)
        #expect(gate.observe(place, status(touchedAt: 20), now: .seconds(2), wallTime: epoch + 2) == false)
        #expect(gate.popDue(.seconds(4)) == place)
        #expect(gate.observe(place, status(touchedAt: 20), now: .seconds(4), wallTime: epoch + 4) == true)
    }

    @Test func `a time far in the future is not taken for a sign of writing`() {
        #expect(!status(touchedAt: 1e9).isYoung(.seconds(2), wallTime: epoch))
        #expect(status(touchedAt: 1).isYoung(.seconds(2), wallTime: epoch))
    }

    @Test func `a file that keeps changing waits twice as long each time, up to a minute, and is forgiven`() {
        var gate = gate()
        var now = Duration.zero
        var waits: [Duration] = []
        for _ in 0..<8 {
            gate.touch(place, now: now)
            let due = gate.nextDeadline() ?? .zero
            waits.append(due - now)
            now = due
            #expect(gate.popDue(now) == place)
            #expect(gate.observe(place, status(touchedAt: -100), now: now, wallTime: epoch) == true)
        }
        #expect(waits == [2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        now += .seconds(120)
        #expect(gate.popDue(now) == nil)
        gate.touch(place, now: now)
        #expect(gate.nextDeadline() == now + .seconds(2))
    }

    @Test func `a forgotten file is never due`() {
        var gate = gate()
        gate.touch(place, now: .zero)
        gate.forget(place)
        #expect(gate.popDue(.seconds(100)) == nil && !gate.isWaiting(place))
    }
}

struct RenamePairingTests {
    private func half(_ name: String) -> RenamePairing.Half {
        RenamePairing.Half(place: Place(node: NodeID(rawValue: 1), name: FileName(name)), isDirectory: false)
    }

    @Test func `halves find each other by their cookie whatever comes between`() {
        var pairing = RenamePairing(hold: .seconds(1))
        pairing.hold(half("a"), cookie: 1, now: .zero)
        pairing.hold(half("b"), cookie: 2, now: .zero)
        #expect(pairing.match(cookie: 2) == half("b"))
        #expect(pairing.match(cookie: 1) == half("a"))
        #expect(pairing.match(cookie: 1) == nil)
        #expect(pairing.popExpired(.seconds(9)) == nil)
    }

    @Test func `a first half without a second comes out when its time is up, and only then`() {
        var pairing = RenamePairing(hold: .seconds(1))
        pairing.hold(half("a"), cookie: 1, now: .zero)
        #expect(pairing.popExpired(.seconds(0.9)) == nil)
        #expect(pairing.nextDeadline() == .seconds(1))
        #expect(pairing.popExpired(.seconds(1)) == half("a"))
        #expect(pairing.match(cookie: 1) == nil && pairing.count == 0)
    }
}
