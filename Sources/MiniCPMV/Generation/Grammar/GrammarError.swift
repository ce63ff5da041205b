extension ModelError {
    static func badSchema(_ what: String) -> ModelError {
        ModelError(
            code: .badRequest, message: "The JSON schema of the answer cannot be followed: \(what).",
            remedy:
                "Use type, properties, required, items, minItems, maxItems, minLength, maxLength, enum, const, anyOf "
                + "and $ref to $defs.")
    }
}
