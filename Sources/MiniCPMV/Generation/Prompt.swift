import MediaTypes
import Tensors
import Tokenization

/// A conversation as the model reads it: tokens, and the units whose rows take the place of pads.
struct Prompt: Sendable {
    let tokens: [TokenID]
    /// Of pictures, in the order of their pads.
    let imageUnits: [VisionUnit]
    /// Of videos, in the order of their pads.
    let videoUnits: [VisionUnit]
    let mode: DownsampleMode
    /// What tells the units, looked at in this mode, from others.
    let imageKeys: [VisionRowCache.Key]
    let videoKeys: [VisionRowCache.Key]
    /// Whether somebody says something behind the last picture or video.
    let asksLast: Bool

    /// - Throws: where the conversation is none, or media and messages do not fit each other.
    init(_ request: GenerationRequest, _ model: LoadedModel) throws(ModelError) {
        try request.processing.validate()
        try request.sampling.validate()
        let pieces: [PromptPiece]
        do throws(ChatError) {
            pieces = try ChatTemplate.pieces(request.messages, tools: request.tools, thinks: request.thinks)
        } catch { throw ModelError(code: .badRequest, message: error.message, remedy: error.remedy) }
        try Self.check(pieces, request)

        // Plans hold no pixels: what is too long is refused before any are made.
        var imagePlans: [ImagePlan] = []
        for picture in request.pictures {
            imagePlans.append(try model.images.plan(for: picture.size, request.processing))
        }
        var clips: [VideoPictures] = []
        for clip in request.videos { clips.append(try model.videos.pictures(of: clip, request.processing)) }
        let rows = (imagePlans + clips.flatMap(\.plans)).reduce(0) { $0 + $1.tokens }
        let limit = model.configuration.language.contextLength
        guard rows < limit else { throw .tooLong(tokens: rows, limit: limit) }

        var images: [VisionUnit] = []
        var imageTexts: [String] = []
        for (index, picture) in request.pictures.enumerated() {
            images += try model.images.units(of: picture, request.processing).units
            imageTexts.append(Placeholders.text(image: imagePlans[index], index: index, options: request.processing))
        }
        var videos: [VisionUnit] = []
        var videoTexts: [String] = []
        for (index, pictures) in clips.enumerated() {
            for picture in 0..<pictures.count { videos += try pictures.units(at: picture).units }
            videoTexts.append(Placeholders.text(video: pictures.plans, index: index, options: request.processing))
        }
        tokens = model.tokenizer.encode(Self.runs(pieces, images: imageTexts, videos: videoTexts))
        imageUnits = images
        videoUnits = videos
        let mode = request.processing.downsampleMode
        self.mode = mode
        imageKeys = images.map { VisionRowCache.Key($0, mode) }
        videoKeys = videos.map { VisionRowCache.Key($0, mode) }
        asksLast = pieces.reversed().prefix { $0 != .image && $0 != .video }
            .contains { if case .text(let text) = $0 { !text.isEmpty } else { false } }
    }

    private static func check(_ pieces: [PromptPiece], _ request: GenerationRequest) throws(ModelError) {
        let (images, videos) = (pieces.count { $0 == .image }, pieces.count { $0 == .video })
        guard images == request.pictures.count else {
            throw .mediaDoNotMatch(parts: images, media: request.pictures.count, what: "pictures")
        }
        guard videos == request.videos.count else {
            throw .mediaDoNotMatch(parts: videos, media: request.videos.count, what: "videos")
        }
    }

    private static func runs(_ pieces: [PromptPiece], images: [String], videos: [String]) -> [Tokenizer.Run] {
        var (images, videos) = (images[...], videos[...])
        return pieces.map { piece in
            switch piece {
            case .markup(let text): Tokenizer.Run(text, namesTokens: true)
            case .text(let text): Tokenizer.Run(text, namesTokens: false)
            case .image: Tokenizer.Run(images.popFirst() ?? "", namesTokens: true)
            case .video: Tokenizer.Run(videos.popFirst() ?? "", namesTokens: true)
            }
        }
    }
}

