import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Each fast version against its definition, at every length of a vector's tail.
struct KernelTests {
    private static let lengths = Array(1...34) + [63, 64, 65, 127, 1152]
    private let pool = ComputePool(threads: 2)

    /// Sums run in 32 lanes: a lane adds n / 32 numbers, each addition off by half an ulp, and the lanes are added in five
    /// steps more.
    private static func tolerance(_ length: Int) -> Float { Float(length / 32 + 16) * .ulpOfOne }

    @Test(arguments: lengths) func `RMSNorm agrees with its definition`(width: Int) {
        var rng = SeededGenerator(seed: UInt64(width))
        let (x, gain) = (rng.numbers(width), rng.numbers(width, in: 0.5...2))
        var out = Tensor(rows: 1, columns: width)
        RMSNorm.apply([x].tensor, gain: gain, epsilon: 1e-6, to: &out, on: pool)
        let expected = RMSNorm.reference(x, gain: gain, epsilon: 1e-6)
        #expect(firstMismatch(out.numbers, expected, relative: Self.tolerance(width)) == nil)
    }

    @Test(arguments: lengths) func `LayerNorm agrees with its definition`(width: Int) {
        var rng = SeededGenerator(seed: UInt64(width))
        let (x, gain, bias) = (rng.numbers(width), rng.numbers(width, in: 0.5...2), rng.numbers(width))
        var out = Tensor(rows: 1, columns: width)
        LayerNorm.apply([x].tensor, gain: gain, bias: bias, epsilon: 1e-3, to: &out, on: pool)
        let expected = LayerNorm.reference(x, gain: gain, bias: bias, epsilon: 1e-3)
        // A small result is the difference of larger numbers.
        #expect(firstMismatch(out.numbers, expected, relative: Self.tolerance(width), floor: 8) == nil)
    }

    @Test(arguments: [Activation.geluTanh, .geluErf, .silu])
    func `activations agree with their definitions, far out as well`(activation: Activation) {
        let x = Array(stride(from: Float(-12), through: 12, by: 0.01)) + [-1000, -100, -60, 60, 100, 1000, 0, -0.0]
        var out = [x].tensor
        activation.apply(&out, on: pool)
        #expect(firstMismatch(out.numbers, x.map(activation.reference), relative: 4e-7, floor: 0.5) == nil)
    }

    @Test(arguments: lengths) func `gates agree with their definitions`(width: Int) {
        var rng = SeededGenerator(seed: UInt64(width))
        let (gate, up) = (rng.numbers(width, in: -20...20), rng.numbers(width))
        var silu = [gate].tensor
        Gate.silu(&silu, times: [up].tensor, on: pool)
        #expect(firstMismatch(silu.numbers, zip(gate, up).map(Gate.siluReference), relative: 1e-6) == nil)
        var sigmoid = [up].tensor
        Gate.sigmoid(&sigmoid, by: [gate].tensor, on: pool)
        #expect(firstMismatch(sigmoid.numbers, zip(up, gate).map(Gate.sigmoidReference), relative: 1e-6) == nil)
    }

    @Test func `gates and softmax are finite for numbers without measure`() {
        var x: [Float] = [1e30, -1e30, 0, 88, -88]
        kernel_softmax(&x, 1, x.count)
        #expect(x[0] == 1 && x[1] < 1e-37)
        var silu: [Float] = [1e30, -1e30]
        kernel_silu(&silu, silu.count)
        #expect(silu[0] == 1e30 && abs(silu[1]) < 1)
    }

    @Test(arguments: lengths) func `bf16 dot products are those of widened weights`(width: Int) {
        var rng = SeededGenerator(seed: UInt64(width))
        let (weights, x) = (rng.numbers(width), rng.numbers(width))
        let halves = weights.map { UInt16($0.bitPattern >> 16) }
        let widened = halves.map { Float(bitPattern: UInt32($0) << 16) }
        let expected = Float(zip(widened, x).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
        let actual = kernel_dot_bf16(halves, x, width)
        // A sum near 0 carries the rounding of its terms, each 9 at most.
        #expect(abs(actual - expected) <= Self.tolerance(width) * Float(width) * 9)
        #expect(actual == kernel_dot(widened, x, width))
    }
}
