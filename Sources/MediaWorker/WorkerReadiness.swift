/// The first thing that `tintype-media` says: what it can do, and what holds it.
public struct WorkerReadiness: Hashable, Sendable, Codable {
    /// Tesseract and its languages.
    public struct WordReading: Hashable, Sendable, Codable {
        /// The reader, as "tesseract 5.3.0".
        public var engine: String
        /// The languages with data, as Tesseract names them; empty: words cannot be read.
        public var languages: [String]
        /// Languages that were asked for and have no data.
        public var missing: [String]
        /// Where the data was looked for; `nil`: no such folder was found.
        public var dataDirectory: String?
        /// Whether that includes scripts that the small models do not read: Cyrillic, Greek, Korean, Arabic and others.
        public var readsOtherScripts: Bool

        /// A state of these parts.
        public init(
            engine: String, languages: [String], missing: [String], dataDirectory: String?,
            readsOtherScripts: Bool = false
        ) {
            self.readsOtherScripts = readsOtherScripts
            self.engine = engine
            self.languages = languages
            self.missing = missing
            self.dataDirectory = dataDirectory
        }

        /// Whether words can be read at all.
        public var isAvailable: Bool { !languages.isEmpty }
    }

    /// The layers of the sandbox, each tried out by the worker itself.
    public struct Sandbox: Hashable, Sendable, Codable {
        /// The kernel's version of Landlock; `nil`: the kernel has none, or it is switched off.
        public var landlockVersion: Int?
        /// Whether the system call filter is in place.
        public var isFilteringCalls: Bool
        /// What should be impossible and was not, as "open a file"; empty: the sandbox holds.
        public var leaks: [String]

        /// A state of these parts.
        public init(landlockVersion: Int?, isFilteringCalls: Bool, leaks: [String]) {
            self.landlockVersion = landlockVersion
            self.isFilteringCalls = isFilteringCalls
            self.leaks = leaks
        }

        /// Whether the file system, the network and other programs are out of reach.
        public var holds: Bool { leaks.isEmpty }
    }

    /// What it can read.
    public var words: WordReading
    /// What holds it.
    public var sandbox: Sandbox

    /// A message of these parts.
    public init(words: WordReading, sandbox: Sandbox) {
        self.words = words
        self.sandbox = sandbox
    }
}