extension LoadedModel {
    /// Patches that go through the vision tower at a time, unless one unit has more: a slice of 448², whose activations are
    /// 100 MB together. Four at a time took a sixth longer: they leave the caches.
    private static let patchesAtATime = 1024

    /// The rows of units, those of the first unit first; units that `cache` knows, or comes to know, are not looked at
    /// again.
    ///
    /// - `isCancelled` is asked between groups of units.
    func rows(
        of units: [VisionUnit], mode: DownsampleMode, on pool: ComputePool, cache: VisionRowCache? = nil,
        isCancelled: () -> Bool
    ) -> Tensor? {
        let counts = units.map { $0.count / mode.patchesPerToken }
        let places = counts.indices.map { counts[..<$0].reduce(0, +) }
        var results = Tensor(unsetRows: counts.reduce(0, +), columns: language.sizes.hiddenSize)
        let keys = cache.map { _ in units.map { VisionRowCache.Key($0, mode) } }
        var left = Array(units.indices)[...]
        while let first = left.first {
            guard !isCancelled() else { return nil }
            if let known = keys.flatMap({ cache?.rows(of: $0[first]) }) {
                let rows = Tensor(known, columns: results.columns)
                results.setRows(from: places[first], to: rows, rows: 0..<counts[first])
                left = left.dropFirst()
                continue
            }
            var (patches, fresh) = (0, Set<VisionRowCache.Key>())
            let group = left.prefix { unit in
                patches += units[unit].count
                // Equal ones come when the first of them is known.
                let isFresh = keys.map { cache?.rows(of: $0[unit]) == nil && fresh.insert($0[unit]).inserted } ?? true
                return unit == first || patches <= Self.patchesAtATime && isFresh
            }
            left = left.dropFirst(group.count)
            let seen = look(at: group.map { units[$0] }, mode: mode, on: pool)
            var row = 0
            for unit in group {
                let end = row + counts[unit]
                results.setRows(from: places[unit], to: seen, rows: row..<end)
                if let cache, let keys { cache.keep((row..<end).flatMap { seen.row($0) }, of: keys[unit]) }
                row = end
            }
        }
        return results
    }

    private func look(at units: [VisionUnit], mode: DownsampleMode, on pool: ComputePool) -> Tensor {
        var matrix: [Float] = []
        matrix.reserveCapacity(units.reduce(0) { $0 + $1.count * $1.patchLength })
        for unit in units { unit.appendPatches(to: &matrix) }
        return vision.rows(
            of: Tensor(matrix, columns: units[0].patchLength),
            units.map { PatchGrid(rows: $0.rows, columns: $0.columns) }, mode: mode, on: pool)
    }

    /// What the first layer is given from a token on that begins no unit's rest: a row for each token, those of pads replaced
    /// by the units' rows.
    ///
    /// - `isCancelled` is asked between groups of units.
    func inputs(
        of prompt: Prompt, from start: Int = 0, on pool: ComputePool, cache: VisionRowCache? = nil,
        isCancelled: () -> Bool = { false }
    ) -> Tensor? {
        let seen = prompt.unitCounts(before: start, tokens)
        guard
            let images = rows(
                of: Array(prompt.imageUnits.dropFirst(seen.images)), mode: prompt.mode, on: pool, cache: cache,
                isCancelled: isCancelled),
            let videos = rows(
                of: Array(prompt.videoUnits.dropFirst(seen.videos)), mode: prompt.mode, on: pool, cache: cache,
                isCancelled: isCancelled)
        else { return nil }
        let unread = Array(prompt.tokens[start...])
        var inputs = language.embedded(unread)
        var (image, video) = (0, 0)
        for (place, token) in unread.enumerated() {
            if token == tokens.imagePad {
                inputs.setRows(from: place, to: images, rows: image..<(image + 1))
                image += 1
            } else if token == tokens.videoPad {
                inputs.setRows(from: place, to: videos, rows: video..<(video + 1))
                video += 1
            }
        }
        return inputs
    }
}
