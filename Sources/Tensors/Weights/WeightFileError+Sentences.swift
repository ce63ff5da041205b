extension WeightFileError {
    private static let fetchAgain = "Fetch the model again: tintype model verify, then tintype model pull."

    static func cannotOpen(_ path: String, reason: String) -> WeightFileError {
        WeightFileError(
            code: .cannotOpen, message: "The weights \(path) cannot be read: \(reason).",
            remedy: "Check that the file is there and that you may read it.")
    }

    static func malformed(_ path: String, _ what: String) -> WeightFileError {
        WeightFileError(
            code: .malformed, message: "The weights \(path) are broken: \(what).", remedy: fetchAgain)
    }

    static func unsupported(_ path: String, _ what: String) -> WeightFileError {
        WeightFileError(
            code: .unsupported, message: "The weights \(path) cannot be used: \(what).",
            remedy: "Use a file in F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K or Q6_K.")
    }

    package static func missingTensor(_ name: String, in path: String) -> WeightFileError {
        WeightFileError(
            code: .missingTensor, message: "The weights \(path) lack the tensor \(name).", remedy: fetchAgain)
    }

    /// A tensor has other sides than the model needs.
    public static func wrongShape(_ name: String, in path: String, is shape: [Int], wanted: [Int]) -> WeightFileError {
        WeightFileError(
            code: .wrongShape,
            message: "The tensor \(name) of \(path) is \(text(shape)), where the model needs \(text(wanted)).",
            remedy: "Check that the weights and the configuration are of one model.")
    }

    /// What a model results in is infinite, or not a number.
    public static func notNumbers(in model: String) -> WeightFileError {
        WeightFileError(code: .malformed, message: "The results of \(model) are not numbers.", remedy: fetchAgain)
    }

    private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
}
