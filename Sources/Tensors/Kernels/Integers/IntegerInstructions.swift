import CKernels

/// The sets of instructions that products of integers are written for.
enum IntegerInstructions: CaseIterable {
    case portable, neon, avx2, avxVNNI, avx512VNNI

    /// The fastest that this processor has.
    static let best: IntegerInstructions = allCases.last { $0.isAvailable } ?? .portable

    var isAvailable: Bool { kernel_has_instructions(code) != 0 }

    var code: kernel_instructions {
        switch self {
        case .portable: KERNEL_PORTABLE
        case .neon: KERNEL_NEON
        case .avx2: KERNEL_AVX2
        case .avxVNNI: KERNEL_AVX_VNNI
        case .avx512VNNI: KERNEL_AVX512_VNNI
        }
    }

    /// The largest quantised activation in products with such weights.
    func byteLimit(_ layout: IntegerLayout) -> Int { Int(kernel_byte_limit(code, layout.code)) }
}
