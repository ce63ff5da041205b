import Foundation

/// Texts such as there are many: where the middle of all of a role's vectors is.
struct UsualTexts {
    private let lines: [Substring]

    /// Those that are built in.
    static let builtIn = UsualTexts(String(decoding: PackageResources.usual_texts_tsv, as: UTF8.self))

    /// Lines of `query` or `passage`, a tab and the text; `#` begins a remark.
    init(_ table: String) { lines = table.split(separator: "\n").filter { !$0.hasPrefix("#") } }

    /// The texts of a role.
    func texts(for role: SentenceEncoder.Role) -> [String] {
        let mark = role == .query ? "query\t" : "passage\t"
        return lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
    }
}
