import ArgumentParser

/// `tintype-bench`: measures the programs that lie beside it, each in a library of its own that is thrown away.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tintype-bench",
        abstract: "Measures indexing, searching and how well both work, with the real daemon.",
        discussion: """
            Prints a line a figure; with --json an object a line: figure, value, unit, share_of_limit, n, spread.
            Figures are worth something from a release build on a machine that does nothing else.
            """,
        subcommands: [
            IndexCommand.self, SearchCommand.self, EngineCommand.self, PrecisionCommand.self, QualityCommand.self,
            NetworkCommand.self, FirstLookCommand.self, TagCommand.self, VectorCommand.self,
        ])
}
