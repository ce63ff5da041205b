/// The released checkpoints: the one place that names them and their hub.
public struct KnownModel: Hashable, Sendable {
    /// The repository at the hub.
    public let repository: String
    /// What the person may write for it.
    public let name: String
    /// One line about it.
    public let summary: String
    /// Of the text weights of a GGUF repository the file that ends so; `nil`: it holds safetensors.
    let textSuffix: String?

    /// The hub that the released checkpoints are at.
    public static let defaultHub = "https://huggingface.co"

    /// All that are known; the first is the default.
    public static let all = [
        KnownModel(
            repository: "openbmb/MiniCPM-V-4.6-Thinking", name: "MiniCPM-V-4.6-Thinking",
            summary: "the model card's: thinks where asked to (2.6 GB)", textSuffix: nil),
        KnownModel(
            repository: "openbmb/MiniCPM-V-4.6", name: "MiniCPM-V-4.6", summary: "answers at once (2.6 GB)",
            textSuffix: nil),
        KnownModel(
            repository: "openbmb/MiniCPM-V-4.6-Thinking-gguf", name: "MiniCPM-V-4.6-Thinking-gguf",
            summary: "the first, in 4 bits: less memory (1.6 GB)", textSuffix: "Q4_K_M.gguf"),
        KnownModel(
            repository: "openbmb/MiniCPM-V-4.6-gguf", name: "MiniCPM-V-4.6-gguf",
            summary: "the second, in 4 bits (1.6 GB)", textSuffix: "Q4_K_M.gguf"),
    ]

    /// The model that a person means: a known name, a known repository, or any other repository of the form OWNER/NAME.
    public static func named(_ text: String?) -> KnownModel? {
        guard let text else { return all[0] }
        let lowercased = text.lowercased()
        if let known = all.first(where: { [$0.name.lowercased(), $0.repository.lowercased()].contains(lowercased) }) {
            return known
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy(ModelFiles.isPlain) else { return nil }
        return KnownModel(
            repository: text, name: parts[1], summary: "",
            textSuffix: lowercased.hasSuffix("gguf") ? "Q4_K_M.gguf" : nil)
    }

    /// Which of a repository's files are fetched. Of GGUF repositories one text file and one projector, the one for 16x.
    ///
    /// - `text`: the text file by name, where the person chose one.
    func wanted(_ names: [String], text: String?) throws(ModelStoreError) -> [String] {
        guard let textSuffix else { return names.filter(ModelFiles.isOfSafetensors) }
        let weights = names.filter { $0.hasSuffix(".gguf") }
        let texts = weights.filter { !ModelFiles.isProjector($0) }
        let projectors = weights.filter { ModelFiles.isProjector($0) && !$0.lowercased().contains("4x") }
        let chosen = text.map { text in texts.filter { $0 == text } } ?? texts.filter { $0.hasSuffix(textSuffix) }
        guard let weight = chosen.first ?? (text == nil ? texts.first : nil) else {
            throw .badListing(repository, "it has no text file like that; it has \(texts.joined(separator: ", "))")
        }
        // Half precision is what the projector is fastest in; any other does as well.
        guard let projector = projectors.first(where: { $0.lowercased().contains("f16") }) ?? projectors.first else {
            throw .badListing(repository, "it has no mmproj file")
        }
        return [weight, projector]
    }
}
