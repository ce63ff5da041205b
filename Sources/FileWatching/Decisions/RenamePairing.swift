/// Puts the halves of renames together by their cookies.
///
/// The halves may come in different reads with other events between. A first half without a second left the watched
/// trees; a second without a first came in from outside.
struct RenamePairing {
    /// The first half of a rename.
    struct Half: Equatable {
        var place: Place
        var isDirectory: Bool
    }

    private var halves: [UInt32: Half] = [:]
    private var deadlines = DeadlineQueue<UInt32>()
    private let hold: Duration

    init(hold: Duration) { self.hold = hold }

    var count: Int { halves.count }

    /// Keeps a first half until its second comes or its time is up.
    mutating func hold(_ half: Half, cookie: UInt32, now: Duration) {
        halves[cookie] = half
        deadlines.schedule(cookie, at: now + hold)
    }

    /// The first half that this second belongs to.
    mutating func match(cookie: UInt32) -> Half? {
        deadlines.cancel(cookie)
        return halves.removeValue(forKey: cookie)
    }

    /// A first half whose second did not come in time.
    mutating func popExpired(_ now: Duration) -> Half? {
        guard let cookie = deadlines.popDue(now) else { return nil }
        return halves.removeValue(forKey: cookie)
    }

    mutating func nextDeadline() -> Duration? { deadlines.nextDeadline() }
}
