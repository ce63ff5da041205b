import Foundation
import GRDB
import MediaTypes

/// A query's facts as SQL over `file f LEFT JOIN asset a`. Whatever a person typed is a bound parameter.
enum ConditionSQL {
    /// How words that are no driver of the search are looked up.
    enum TextIndex {
        /// As words.
        case words
        /// As words, or as parts of words.
        case wordsAndParts
    }

    /// What a row must satisfy.
    static func sql(for expression: QueryExpression, _ index: TextIndex) -> SQL {
        switch expression {
        case .text(let text): textSQL(text, index)
        case .condition(let condition): sql(for: condition)
        case .all(let parts): joined(parts.map { sql(for: $0, index) }, by: "AND")
        case .any(let parts): joined(parts.map { sql(for: $0, index) }, by: "OR")
        // What is not known (NULL) is not so; and a part of a longer word is no reason to leave a file out.
        case .not(let inner): "(\(sql(for: inner, .words))) IS NOT TRUE"
        }
    }

    static func joined(_ parts: [SQL], by keyword: String) -> SQL {
        guard let first = parts.first else { return "TRUE" }
        return "(\(parts.dropFirst().reduce(first) { $0 + SQL(sql: " \(keyword) ") + $1 }))"
    }

    private static func textSQL(_ text: QueryText, _ index: TextIndex) -> SQL {
        let word = FullTextExpression.match(text)
        let part = index == .words ? nil : FullTextExpression.partMatch(text)
        switch (word, part) {
        case (let word?, let part?):
            return """
                f.id IN (SELECT rowid FROM search WHERE search MATCH \(word)
                    UNION SELECT rowid FROM search_part WHERE search_part MATCH \(part))
                """
        case (let word?, nil): return "f.id IN (SELECT rowid FROM search WHERE search MATCH \(word))"
        case (nil, let part?): return "f.id IN (SELECT rowid FROM search_part WHERE search_part MATCH \(part))"
        case (nil, nil): return "FALSE"
        }
    }

    private static func sql(for condition: QueryCondition) -> SQL {
        switch condition {
        case .kind(let kind): "a.kind = \(kind.rawValue)"
        case .state(let state): sql(for: state)
        case .path(let text): path(text)
        case .inside(let folder):
            "f.directory_id IN (\(places) SELECT id FROM place WHERE path LIKE \(inside(folder)) ESCAPE '\\')"
        case .fileExtension(let names):
            joined(names.map { "CAST(f.name AS TEXT) LIKE \("%_." + escaped($0)) ESCAPE '\\'" }, by: "OR")
        case .taken(let range): taken(range)
        case .name(let name, let text): sql(for: name, text)
        case .number(let quantity, let range): sql(for: quantity, range)
        case .near(let place, let kilometres): near(place, kilometres)
        }
    }

    private static func sql(for state: QueryCondition.State) -> SQL {
        switch state {
        case .screenshot: "a.is_screenshot"
        case .duplicate: "EXISTS (SELECT 1 FROM file o WHERE o.asset_id = f.asset_id AND o.id <> f.id)"
        case .undescribed: "a.described_at IS NULL"
        case .damaged: "a.damage IS NOT NULL"
        case .failed:
            """
            (EXISTS (SELECT 1 FROM job WHERE file_id = f.id AND state = 'failed')
                OR EXISTS (SELECT 1 FROM job WHERE asset_id = f.asset_id AND state = 'failed'))
            """
        }
    }

    private static func sql(for name: QueryCondition.Name, _ text: String) -> SQL {
        let pattern = "%" + escaped(text) + "%"
        return switch name {
        case .camera:
            "(ifnull(a.camera_make, '') || ' ' || ifnull(a.camera_model, '')) LIKE \(pattern) ESCAPE '\\'"
        case .lens: "a.lens LIKE \(pattern) ESCAPE '\\'"
        case .model:
            """
            EXISTS (SELECT 1 FROM description d WHERE d.asset_id = f.asset_id AND d.model LIKE \(pattern) ESCAPE '\\')
            """
        }
    }

    private static func sql(for quantity: QueryCondition.Quantity, _ range: NumberRange) -> SQL {
        let column: SQL =
            switch quantity {
            case .iso: "a.iso"
            case .fNumber: "a.f_number"
            case .focalLength: "a.focal_length"
            case .width: "a.width"
            case .height: "a.height"
            case .byteCount: "f.byte_count"
            }
        var bounds: [SQL] = []
        if let lower = range.lower {
            bounds.append(range.isAboveLower ? "\(column) > \(lower)" : "\(column) >= \(lower)")
        }
        if let upper = range.upper {
            bounds.append(range.isBelowUpper ? "\(column) < \(upper)" : "\(column) <= \(upper)")
        }
        return joined(bounds, by: "AND")
    }

    private static func taken(_ range: DateRange) -> SQL {
        var bounds: [SQL] = []
        // Text compares as time: a day's first moment sorts right behind the day itself.
        if let start = range.start { bounds.append("a.taken_at >= \(start.text)") }
        if let end = range.end { bounds.append("a.taken_at < \(end.text)") }
        return joined(bounds, by: "AND")
    }

    private static func near(_ place: GeoLocation, _ kilometres: Double) -> SQL {
        // A degree of latitude is 110.57 km or more; the box only has to hold the circle.
        let margin = kilometres / 110
        return """
            (a.latitude BETWEEN \(place.latitude - margin) AND \(place.latitude + margin)
                AND distance_km(a.latitude, a.longitude, \(place.latitude), \(place.longitude)) <= \(kilometres))
            """
    }

    /// Every directory's path, with a slash at its end.
    private static let places: SQL = """
        WITH RECURSIVE place(id, path) AS (
            SELECT directory_id, rtrim(CAST(path AS TEXT), '/') || '/' FROM root
            UNION ALL SELECT d.id, place.path || CAST(d.name AS TEXT) || '/'
            FROM directory d JOIN place ON d.parent_id = place.id)
        """

    private static func path(_ text: String) -> SQL {
        let pattern = "%" + escaped(text) + "%"
        guard text.contains("/") else {
            return """
                (CAST(f.name AS TEXT) LIKE \(pattern) ESCAPE '\\' OR f.directory_id IN (
                    \(places) SELECT id FROM place WHERE path LIKE \(pattern) ESCAPE '\\'))
                """
        }
        return """
            EXISTS (\(places) SELECT 1 FROM place WHERE place.id = f.directory_id
                AND place.path || CAST(f.name AS TEXT) LIKE \(pattern) ESCAPE '\\')
            """
    }

    /// An absolute path holds what lies below it; a name or the end of a path holds what lies below any such folder.
    private static func inside(_ folder: String) -> String {
        let isAbsolute = folder.hasPrefix("/")
        let path = folder.drop { $0 == "~" }.split(separator: "/").map { escaped(String($0)) }.joined(separator: "/")
        if path.isEmpty { return "%" }
        return (isAbsolute ? "/" : "%/") + path + "/%"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
