import Glibc

/// Memory of the system, on large pages where it has them, zero at first.
///
/// Sendable since it is an address that never changes: its users say who writes there when.
final class HugeMemory: @unchecked Sendable {
    /// On the border of a large page.
    let base: UnsafeMutableRawPointer
    private let mapped: UnsafeMutableRawPointer
    private let mappedCount: Int

    /// A large page of the processors that are known here.
    static let page = 2 << 20

    /// - Traps where there is no memory: nothing of the engine works then.
    init(byteCount: Int) {
        mappedCount = max(byteCount, 1) + Self.page
        let mapped = mmap(nil, mappedCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { preconditionFailure("no memory for \(byteCount) bytes") }
        madvise(mapped, mappedCount, Int32(MADV_HUGEPAGE))
        self.mapped = mapped
        base = mapped.alignedUp(toMultipleOf: Self.page)
    }

    deinit { munmap(mapped, mappedCount) }
}
