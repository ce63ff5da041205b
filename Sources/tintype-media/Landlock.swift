import CPlatform
import Glibc

/// Landlock: takes the file system and the network from a process by the kernel's own rules.
enum Landlock {
    /// Forbids all that the kernel's version can forbid, but for reading files below `readable`.
    ///
    /// - Returns: the kernel's version; `nil` where it has none or would not take the rules.
    static func enter(readable: String?) -> Int? {
        let version = Int(platform_landlock_version())
        guard version > 0 else { return nil }
        var rules = rules(for: version)
        let ruleset = platform_landlock_create(&rules, size(for: version))
        guard ruleset >= 0 else { return nil }
        defer { close(ruleset) }
        if let readable {
            let directory = open(readable, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            if directory >= 0 {
                _ = platform_landlock_allow(ruleset, directory, readFile)
                close(directory)
            }
        }
        return platform_landlock_restrict(ruleset) == 0 ? version : nil
    }

    private static let readFile: UInt64 = 1 << 2

    /// Everything that a version knows. A kernel refuses bits that it does not know, so each version gets its own.
    private static func rules(for version: Int) -> platform_landlock_ruleset {
        var rules = platform_landlock_ruleset()
        // Thirteen rights from the start; then moving between directories, truncating, device control.
        let fileRights =
            switch version {
            case 1: 13
            case 2: 14
            case 3, 4: 15
            default: 16
            }
        rules.handled_access_fs = (1 << fileRights) - 1
        // Binding and connecting over TCP.
        if version >= 4 { rules.handled_access_net = 0b11 }
        // Abstract Unix sockets and signals to processes outside.
        if version >= 6 { rules.scoped = 0b11 }
        return rules
    }

    /// How many of the structure's bytes a version knows.
    private static func size(for version: Int) -> Int {
        switch version {
        case ...3: 8
        case 4, 5: 16
        default: 24
        }
    }
}
