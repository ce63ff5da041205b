import Testing

/// Everything below starts real daemons, each of which wants both processors: one test at a time.
@Suite(.serialized, .timeLimit(.minutes(3))) enum EndToEnd {}
