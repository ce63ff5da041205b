import DaemonAPI

/// One thing that `doctor` looked at; `doctor --json` prints exactly this.
struct Finding: Codable, Hashable {
    /// How bad it is.
    enum State: String, Codable {
        /// Nothing to do.
        case ok
        /// It works, with less than it could.
        case warn
        /// Something does not work.
        case fail
    }

    /// What was looked at: `socket`, `disk`, `watch-limit`, …
    var check: String
    /// How bad it is.
    var state: State
    /// What was found.
    var message: String
    /// What to do; `null`: nothing.
    @Nullable var remedy: String?

    static func ok(_ check: String, _ message: String) -> Finding {
        Finding(check: check, state: .ok, message: message, remedy: nil)
    }

    static func warn(_ check: String, _ message: String, remedy: String?) -> Finding {
        Finding(check: check, state: .warn, message: message, remedy: remedy)
    }

    static func fail(_ check: String, _ message: String, remedy: String?) -> Finding {
        Finding(check: check, state: .fail, message: message, remedy: remedy)
    }
}
