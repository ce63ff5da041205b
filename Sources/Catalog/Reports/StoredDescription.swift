public import MediaTypes

/// A description as it is stored.
public struct StoredDescription: Hashable, Sendable {
    /// What is said.
    public var description: Description
    /// Who says it.
    public var provenance: Provenance
    /// When it was stored, in seconds since 1970.
    public var createdAt: Double
}
