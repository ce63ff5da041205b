extension ModelStoreError {
    static func noSuchModel(_ name: String, known: [String]) -> ModelStoreError {
        ModelStoreError(
            code: .noSuchModel, message: "There is no model “\(name)” here.",
            remedy: known.isEmpty ? "Get one: tintype model pull" : "Choose one of \(known.joined(separator: ", ")).")
    }

    static func inUse(_ name: String) -> ModelStoreError {
        ModelStoreError(
            code: .inUse, message: "The model \(name) is in use.",
            remedy: "Use another first (tintype model use NAME), or add --force.")
    }

    static func incomplete(_ what: String, lacks missing: String) -> ModelStoreError {
        ModelStoreError(
            code: .incomplete, message: "\(what) is no whole model: it lacks \(missing).",
            remedy:
                "Name a folder with config.json, tokenizer.json and *.safetensors, or a text GGUF and its mmproj GGUF.")
    }

    static func damaged(_ name: String, _ files: [String], again: String) -> ModelStoreError {
        ModelStoreError(
            code: .damaged, message: "The model \(name) is damaged: \(files.joined(separator: ", ")).",
            remedy: "Get it again, over the damaged one: \(again)")
    }

    static func damagedManifest(_ name: String) -> ModelStoreError {
        ModelStoreError(
            code: .damaged, message: "The model \(name) is damaged: its \(ModelManifest.fileName) cannot be read.",
            remedy: "Remove it, and get it again: tintype model remove \(name)")
    }

    static func severalModels(_ folder: String, texts: [String], projectors: [String]) -> ModelStoreError {
        ModelStoreError(
            code: .incomplete,
            message: "\(folder) holds more than one model: the text files \(texts.joined(separator: ", ")), and "
                + "\(projectors.joined(separator: ", ")).",
            remedy: "Name one of each: tintype model import \(folder)/\(texts[0]) \(folder)/\(projectors[0])")
    }

    /// What was copied is no model that can be run.
    public static func unusable(_ sentence: String) -> ModelStoreError {
        ModelStoreError(
            code: .unusable, message: "It is no model that Tintype can run. \(sentence)",
            remedy: "Choose a MiniCPM-V 4.6: tintype model pull --help lists those that are known.")
    }

    static func cannotRead(_ path: String, _ reason: String) -> ModelStoreError {
        ModelStoreError(
            code: .cannotRead, message: "\(path) cannot be read: \(reason).",
            remedy: "Check that it is there and yours.")
    }

    static func cannotWrite(_ path: String, _ reason: String) -> ModelStoreError {
        ModelStoreError(
            code: .cannotWrite, message: "\(path) cannot be written: \(reason).",
            remedy: "Check the disk's space and the folder's permissions, then try again.")
    }

    static func noSpace(_ path: String, needed: Int64, free: Int64) -> ModelStoreError {
        ModelStoreError(
            code: .noSpace,
            message: "The disk of \(path) has \(free / 1_000_000) MB left, and \(needed / 1_000_000) MB are needed.",
            remedy: "Make room, or keep the data folder on another disk.")
    }

    static func busy(_ name: String) -> ModelStoreError {
        ModelStoreError(
            code: .busy, message: "The model \(name) is already being fetched.",
            remedy: "Wait for the other tintype to finish, or stop it.")
    }

    static func noNetwork(_ hub: String, _ reason: String) -> ModelStoreError {
        ModelStoreError(
            code: .noNetwork, message: "\(hub) cannot be reached: \(reason)",
            remedy: "Everything but descriptions works without it. Try again with a network, or bring a model over: "
                + "tintype model import DIR.")
    }

    static func refused(_ what: String, status: Int) -> ModelStoreError {
        let remedy =
            switch status {
            case 401, 403: "Choose a model that is open to all, or a mirror that has it."
            case 404: "Check the name: tintype model pull --help lists those that are known."
            default: "Try again later; what has arrived is kept."
            }
        return ModelStoreError(code: .refused, message: "\(what) was refused (status \(status)).", remedy: remedy)
    }

    static func badListing(_ name: String, _ reason: String) -> ModelStoreError {
        ModelStoreError(
            code: .badListing, message: "The hub's list of the files of \(name) cannot be used: \(reason).",
            remedy: "Try again later, or use another hub.")
    }

    static func badAddress(_ address: String) -> ModelStoreError {
        ModelStoreError(
            code: .refused, message: "“\(address.prefix(80))” is no address of a hub.",
            remedy: "Name one that begins with https://: with --hub, in TINTYPE_HUB, or as [models] hub.")
    }

    static func reservedName(_ name: String) -> ModelStoreError {
        ModelStoreError(
            code: .unusable, message: "No model can be called \(name): the name means something else to Tintype.",
            remedy: "Give it another name: tintype model import --name NAME.")
    }

    static func taken(_ name: String, by source: String) -> ModelStoreError {
        ModelStoreError(
            code: .unusable, message: "There is a model \(name) already, which came from \(source).",
            remedy: "Take it away first: tintype model remove \(name). "
                + "Or import this one under another name, with --name.")
    }

    static func notOurs(_ folder: String) -> ModelStoreError {
        ModelStoreError(
            code: .unusable, message: "\(folder) is there already, with files that Tintype did not put there.",
            remedy: "Move it elsewhere, then try again.")
    }

    static func sameNames(_ paths: String) -> ModelStoreError {
        ModelStoreError(
            code: .incomplete, message: "Two of the files in \(paths) have the same name.",
            remedy: "Name only the files of one model.")
    }

    static func wrongFile(_ file: String) -> ModelStoreError {
        ModelStoreError(
            code: .damaged, message: "\(file) arrived twice with another content than the hub lists.",
            remedy: "Try again later, or use another hub.")
    }

    static let cancelled = ModelStoreError(
        code: .cancelled, message: "The model was not fetched to its end.",
        remedy: "Run the same command again: it goes on where it stopped.")
}
