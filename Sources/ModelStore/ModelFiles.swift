/// Which files make a model, and which of a repository's are wanted.
enum ModelFiles {
    /// How weights are stored.
    enum Format: String, Sendable { case safetensors, gguf }

    private static let small = [
        "config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json",
        "chat_template.jinja", "model.safetensors.index.json",
    ]

    /// Whether a file belongs to a checkpoint of safetensors.
    static func isOfSafetensors(_ name: String) -> Bool { small.contains(name) || name.hasSuffix(".safetensors") }

    /// Whether a GGUF file holds the vision tower, and not the text weights.
    static func isProjector(_ name: String) -> Bool { name.lowercased().contains("mmproj") }

    /// What is missing for a whole model; `nil`: nothing.
    static func missing(in names: [String]) -> (format: Format, missing: String?) {
        let weights = names.filter { $0.hasSuffix(".gguf") }
        if !weights.isEmpty, !names.contains(where: { $0.hasSuffix(".safetensors") }) {
            let projectors = weights.filter(isProjector)
            if projectors.isEmpty { return (.gguf, "its mmproj GGUF file") }
            return (.gguf, weights.count == projectors.count ? "its text GGUF file" : nil)
        }
        for name in ["config.json", "tokenizer.json"] where !names.contains(name) { return (.safetensors, name) }
        let hasWeights = names.contains { $0.hasSuffix(".safetensors") }
        return (.safetensors, hasWeights ? nil : "weights: *.safetensors")
    }

    /// Whether a name stays inside its folder.
    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix(".")
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }
}
