import Catalog
import DaemonAPI
import FileWatching
import Indexing
import MediaTypes
import MediaWorker
import ModelStore

extension Daemon {
    /// Everything that a person can mend, worst first.
    func problems(_ health: WatchHealth) -> [Problem] {
        [storeProblem(), workerProblem(), engineProblem()].compactMap(\.self) + wordsProblems()
            + rootProblems(health) + watchProblems(health)
    }

    private func storeProblem() -> Problem? {
        (indexer.storeTrouble ?? recording.last).map { trouble in
            (trouble as? CatalogError)?.problem
                ?? Problem(
                    code: "library-refuses", message: "The library cannot be written.",
                    remedy: "Check the disk and the folder's permissions.")
        }
    }

    private func workerProblem() -> Problem? {
        indexer.workerTrouble.map { trouble in
            Problem(
                code: trouble.code, message: trouble.message,
                remedy: trouble.code == "worker-unavailable"
                    ? "Run systemd/install.sh again: tintype-media must lie beside tintyped." : nil)
        }
    }

    private func rootProblems(_ health: WatchHealth) -> [Problem] {
        health.roots.sorted { $0.key.text < $1.key.text }.compactMap { root, state in
            switch state {
            case .watched: nil
            case .polled(let reason):
                Problem(
                    code: "root-polled",
                    message: "\(root.text) is looked at once a minute instead of watched: \(reason)",
                    remedy: nil)
            case .offline(let reason):
                Problem(
                    code: "root-offline", message: "\(root.text) is away: \(reason)",
                    remedy: "Mount it, or `tintype remove` it. Nothing of it is forgotten meanwhile.")
            }
        }
    }

    private func watchProblems(_ health: WatchHealth) -> [Problem] {
        guard health.unreadableDirectories > 0 else { return [] }
        return [
            Problem(
                code: "folders-unreadable",
                message: health.unreadableDirectories == 1
                    ? "A folder below the watched ones cannot be read."
                    : "\(health.unreadableDirectories) folders below the watched ones cannot be read.",
                remedy: "Check the permissions.")
        ]
    }

    private func wordsProblems() -> [Problem] {
        guard let readiness = workers.health.readiness else { return [] }
        return [lookProblem(), readiness.words.problem, readiness.sandbox.problem].compactMap(\.self)
    }

    private func lookProblem() -> Problem? {
        if let damage = desk.modelDamage {
            return Problem(code: "first-look-damaged", message: damage.message, remedy: damage.remedy)
        }
        if desk.modelDigest == nil {
            return Problem(
                code: "no-first-look",
                message: "The small models of the first look are not here: words are read by Tesseract alone.",
                remedy: "Get them, a download of 141 MB: tintype model pull first-look")
        }
        if !encoder.canEncode {
            return Problem(
                code: "first-look-outdated",
                message: "The small models are of an older Tintype: pictures are not found by their meaning.",
                remedy: "Get them again: tintype model pull first-look")
        }
        return (desk.lookTrouble ?? encoder.trouble).map { trouble in
            Problem(
                code: "first-look-unusable", message: "The small models of the first look cannot be used: \(trouble)",
                remedy: "Run `tintype model verify first-look`, and get them again where it says so.")
        }
    }
}

extension WorkerReadiness.WordReading {
    fileprivate var problem: Problem? {
        if !isAvailable {
            return Problem(
                code: "no-tesseract", message: "Words in pictures are not read: Tesseract has no language data here.",
                remedy: "Install the package tesseract-ocr-eng and those of your languages, then restart tintyped.")
        }
        guard !missing.isEmpty else { return nil }
        let packages = missing.map { "tesseract-ocr-" + $0.replacing("_", with: "-").lowercased() }
        return Problem(
            code: "languages-missing", message: "There is no data to read \(missing.joined(separator: ", ")).",
            remedy: "Install \(packages.joined(separator: " ")), then restart tintyped.")
    }
}

extension WorkerReadiness.Sandbox {
    fileprivate var problem: Problem? {
        guard !holds || landlockVersion == nil else { return nil }
        return Problem(
            code: "sandbox-weak",
            message: holds
                ? "This kernel has no Landlock: the decoder is held by its system call filter alone."
                : "The decoder's sandbox does not hold: it can \(leaks.joined(separator: ", ")).",
            remedy: "Boot a kernel with Landlock (5.13 or newer).")
    }
}

extension CatalogError {
    /// The error as clients see it.
    var problem: Problem { Problem(code: name, message: message, remedy: remedy) }

    private var name: String {
        switch code {
        case .cannotOpen: "library-unreadable"
        case .writtenByNewerVersion: "library-newer"
        case .corrupt: "library-corrupt"
        case .busy: "library-busy"
        case .diskFull: "disk-full"
        case .badQuery: "bad-query"
        case .notFound: "not-indexed"
        case .notReady: "not-ready"
        case .failed: "library-failed"
        }
    }

    /// The HTTP status that fits it.
    var status: Int {
        switch code {
        case .badQuery: 400
        case .notFound: 404
        case .notReady: 409
        case .failed: 500
        default: 503
        }
    }
}
