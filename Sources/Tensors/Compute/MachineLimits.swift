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

    init(memoryRate: Double, floatRate: Double, integerRate: Double) {
        self.memoryRate = memoryRate
        self.floatRate = floatRate
        self.integerRate = integerRate
    }

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

    /// How much an operation did in a second of what it needs most, and how much of that the machine can do.
    public struct Bound: Equatable, Sendable {
        /// In a second.
        public var achieved: Double
        /// The same, at most. Less than what was achieved where the caches hold what is read.
        public var limit: Double
        /// What is counted.
        public var unit: String
    }

    /// What takes the machine longest of what an operation has to do; `nil` where that is nothing that is counted.
    public func bound(of total: OperationClock.Total) -> Bound? {
        let needs = [
            (total.work.bytes, memoryRate, "bytes/s"), (total.work.integers, integerRate, "integer operations/s"),
            (total.work.floats, floatRate, "float operations/s"),
        ]
        let most = needs.max { Double($0.0) / $0.1 < Double($1.0) / $1.1 }
        guard let (amount, limit, unit) = most, amount > 0 else { return nil }
        return Bound(achieved: Double(amount) / total.seconds, limit: limit, unit: unit)
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
        return Double(amount) / best.seconds
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
