/// Why a verb could not do its work, in words for the person who typed it.
struct CommandFailure: Error, Hashable {
    /// What the process ends with.
    var status = CommandStatus.failed
    /// What happened, naming the thing.
    var message: String
    /// What to do, as an order.
    var remedy: String?

    /// Message and remedy as they are printed: two lines at most, nothing in them that a terminal obeys.
    var printed: String {
        let lines = ["tintype: " + SafeText.line(message)] + (remedy.map { ["  " + SafeText.line($0)] } ?? [])
        return lines.joined(separator: "\n")
    }
}
