import MediaTypes

/// A query as it was understood.
indirect enum QueryExpression: Equatable {
    /// Words, wherever they may stand or in one field.
    case text(QueryText)
    /// A fact.
    case condition(QueryCondition)
    case all([QueryExpression])
    case any([QueryExpression])
    case not(QueryExpression)

    /// What must hold, one by one.
    var conjuncts: [QueryExpression] {
        if case .all(let parts) = self { parts } else { [self] }
    }
}

/// A word or a phrase.
struct QueryText: Equatable {
    /// What kind of text it must stand in.
    enum Field: String { case ocr, caption, tag }

    /// The words as they were typed.
    var text: String
    /// `nil`: any.
    var field: Field?
    /// Whether they were in quotation marks: nothing of them is left out.
    var isQuoted = false
}

/// A fact that a file must have.
enum QueryCondition: Equatable {
    enum State: String, CaseIterable { case screenshot, duplicate, undescribed, failed, damaged }
    /// A text column of facts.
    enum Name { case camera, lens, model }
    /// A number.
    enum Quantity { case iso, fNumber, focalLength, width, height, byteCount }

    case kind(MediaKind)
    case state(State)
    /// The path contains this.
    case path(String)
    /// The file lies in or below a folder of this path or name.
    case inside(String)
    case fileExtension([String])
    case taken(DateRange)
    case name(Name, String)
    case number(Quantity, NumberRange)
    /// Taken at most so many kilometres from here.
    case near(GeoLocation, kilometres: Double)
}
