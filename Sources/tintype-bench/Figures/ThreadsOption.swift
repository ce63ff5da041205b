import ArgumentParser
import Tensors

/// How many threads compute.
struct ThreadsOption: ParsableArguments {
    @Option(name: .customLong("threads"), help: "Threads to compute on.")
    var count = ProcessorBudget.threads

    func validate() throws {
        guard 1...256 ~= count else { throw ValidationError("--threads must be from 1 to 256.") }
    }
}
