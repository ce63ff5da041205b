import Logging
import MediaTypes
import Synchronization

extension Indexer {
    /// Contents that are taken at a time.
    private static let meaningBatch = 8
    /// What every encoder can encode.
    private static let harmlessText = "photo"

    /// Makes vectors of what is said of contents, newest first, where there is an encoder. No job tells of it: a content
    /// says itself whether its vectors are of its texts.
    func makeMeanings() async {
        var backoff = ServiceBackoff()
        while !Task.isCancelled {
            let generation = wakeSignal.generation
            guard let assets = await assetsWithoutMeaning() else { continue }
            if assets.isEmpty { await wakeSignal.wait(after: generation) }
            for asset in assets where !Task.isCancelled {
                if let failure = await makeMeaning(of: asset) {
                    await encoderFailed(failure, backoff: &backoff)
                    break
                }
                backoff.succeeded()
                progress.withLock { $0.encoderTrouble = nil }
            }
        }
    }

    /// - Returns: `nil` where the store refuses, which it was given a moment for.
    private func assetsWithoutMeaning() async -> [AssetTexts]? {
        guard encoder.canEncode else { return [] }
        do {
            // Each time: an encoder may come, or another one take its place, while this runs.
            try await store.useMeanings(ofEncoder: encoder.digest)
            if progress.withLock({ $0.isPaused }) { return [] }
            return try await store.assetsWithoutMeaning(limit: Self.meaningBatch)
        } catch {
            await storeRefused(error)
            return nil
        }
    }

    /// - Returns: why no text at all can be encoded now.
    private func makeMeaning(of asset: AssetTexts) async -> JobFailure? {
        var vectors: [[Float]] = []
        do throws(JobFailure) {
            vectors = try await self.vectors(of: asset.texts)
        } catch {
            return Task.isCancelled ? nil : error
        }
        do {
            try await store.recordMeaning(of: asset, vectors: vectors)
            progress.withLock { $0.storeTrouble = nil }
        } catch {
            await storeRefused(error)
        }
        return nil
    }

    /// Texts that the encoder fails on twice, while it can encode others, have no vectors: they are found by their words alone,
    /// and keep nobody waiting.
    private func vectors(of texts: [String]) async throws(JobFailure) -> [[Float]] {
        if texts.isEmpty { return [] }
        do throws(JobFailure) {
            return try await encoder.vectors(of: texts)
        } catch {
            if Task.isCancelled || error.cause == .service { throw error }
        }
        do throws(JobFailure) {
            return try await encoder.vectors(of: texts)
        } catch {
            if Task.isCancelled || error.cause == .service { throw error }
            _ = try await encoder.vectors(of: [Self.harmlessText])
            logger.debug("a content has no meaning", metadata: ["code": "\(error.code)"])
            return []
        }
    }

    private func encoderFailed(_ failure: JobFailure, backoff: inout ServiceBackoff) async {
        let generation = retrySignal.generation
        let isNews = progress.withLock { progress in
            defer { progress.encoderTrouble = failure }
            return progress.encoderTrouble == nil
        }
        if isNews { logger.warning("meanings wait for the encoder", metadata: ["code": "\(failure.code)"]) }
        await retrySignal.wait(after: generation, atMost: backoff.failed())
    }
}
