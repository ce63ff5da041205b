import MediaTypes

/// The fields of the query language.
enum QueryField: String, CaseIterable {
    case ocr, caption, tag, type, `is`, path, `in`, ext, before, after, taken, camera, lens, iso, f, mm, w, h, size,
        near
    case model

    /// The field's meaning with this value.
    ///
    /// - Throws: A `QueryError` at the value's column that says what the field accepts.
    func expression(
        _ value: String, isQuoted: Bool, column: Int, today: CalendarDay
    ) throws(QueryError) -> QueryExpression {
        let value = String(value.drop { $0 == " " })
        guard !value.isEmpty else {
            throw QueryError(column: column, "\(rawValue): has no value", suggestion: "Write \(example).")
        }
        if let field = QueryText.Field(rawValue: rawValue) {
            return .text(QueryText(text: value, field: field, isQuoted: isQuoted))
        }
        if let condition = condition(value, today: today) { return .condition(condition) }
        throw QueryError(column: column, "\(rawValue): cannot be \"\(value)\"", suggestion: "Write \(example).")
    }

    private func condition(_ value: String, today: CalendarDay) -> QueryCondition? {
        switch self {
        case .ocr, .caption, .tag: nil
        case .type: MediaKind(rawValue: value.lowercased()).map { .kind($0) }
        case .is: QueryCondition.State(rawValue: value.lowercased()).map { .state($0) }
        case .path: .path(value)
        case .in: .inside(value)
        case .ext: .fileExtension(value.lowercased().split(separator: ",").map { String($0.drop { $0 == "." }) })
        case .taken: DateRange(value, today: today).map { .taken($0) }
        case .before: DateRange(value, today: today)?.start.map { .taken(DateRange(start: nil, end: $0)) }
        case .after: DateRange(value, today: today)?.start.map { .taken(DateRange(start: $0, end: nil)) }
        case .camera: .name(.camera, value)
        case .lens: .name(.lens, value)
        case .model: .name(.model, value)
        case .iso: number(.iso, value)
        case .f: number(.fNumber, value)
        case .mm: number(.focalLength, value, units: ["": 1, "mm": 1])
        case .w: number(.width, value, units: ["": 1, "px": 1])
        case .h: number(.height, value, units: ["": 1, "px": 1])
        case .size: number(.byteCount, value, units: NumberRange.byteUnits)
        case .near: Self.near(value)
        }
    }

    private func number(
        _ quantity: QueryCondition.Quantity, _ value: String, units: NumberRange.Units = ["": 1]
    ) -> QueryCondition? {
        NumberRange(value, units: units).map { .number(quantity, $0) }
    }

    /// `37.77,-122.42`, `37.77,-122.42,10km`; 5 km where no distance is given.
    private static func near(_ value: String) -> QueryCondition? {
        let parts = value.filter { $0 != " " }.lowercased().split(separator: ",", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let latitude = Double(parts[0]), let longitude = Double(parts[1]),
            let place = GeoLocation(latitude: latitude, longitude: longitude)
        else { return nil }
        guard parts.count == 3 else { return .near(place, kilometres: 5) }
        let units = [("km", 1.0), ("mi", 1.609344), ("m", 0.001), ("", 1.0)]
        guard let (unit, factor) = units.first(where: { parts[2].hasSuffix($0.0) }),
            let distance = Double(parts[2].dropLast(unit.count)), distance > 0, distance.isFinite
        else { return nil }
        return .near(place, kilometres: distance * factor)
    }

    /// The field of this name.
    ///
    /// - Throws: A `QueryError` that names the nearest field.
    static func named(_ name: String, column: Int) throws(QueryError) -> QueryField {
        if let field = QueryField(rawValue: name) { return field }
        let nearest = allCases.min { editDistance($0.rawValue, name) < editDistance($1.rawValue, name) }
        let quoting = "Put text with a colon in quotation marks."
        guard let nearest, editDistance(nearest.rawValue, name) <= max(1, name.count / 3) else {
            let names = allCases.map { $0.rawValue + ":" }.joined(separator: " ")
            throw QueryError(
                column: column, "there is no field \(name):", suggestion: "Use one of \(names). \(quoting)")
        }
        throw QueryError(
            column: column, "there is no field \(name):",
            suggestion: "Did you mean \(nearest.rawValue):? \(quoting)")
    }

    /// The least number of letters to put in, take out or change (Levenshtein's distance).
    static func editDistance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let change = diagonal + (letter == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }

    /// What a value looks like.
    private var example: String {
        switch self {
        case .ocr: "ocr:total or ocr:\"total due\""
        case .caption: "caption:beach or caption:\"sandy beach\""
        case .tag: "tag:beach or tag:\"sandy beach\""
        case .type: "type:photo or type:video"
        case .is: QueryCondition.State.allCases.map { "is:" + $0.rawValue }.joined(separator: ", ")
        case .path: "path:holiday or path:2024/june"
        case .in: "in:/home/me/Pictures or in:Holiday"
        case .ext: "ext:jpg or ext:jpg,png"
        case .taken, .before, .after:
            "\(rawValue):2024, 2024-06, 2024-06-01, today, yesterday, last-week, last-30-days"
                + (self == .taken ? " or 2023..2024-06" : "")
        case .camera: "camera:canon"
        case .lens: "lens:50mm"
        case .model: "model:minicpm"
        case .iso: "iso:100, iso:>800 or iso:100..400"
        case .f: "f:2.8, f:<4 or f:1.4..2.8"
        case .mm: "mm:50, mm:>=85 or mm:24..70"
        case .w: "w:1920, w:>1000 or w:1000..2000"
        case .h: "h:1080, h:>1000 or h:1000..2000"
        case .size: "size:>5MB, size:<200kB or size:1MB..2MB"
        case .near: "near:37.77,-122.42,5km"
        }
    }
}
