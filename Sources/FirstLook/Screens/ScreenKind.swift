/// What a screenshot shows, as a person would search for it.
public enum ScreenKind: String, Sendable, CaseIterable {
    case terminal, code, chat, mail, receipt, ticket, table, settings, error, login, calendar, dialog, installer
    case schematic, menu, map, article
    case fileManager = "file manager"
    case packageManager = "package manager"
}

/// A kind of screen, and how sure that is.
public struct ScreenTag: Sendable, Equatable {
    /// What the screen shows.
    public var kind: ScreenKind
    /// How sure: 0…1, and at least 0.5 where it is shown.
    public var confidence: Double
}
