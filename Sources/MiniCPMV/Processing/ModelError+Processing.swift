/// What the preparation of pictures and videos says to a person.
extension ModelError {
    static func outOfBounds(_ name: String, _ value: Int, _ bounds: ClosedRange<Int>) -> ModelError {
        ModelError(
            code: .badRequest,
            message: "The parameter \(name) is \(value); it may be \(bounds.lowerBound) to \(bounds.upperBound).",
            remedy: "Choose a value in these bounds, or leave \(name) out.")
    }

    static let emptyPicture = ModelError(
        code: .badRequest, message: "A picture has no pixels.", remedy: "Leave it out, or decode it again.")

    static let emptyVideo = ModelError(
        code: .badRequest, message: "A video came without frames.",
        remedy: "Send at least one of its frames, or leave it out.")

    static func framesWithoutPlace(frames: Int, indices: Int) -> ModelError {
        ModelError(
            code: .badRequest, message: "A video came with \(frames) frames and \(indices) frame indices.",
            remedy: "Say for each frame which one of the file it is.")
    }

    static let framesDiffer = ModelError(
        code: .badRequest, message: "The frames of a video are not all of one size.",
        remedy: "Scale them to the same width and height.")

    static func badPreprocessor(_ path: String, because reason: String) -> ModelError {
        ModelError(
            code: .badModel, message: "The model's file \(path) cannot be used: \(reason).",
            remedy: "Get the file again as it was released. Try: tintype model pull.")
    }
}
