import CKernels
import Glibc

/// Memory for what is read from end to end again and again: of the system, on large pages where it has them, zero at first.
///
/// Sendable as far as its users are: they say who writes when.
final class HugeMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    private let byteCount: Int

    /// - Traps where there is no memory: nothing of the engine works then.
    init(byteCount: Int) {
        self.byteCount = max(byteCount, 1)
        let mapped = mmap(nil, self.byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else {
            preconditionFailure("no memory for \(byteCount) bytes of weights")
        }
        madvise(mapped, self.byteCount, Int32(MADV_HUGEPAGE))
        base = mapped
    }

    deinit { munmap(base, byteCount) }
}
