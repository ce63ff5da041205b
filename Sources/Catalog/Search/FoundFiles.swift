import GRDB
import MediaTypes

/// Fills in what is shown of files that were found.
struct FoundFiles {
    let db: Database
    let plan: SearchPlan
    /// Those that were found by their meaning.
    let meant: Set<Int64>

    /// The files of these numbers, in this order.
    func load(_ found: [(id: Int64, score: Double)]) throws -> [FoundFile] {
        guard !found.isEmpty else { return [] }
        let ids = found.map(\.id)
        var files = try rows(ids)
        try addDescriptions(to: &files)
        let matches = try Highlights(db: db, plan: plan).of(ids)
        return found.compactMap { id, score in
            guard var file = files[id]?.file else { return nil }
            file.score = score
            matches[id]?.apply(to: &file, files[id]?.moments ?? [])
            if meant.contains(id) { file.matched.append(.meaning) }
            return file
        }
    }

    /// A file, and what was said of moments in it.
    private struct Loading {
        var file: FoundFile
        var moments: [Description] = []
    }

    private func rows(_ ids: [Int64]) throws -> [Int64: Loading] {
        let request: SQLRequest<Row> = """
            SELECT f.id, f.directory_id, f.name, f.asset_id, a.kind, a.is_screenshot, a.taken_at, a.taken_offset,
                a.taken_source FROM file f LEFT JOIN asset a ON a.id = f.asset_id WHERE f.id IN \(ids)
            """
        var directories = try DirectoryTable(db)
        var files: [Int64: Loading] = [:]
        let rows = try Row.fetchCursor(db, request)
        while let row = try rows.next() {
            let path = try directories.location(of: row[1]).path.appending(row.name(2))
            var file = FoundFile(path: path, fileID: row[0], assetID: row[3])
            file.kind = (row[4] as String?).flatMap(MediaKind.init)
            file.isScreenshot = row[5] ?? false
            if let local = row[6] as String?, let source = (row[8] as String?).flatMap(CaptureTime.Source.init) {
                file.takenAt = CaptureTime(local: local, offsetMinutes: row[7], source: source)
            }
            files[row[0]] = Loading(file: file)
        }
        return files
    }

    private func addDescriptions(to files: inout [Int64: Loading]) throws {
        let assets = Set(files.values.compactMap(\.file.assetID))
        let request: SQLRequest<Row> = """
            SELECT \(sql: DescriptionTable.columns) FROM description WHERE asset_id IN \(assets)
            ORDER BY \(sql: DescriptionTable.order)
            """
        var descriptions: [Int64: [Description]] = [:]
        let rows = try Row.fetchCursor(db, request)
        while let row = try rows.next() {
            guard let stored = DescriptionTable.description(in: row) else { continue }
            descriptions[row[0], default: []].append(stored.description)
        }
        for (id, loading) in files {
            guard let asset = loading.file.assetID, let said = descriptions[asset] else { continue }
            files[id]?.file.fill(from: said)
            files[id]?.moments = said.filter { $0.span != nil }
        }
    }
}

extension FoundFile {
    /// Takes over what is said of the file: captions and texts one below the other, each once.
    mutating func fill(from descriptions: [Description]) {
        func texts(_ fields: Description.Field...) -> [String] {
            var seen: Set<String> = []
            return descriptions.filter { fields.contains($0.field) && seen.insert($0.text).inserted }.map(\.text)
        }
        tags = texts(.tag)
        caption = texts(.caption).isEmpty ? nil : texts(.caption).joined(separator: "\n")
        ocr = texts(.ocr).isEmpty ? nil : texts(.ocr).joined(separator: "\n")
    }
}
