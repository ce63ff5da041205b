import GRDB
import MediaTypes

extension CatalogError {
    static func writtenByNewerVersion(library: String) -> CatalogError {
        CatalogError(
            .writtenByNewerVersion, "The library \(library) was written by a newer version of Tintype.",
            remedy: "Upgrade Tintype, or move the file away to build the library again.")
    }

    static func notALibrary(_ library: String) -> CatalogError {
        CatalogError(
            .cannotOpen, "The file \(library) is a database of another program.",
            remedy: "Move the file away; Tintype makes a new library in its place.")
    }

    static func cannotCreate(_ path: String, reason: String) -> CatalogError {
        CatalogError(
            .cannotOpen, "The library \(path) cannot be created: \(reason).",
            remedy: "Make its folder writable, or choose another with TINTYPE_HOME.")
    }

    static func badQuery(_ error: QueryError) -> CatalogError {
        CatalogError(
            .badQuery(column: error.column), "The query cannot be read at column \(error.column): \(error.reason).",
            remedy: error.suggestion, cause: error)
    }

    static func notIndexed(_ path: MediaPath) -> CatalogError {
        CatalogError(
            .notFound, "The file \(path.text) is not in the library.",
            remedy: "See why with \"tintype show\", or watch its folder with \"tintype add\".")
    }

    static func notHashed(_ path: MediaPath) -> CatalogError {
        CatalogError(
            .notReady, "The file \(path.text) has not been looked at yet.",
            remedy: "Wait until \"tintype status\" has nothing queued, then try again.")
    }

    /// What SQLite's error means to a person.
    static func describing(_ error: any Error, library: String) -> CatalogError {
        switch error {
        case let error as CatalogError: error
        case let error as QueryError: badQuery(error)
        case let error as DatabaseError: describing(error, library: library)
        default:
            CatalogError(.failed, "The library \(library) failed: \(error).", remedy: nil, cause: error)
        }
    }

    private static func describing(_ error: DatabaseError, library: String) -> CatalogError {
        let (code, what, remedy): (Code, String, String?) =
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                (
                    .corrupt, "is damaged",
                    "Keep a copy of the file: it holds all descriptions. Mend it with \"sqlite3 FILE .recover\", or move it away to start anew."
                )
            case .SQLITE_FULL:
                (.diskFull, "cannot grow: the disk is full", "Free some space; work goes on by itself.")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                (.busy, "is in use by another program", "Close programs that have it open, then try again.")
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
                (.cannotOpen, "cannot be opened for writing", "Check the rights of the file and its folder.")
            case .SQLITE_IOERR:
                (.failed, "cannot be read or written", "Check the disk with \"dmesg\" and \"fsck\".")
            default:
                (.failed, "refused a statement: \(error.message ?? "no reason given")", nil)
            }
        return CatalogError(code, "The library \(library) \(what).", remedy: remedy, cause: error)
    }
}
