/// What is to be done about a root, from what is found at its path.
enum RootPresence: Equatable {
    /// It is the directory that we have.
    case unchanged
    /// It is there, and not the directory that we had, if any.
    case attach
    /// It cannot be reached, or an empty mount point stands in for its drive.
    case offline(reason: String)

    /// - `found`: the directory at the path; `nil` with `reason` where there is none.
    /// - `attached`: the directory that we watch as this root.
    /// - `knownDevice`: the device that the root's files were last seen on.
    static func judge(
        found: DirectoryKey?, reason: String, isEmpty: Bool, attached: DirectoryKey?, knownDevice: UInt64?
    ) -> RootPresence {
        guard let found else { return .offline(reason: reason) }
        if found == attached { return .unchanged }
        if isEmpty, let knownDevice, knownDevice != found.device {
            return .offline(reason: WatchSentences.unmounted)
        }
        return .attach
    }
}
