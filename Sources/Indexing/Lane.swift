import MediaTypes

/// Jobs that share one limit on how many run at a time.
enum Lane: CaseIterable {
    /// Hashing: the disk is the limit.
    case identity
    /// Decoding: a new file is found by its facts while the words of others are read, which can take a minute.
    case facts
    /// Decoding and reading words: the processor is.
    case media
    /// Describing: the engine is.
    case description

    func stages(canReadWords: Bool, canDescribe: Bool) -> Set<JobStage> {
        switch self {
        case .identity: [.identity]
        case .facts: [.facts]
        case .media: canReadWords ? [.facts, .words] : [.facts]
        case .description: canDescribe ? [.description] : []
        }
    }

    /// Jobs leased in one transaction: many of the quick ones, few of those that a new file would wait behind.
    var batch: Int {
        switch self {
        case .identity: 16
        case .facts, .media: 1
        case .description: 1
        }
    }

    func concurrency(_ configuration: IndexingConfiguration) -> Int {
        switch self {
        // A second one, so that a video of many gigabytes does not hold up what is small.
        case .identity: 2
        case .facts: 1
        case .media: configuration.mediaConcurrency
        case .description: configuration.descriptionConcurrency
        }
    }
}
