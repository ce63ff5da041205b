import CKernels
import Glibc
import Synchronization

/// The memory of packed weights and tensors: one after the other on large pages.
///
/// A matrix in memory of its own begins and ends on small pages, and a small one lies on nothing else: reading 280 MB of weights
/// in some hundred such matrices took half as long again. And a step needs much the same tensors as the one before it: what is
/// given back serves the next ones. The system's allocator kept half a gigabyte of such memory in pieces that fitted nothing;
/// here neighbours become one again, and the smallest piece that is large enough is taken: the first one cost eight sequences
/// 60 MB.
public final class ComputeMemory: Sendable {
    /// Of the process's tensors.
    public static let tensors = ComputeMemory()
    /// Of its packed weights, which stay: tensors that come and go among them left gaps that fitted nothing later, 70 MB.
    static let weights = ComputeMemory()

    /// A piece of memory, its content undefined.
    ///
    /// Sendable since it is an address and a length: whoever took it says who writes there when.
    struct Block: @unchecked Sendable {
        let base: UnsafeMutableRawPointer
        let byteCount: Int
    }

    fileprivate struct State {
        var links: [HugeMemory] = []
        /// Apart from each other, in the order of their addresses.
        var free: [Block] = []
    }

    private let state = Mutex(State())

    /// What is asked of the system at a time. Untouched memory costs nothing, so that this may be more than a small model needs.
    private static let linkBytes = 64 << 20
    /// Smaller blocks are the system's business: it is good at them.
    private static let least = 64 << 10
    /// A line of the cache.
    private static let alignment = 64

    /// Memory of at least so many bytes.
    func take(_ byteCount: Int) -> Block {
        let size = (max(byteCount, 1) + Self.alignment - 1) / Self.alignment * Self.alignment
        guard size >= Self.least else {
            return Block(base: .allocate(byteCount: size, alignment: Self.alignment), byteCount: size)
        }
        return state.withLock { state in
            if let place = state.tightest(for: size) { return state.cut(size, from: place) }
            let count = max(size, Self.linkBytes)
            let link = HugeMemory(byteCount: count)
            state.links.append(link)
            let place = state.insert(Block(base: link.base, byteCount: count))
            return state.cut(size, from: place)
        }
    }

    /// Takes back what `take` gave.
    func give(_ block: Block) {
        guard block.byteCount >= Self.least else { return block.base.deallocate() }
        state.withLock { state in _ = state.insert(block) }
    }

    /// The same for what nobody will need soon: the system has it until it is written to again.
    func giveUp(_ block: Block) {
        Self.drop(block, wholePagesOf: Int(sysconf(Int32(_SC_PAGESIZE))))
        give(block)
    }

    /// Lets the system have what is free, until it is written to again, and what its allocator keeps beside: for when there is
    /// nothing to do. Large pages that are used in part stay whole.
    public func release() {
        kernel_trim_heap()
        state.withLock { state in
            for block in state.free { Self.drop(block, wholePagesOf: HugeMemory.page) }
        }
    }

    private static func drop(_ block: Block, wholePagesOf size: Int) {
        let first = block.base.alignedUp(toMultipleOf: size)
        let end = (block.base + block.byteCount).alignedDown(toMultipleOf: size)
        if first < end { madvise(first, end - first, MADV_DONTNEED) }
    }

    /// How many bytes are free, and in how many pieces.
    var free: (byteCount: Int, pieces: Int) {
        state.withLock { ($0.free.reduce(0) { $0 + $1.byteCount }, $0.free.count) }
    }
}

extension ComputeMemory.State {
    /// The smallest piece that is large enough: large ones stay whole for what needs them.
    fileprivate func tightest(for size: Int) -> Int? {
        free.indices.filter { free[$0].byteCount >= size }.min { free[$0].byteCount < free[$1].byteCount }
    }

    fileprivate mutating func cut(_ size: Int, from place: Int) -> ComputeMemory.Block {
        let whole = free[place]
        if whole.byteCount == size {
            free.remove(at: place)
        } else {
            free[place] = ComputeMemory.Block(base: whole.base + size, byteCount: whole.byteCount - size)
        }
        return ComputeMemory.Block(base: whole.base, byteCount: size)
    }

    /// Where it lies among what is free, together with what it touches.
    fileprivate mutating func insert(_ block: ComputeMemory.Block) -> Int {
        var place = free.firstIndex { $0.base > block.base } ?? free.count
        var (base, count) = (block.base, block.byteCount)
        if place < free.count, base + count == free[place].base { count += free.remove(at: place).byteCount }
        if place > 0, free[place - 1].base + free[place - 1].byteCount == base {
            place -= 1
            base = free[place].base
            count += free.remove(at: place).byteCount
        }
        free.insert(ComputeMemory.Block(base: base, byteCount: count), at: place)
        return place
    }
}
