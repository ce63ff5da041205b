import Logging
import MediaTypes
import Synchronization

extension Indexer {
    /// Contents that are taken at a time.
    private static let meaningBatch = 8

    /// Makes vectors of what is said of contents, newest first, where there is an encoder. No job tells of it: a content
    /// says itself whether its vectors are of its texts.
    func makeMeanings() async {
        var backoff = ServiceBackoff()
        while !Task.isCancelled {
            let generation = wakeSignal.generation
            let assets = await assetsWithoutMeaning()
            for asset in assets where !Task.isCancelled {
                guard let failure = await makeMeaning(of: asset) else {
                    backoff.succeeded()
                    progress.withLock { $0.encoderTrouble = nil }
                    continue
                }
                let generation = retrySignal.generation
                progress.withLock { $0.encoderTrouble = failure }
                logger.warning("meanings wait for the encoder", metadata: ["code": "\(failure.code)"])
                await retrySignal.wait(after: generation, atMost: backoff.failed())
                break
            }
            if assets.isEmpty { await wakeSignal.wait(after: generation) }
        }
    }

    private func assetsWithoutMeaning() async -> [AssetTexts] {
        guard encoder.canEncode, !progress.withLock({ $0.isPaused }) else { return [] }
        do {
            return try await store.assetsWithoutMeaning(limit: Self.meaningBatch)
        } catch {
            await storeRefused(error)
            return []
        }
    }

    /// - Returns: why no text at all can be encoded now.
    private func makeMeaning(of asset: AssetTexts) async -> JobFailure? {
        var vectors: [[Float]] = []
        do throws(JobFailure) {
            if !asset.texts.isEmpty { vectors = try await encoder.vectors(of: asset.texts) }
        } catch {
            if Task.isCancelled || error.cause == .service { return Task.isCancelled ? nil : error }
            // Texts that the encoder fails on are found by their words alone; the others are not kept waiting.
            logger.warning("a content has no meaning", metadata: ["code": "\(error.code)"])
        }
        do {
            try await store.recordMeaning(of: asset, vectors: vectors)
        } catch {
            await storeRefused(error)
        }
        return nil
    }
}
