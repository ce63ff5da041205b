import GRDB
import MediaTypes
import WrittenWords

/// The rows of `search_text`, a row a file, inside one transaction. Triggers carry them into the full-text indexes.
///
/// All of it is derived: `facts` holds camera and lens, and other forms of the days, money and references in `ocr`. The setting
/// 'search-text' says by which version.
struct SearchTextTable {
    let db: Database

    /// Counted up whenever the rows of an older Tintype must be made anew; 1 had no days and no money from the words.
    static let version = 2

    static let insert = "INSERT INTO search_text(id, name, folded) VALUES (?, ?, ?)"
    /// An unchanged row is not written: both indexes would take it out and in again.
    static let update = """
        UPDATE search_text SET name = ?1, tags = ?2, caption = ?3, ocr = ?4, facts = ?5, folded = ?6
        WHERE id = ?7 AND (name, tags, caption, ocr, facts, folded) IS NOT (?1, ?2, ?3, ?4, ?5, ?6)
        """
    static let selectFiles = "SELECT id, name FROM file WHERE asset_id = ?"
    static let selectAsset = "SELECT asset_id FROM file WHERE id = ?"

    /// What both indexes hold of a content, whatever its files are called.
    private struct AssetText {
        var tags = ""
        var caption = ""
        var ocr = ""
        var facts = ""
    }

    /// Makes a new file findable by its name.
    func insertFile(_ id: Int64, name: FileName) throws {
        let name = SearchText.prepared(name.text)
        try db.cachedStatement(sql: Self.insert).execute(arguments: [id, name, SearchText.plainForms(in: [name])])
    }

    /// Makes a file findable by its new name.
    func renameFile(_ id: Int64, to name: FileName) throws {
        let asset = try Int64.fetchOne(db.cachedStatement(sql: Self.selectAsset), arguments: [id])
        try refreshFile(id, name: name, asset: asset)
    }

    /// Makes a file findable by what is known of its asset now.
    func refreshFile(_ id: Int64, name: FileName, asset: Int64?) throws {
        try store(asset.map(text(ofAsset:)) ?? AssetText(), for: id, name)
    }

    /// Makes all files of an asset findable by what is known of it now.
    func refreshAsset(_ asset: Int64) throws {
        let files = try Row.fetchAll(db.cachedStatement(sql: Self.selectFiles), arguments: [asset])
        guard !files.isEmpty else { return }
        let text = try text(ofAsset: asset)
        for file in files { try store(text, for: file[0], file.name(1)) }
    }

    private func store(_ text: AssetText, for id: Int64, _ name: FileName) throws {
        let name = SearchText.prepared(name.text)
        let folded = SearchText.plainForms(in: [name, text.tags, text.caption, text.ocr, text.facts])
        try db.cachedStatement(sql: Self.update)
            .execute(arguments: [name, text.tags, text.caption, text.ocr, text.facts, folded, id])
    }

    private func text(ofAsset asset: Int64) throws -> AssetText {
        var fields: [Description.Field: [String]] = [:]
        for row in try Row.fetchAll(db.cachedStatement(sql: DescriptionTable.select), arguments: [asset]) {
            guard let stored = DescriptionTable.description(in: row)?.description else { continue }
            // The first look and the engine often read the same words.
            if fields[stored.field]?.contains(stored.text) != true {
                fields[stored.field, default: []].append(stored.text)
            }
        }
        func joined(_ field: Description.Field) -> String {
            SearchText.prepared(fields[field, default: []].joined(separator: "\n"))
        }
        let captions = [joined(.title), joined(.caption)].filter { !$0.isEmpty }
        return AssetText(
            tags: joined(.tag), caption: captions.joined(separator: "\n"), ocr: joined(.ocr),
            facts: SearchText.prepared(
                (try factWords(ofAsset: asset) + Self.writtenFacts(in: fields[.ocr, default: []]))
                    .joined(separator: "\n")))
    }

    /// Words for what a file's bytes tell: its camera and lens, and whether it is a video or a screenshot.
    private func factWords(ofAsset asset: Int64) throws -> [String] {
        guard let facts = try AssetTable(db: db).facts(of: asset)?.facts else { return [] }
        var words = [facts.camera.make, facts.camera.model, facts.camera.lens].compactMap { $0 }
        if facts.kind == .video { words.append("video") }
        if facts.isScreenshot { words.append("screenshot") }
        return words
    }

    /// Days, money and references in the picture's words, in forms that those do not hold: 2024-03-14 for
    /// “March 14, 2024”.
    private static func writtenFacts(in texts: [String]) -> [String] {
        WrittenFacts.otherForms(in: texts.joined(separator: "\n"))
    }
}
