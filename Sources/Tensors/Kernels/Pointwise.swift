import CKernels
import Foundation

/// Functions of single numbers that networks apply after a sum.
enum Pointwise: Sendable, Equatable {
    case nothing
    case relu
    case clip(Float, Float)
    case sigmoid
    /// `min(max(a x + b, 0), 1)`
    case hardSigmoid(Float, Float)
    /// `x · min(max(x + 3, 0), 6) / 6`. Source: Howard et al. 2019.
    case hardSwish
    case silu
    /// `0.5 x (1 + erf(x / √2))`
    case gelu

    /// The definition, in Double. Slow on purpose: tests hold `apply` to it.
    func reference(_ number: Float) -> Float {
        let x = Double(number)
        return switch self {
        case .nothing: number
        case .relu: max(number, 0)
        case .clip(let low, let high): min(max(number, low), high)
        case .sigmoid: Float(1 / (1 + exp(-x)))
        case .hardSigmoid(let a, let b): Float(min(max(Double(a) * x + Double(b), 0), 1))
        case .hardSwish: Float(x * min(max(x + 3, 0), 6) / 6)
        case .silu: Float(x / (1 + exp(-x)))
        case .gelu: Float(0.5 * x * (1 + erf(x / 2.0.squareRoot())))
        }
    }

    /// As the kernels take it.
    var code: (kind: Int32, a: Float, b: Float) {
        switch self {
        case .nothing: (Int32(KERNEL_NOTHING.rawValue), 0, 0)
        case .relu: (Int32(KERNEL_RELU.rawValue), 0, 0)
        case .clip(let low, let high): (Int32(KERNEL_CLIP.rawValue), low, high)
        case .sigmoid: (Int32(KERNEL_SIGMOID.rawValue), 0, 0)
        case .hardSigmoid(let a, let b): (Int32(KERNEL_HARD_SIGMOID.rawValue), a, b)
        case .hardSwish: (Int32(KERNEL_HARD_SWISH.rawValue), 0, 0)
        case .silu: (Int32(KERNEL_SILU.rawValue), 0, 0)
        case .gelu: (Int32(KERNEL_GELU.rawValue), 0, 0)
        }
    }

    /// The fast version, in place; within 1e-6 of the definition, or that share of it.
    func apply(_ x: UnsafeMutablePointer<Float>, _ count: Int, on pool: ComputePool) {
        let (kind, a, b) = code
        let part = 1 << 15
        pool.run((count + part - 1) / part) { index, _ in
            kernel_pointwise(kind, a, b, x + index * part, min(part, count - index * part))
        }
    }
}
