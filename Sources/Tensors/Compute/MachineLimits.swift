import CKernels

/// What this machine can do at most, measured: for benchmarks to compare with.
public struct MachineLimits: Sendable {
    /// Bytes that all threads together read from memory in a second.
    public let memoryRate: Double
    /// Multiplications and additions of float32 in a second.
    public let floatRate: Double
    /// Multiplications and additions of bytes in a second, with the instructions that products of integers use.
    public let integerRate: Double

    private static let byteCount = 512 << 20
    private static let (rounds, repeats) = (4_000_000, 3)

    /// Measures, in about a second: the best of a few tries each.
    public init(on pool: ComputePool) {
        let memory = HugeMemory(byteCount: Self.byteCount)
        memory.base.initializeMemory(as: UInt8.self, repeating: 1, count: Self.byteCount)
        let share = Self.byteCount / pool.threads / 64 * 64
        memoryRate = Self.rate(of: share * pool.threads, on: pool) { worker in
            Double(kernel_read_memory(memory.base + worker * share, share) & 255)
        }
        floatRate = Self.rate(of: Self.rounds * Int(KERNEL_FLOAT_SPIN_OPERATIONS) * pool.threads, on: pool) { _ in
            Double(kernel_spin_floats(Self.rounds))
        }
        let best = IntegerInstructions.best.code
        integerRate = Self.rate(of: Self.rounds * Int(KERNEL_SPIN_OPERATIONS) * pool.threads, on: pool) { _ in
            Double(kernel_spin_integers(best, Self.rounds))
        }
    }

    /// How much of `amount` is done in a second; a part of the work for each thread.
    private static func rate(of amount: Int, on pool: ComputePool, _ work: (Int) -> Double) -> Double {
        let clock = ContinuousClock()
        var best = Duration.seconds(3600)
        for _ in 0..<repeats {
            let start = clock.now
            pool.run(pool.threads) { index, _ in _ = work(index) }
            best = min(best, clock.now - start)
        }
        let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) / 1e18
        return Double(amount) / seconds
    }
}
