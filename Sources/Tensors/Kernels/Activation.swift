import CKernels
import Foundation

/// Functions of single numbers, applied to every number of a tensor.
public enum Activation: Sendable {
    /// `0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))`. Source: Hendrycks & Gimpel 2016, §2.
    case geluTanh
    /// `0.5 x (1 + erf(x / √2))`. Source: the same.
    case geluErf
    /// `x / (1 + e^−x)`. Source: the same.
    case silu

    /// The definition, in Double. Slow on purpose: tests hold `apply` to it.
    func reference(_ x: Float) -> Float {
        let x = Double(x)
        return switch self {
        case .geluTanh: Float(0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))))
        case .geluErf: Float(0.5 * x * (1 + erf(x / 2.0.squareRoot())))
        case .silu: Float(x / (1 + exp(-x)))
        }
    }

    /// The fast version, in place; within 4 ulp of the definition, or 1e-7 where that is larger.
    public func apply(_ x: inout Tensor, on pool: ComputePool) {
        let (base, width) = (x.base, x.columns)
        let began = pool.began
        defer { pool.count("activation", since: began) }
        pool.run(x.rows) { row, _ in
            switch self {
            case .geluTanh: kernel_gelu_tanh(base + row * width, width)
            case .geluErf: kernel_gelu_erf(base + row * width, width)
            case .silu: kernel_silu(base + row * width, width)
            }
        }
    }
}

/// Products with a gate, the number pairs of two tensors of one shape.
public enum Gate {
    /// The definition of `silu`: `silu(gate) · up`.
    static func siluReference(_ gate: Float, _ up: Float) -> Float { Activation.silu.reference(gate) * up }

    /// The definition of `sigmoid`: `x / (1 + e^−gate)`.
    static func sigmoidReference(_ x: Float, _ gate: Float) -> Float { Float(Double(x) / (1 + exp(-Double(gate)))) }

    /// `gate ← silu(gate) · up`. Source: Shazeer 2020 (SwiGLU).
    public static func silu(_ gate: inout Tensor, times up: borrowing Tensor, on pool: ComputePool) {
        precondition(gate.rows == up.rows && gate.columns == up.columns)
        let (to, from, width) = (gate.base, up.base, gate.columns)
        let began = pool.began
        defer { pool.count("activation", since: began) }
        pool.run(gate.rows) { row, _ in kernel_silu_product(to + row * width, from + row * width, width) }
    }

    /// `x ← x · sigmoid(gate)`.
    public static func sigmoid(_ x: inout Tensor, by gate: borrowing Tensor, on pool: ComputePool) {
        precondition(x.rows == gate.rows && x.columns == gate.columns)
        let (to, from, width) = (x.base, gate.base, x.columns)
        let began = pool.began
        defer { pool.count("activation", since: began) }
        pool.run(x.rows) { row, _ in kernel_sigmoid_product(to + row * width, from + row * width, width) }
    }
}
