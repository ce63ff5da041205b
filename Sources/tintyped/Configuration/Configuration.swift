import MediaTypes

/// What the person may set: `config.toml`. Every default stands here.
struct Configuration: Equatable {
    /// Globs of names and paths that are left alone, besides the built-in ones.
    var exclusions: [String] = []
    /// Tesseract's names of the languages to read; `nil`: English and the locale's.
    var wordLanguages: [String]?
    /// The engine that describes; `nil`: descriptions wait.
    var engine: Engine?

    /// Our own engine, where the configuration names no other.
    var localEngine = LocalEngine()

    /// `[engine]` without a url: the local one.
    struct LocalEngine: Equatable {
        /// Minutes without a question after which it ends and its memory goes back.
        var idleMinutes = 5
        /// Threads that it computes on; `nil`: one for each core.
        var threads: Int?
    }

    /// `[engine]`: any server that speaks OpenAI's chat completions.
    struct Engine: Equatable {
        /// `unix:/path` or `http://host:port` or `https://…`, without `/v1/…`.
        var url: String
        /// The model to ask for; `nil`: the first one that the server lists.
        var model: String?
        /// Sent as a bearer token.
        var key: String?
        /// Seconds without a byte from the server until a request is given up.
        var timeoutSeconds = 120
        /// Pictures asked about at a time.
        var concurrency = 1
    }
}

/// What is wrong with the configuration: every fault at once.
struct ConfigurationError: Error, CustomStringConvertible {
    /// The file.
    var file: MediaPath
    /// A sentence a fault.
    var faults: [String]

    var description: String {
        "The configuration \(file.text) cannot be used:\n" + faults.map { "  - \($0)\n" }.joined()
            + "Mend it, or move it away to run with the defaults."
    }
}
