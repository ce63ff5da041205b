extension ModelError {
    private static let getAnother =
        "Use a folder of MiniCPM-V 4.6: safetensors with their JSON files, or a text GGUF file with its mmproj file. "
        + "Try: tintype model pull."

    static func noModel(in folder: String) -> ModelError {
        ModelError(
            code: .badModel, message: "The folder \(folder) holds no model: neither safetensors nor GGUF files.",
            remedy: getAnother)
    }

    static func incompletePair(in folder: String, lacks what: String) -> ModelError {
        ModelError(code: .badModel, message: "The folder \(folder) lacks \(what).", remedy: getAnother)
    }

    static func cannotRead(_ path: String, because reason: String) -> ModelError {
        ModelError(code: .badModel, message: "The model's file \(path) cannot be read: \(reason).", remedy: getAnother)
    }

    static func notOurs(_ path: String, because reason: String) -> ModelError {
        ModelError(
            code: .badModel, message: "The model of \(path) is not one that Tintype can run: \(reason).",
            remedy: getAnother)
    }

    static let notNumbers = ModelError(
        code: .badModel, message: "The model computes what are no numbers: its weights are damaged.", remedy: getAnother
    )

    static func tooLong(tokens: Int, limit: Int) -> ModelError {
        ModelError(
            code: .tooLong,
            message: "The question with its pictures is \(tokens) tokens long, and the model takes \(limit).",
            remedy: "Ask with fewer or smaller pictures: fewer slices, fewer frames, or 16x compression.")
    }

    static func mediaDoNotMatch(parts: Int, media: Int, what: String) -> ModelError {
        ModelError(
            code: .badRequest, message: "The messages name \(parts) \(what), and \(media) came with them.",
            remedy: "Send as many \(what) as the messages name, in their order.")
    }
}
