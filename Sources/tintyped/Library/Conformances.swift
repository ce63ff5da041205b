public import Catalog
import Describing
public import Indexing

extension MediaCatalog: JobStore {}

extension EngineConfiguration {
    /// The engine that the person has set up.
    init(_ engine: Configuration.Engine) throws {
        try self.init(url: engine.url)
        model = engine.model
        key = engine.key.map { EngineKey($0) }
        timeoutWithoutProgress = .seconds(engine.timeoutSeconds)
        concurrency = engine.concurrency
    }
}
