import MediaTypes

/// Reads MANIFEST.tsv: a header of column names, then a line a file. An empty cell means "not in the file".
enum FixtureManifest {
    /// A line that does not say what it must.
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    static func read() throws -> [Fixture] {
        let media = Fixtures.directory.appending(FileName("media"))
        let bytes = try Fixtures.read(media.appending(FileName("MANIFEST.tsv")))
        let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        guard let columns = rows.first else { throw Malformed(description: "the manifest is empty") }
        return try rows.dropFirst().map { cells in
            guard cells.count == columns.count else {
                throw Malformed(description: "\(cells.count) cells instead of \(columns.count): \(cells)")
            }
            return try fixture(of: Row(cells: Dictionary(uniqueKeysWithValues: zip(columns, cells))), in: media)
        }
    }

    private static func fixture(of row: Row, in media: MediaPath) throws -> Fixture {
        let name = try row.text("path")
        guard let condition = Fixture.Condition(rawValue: try row.text("condition")) else {
            throw Malformed(description: "\(name): no such condition")
        }
        guard let contentHash = ContentHash(hexadecimal: try row.text("sha256")) else {
            throw Malformed(description: "\(name): no SHA-256")
        }
        return Fixture(
            name: name,
            path: name.split(separator: "/").reduce(media) { $0.appending(FileName(String($1))) },
            condition: condition,
            facts: try facts(of: row),
            contentHash: contentHash,
            language: row.optional("language"),
            lines: row.optional("lines")?.split(separator: "|").map(String.init) ?? [],
            note: try row.text("note"))
    }

    private static func facts(of row: Row) throws -> MediaFacts {
        guard let kind = MediaKind(rawValue: try row.text("kind")) else {
            throw Malformed(description: "\(try row.text("path")): no such kind")
        }
        let size = PixelSize(width: row.integer("width") ?? 0, height: row.integer("height") ?? 0)
        var facts = MediaFacts(kind: kind, format: try row.text("format"), size: size)
        facts.duration = row.number("duration")
        facts.orientation = row.integer("orientation")
        facts.takenAt = row.optional("taken_local").map {
            CaptureTime(
                local: $0, offsetMinutes: row.integer("offset_minutes"), source: kind == .photo ? .exif : .container)
        }
        facts.camera.make = row.optional("make")
        facts.camera.model = row.optional("model")
        facts.camera.lens = row.optional("lens")
        facts.camera.exposureTime = row.number("exposure_time")
        facts.camera.fNumber = row.number("f_number")
        facts.camera.iso = row.integer("iso")
        facts.camera.focalLength = row.number("focal_length")
        if let latitude = row.number("latitude"), let longitude = row.number("longitude") {
            facts.location = GeoLocation(latitude: latitude, longitude: longitude, altitude: row.number("altitude"))
        }
        facts.isScreenshot = row.optional("screenshot") == "yes"
        return facts
    }

    /// One line's cells by column.
    private struct Row {
        let cells: [String: String]

        func optional(_ column: String) -> String? { cells[column].flatMap { $0.isEmpty ? nil : $0 } }
        func number(_ column: String) -> Double? { optional(column).flatMap { Double($0) } }
        func integer(_ column: String) -> Int? { optional(column).flatMap { Int($0) } }

        func text(_ column: String) throws -> String {
            guard let text = optional(column) else { throw Malformed(description: "no \(column) in \(cells)") }
            return text
        }
    }
}

extension ContentHash {
    /// The hash that these 64 digits spell.
    fileprivate init?(hexadecimal digits: String) {
        let nibbles = digits.compactMap { $0.hexDigitValue }
        guard nibbles.count == 64 else { return nil }
        self.init(stride(from: 0, to: 64, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) })
    }
}
