extension QueryExpression {
    /// What the query's free words say together; `nil`: it has none. Phrases, fields and what is in parentheses are
    /// conditions, with whose wording a person is in earnest.
    var meaningText: String? {
        let words = words.map(\.text)
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// All that a file found by its meaning has to fulfil beside; `nil`: nothing.
    var besideMeaning: QueryExpression? {
        let rest = conjuncts.filter { !$0.isFreeWord }
        return rest.isEmpty ? nil : .all(rest)
    }
}
