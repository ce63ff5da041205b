import Foundation

/// What a checkpoint's preprocessor_config.json says: how large units are and how bytes become numbers.
public struct PreprocessorConfiguration: Sendable, Equatable {
    /// `scale_resolution`: a unit has about this many pixels squared.
    public let scaleResolution: Int
    /// `patch_size`: pixels on a side of a patch.
    public let patchSide: Int
    /// `image_mean` of red, green and blue, for values from 0 to 1.
    public let mean: [Float]
    /// `image_std` of red, green and blue, for values from 0 to 1.
    public let deviation: [Float]
    /// What requests get that say nothing: the file's own values, else the model card's.
    public let options: ProcessingOptions

    /// The released settings: units of 448² pixels, patches of 14², bytes mapped to −1…1.
    public static let released = PreprocessorConfiguration(
        scaleResolution: 448, patchSide: 14, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5],
        options: ProcessingOptions())

    /// The settings in the bytes of a preprocessor_config.json. What the file leaves out is as released.
    ///
    /// - Throws: where it is no JSON object of this kind, or says sizes that nothing here could work with.
    public init(parsing json: [UInt8], named path: String) throws(ModelError) {
        let file: Contents
        do {
            file = try JSONDecoder().decode(Contents.self, from: Data(json))
        } catch {
            throw .badPreprocessor(path, because: "it is no JSON object of picture settings")
        }
        let released = Self.released
        self.init(
            scaleResolution: file.scale_resolution ?? released.scaleResolution,
            patchSide: file.patch_size ?? released.patchSide, mean: file.image_mean ?? released.mean,
            deviation: file.image_std ?? released.deviation, options: try file.options(named: path))
        if let fault { throw .badPreprocessor(path, because: fault) }
    }

    /// The same for picture settings that come from elsewhere, as a GGUF file's metadata.
    ///
    /// - Throws: where a size or a number is one that nothing here could work with.
    public init(scaleResolution: Int, patchSide: Int, mean: [Float], deviation: [Float], named path: String)
        throws(ModelError)
    {
        self.init(
            scaleResolution: scaleResolution, patchSide: patchSide, mean: mean, deviation: deviation,
            options: ProcessingOptions())
        if let fault { throw .badPreprocessor(path, because: fault) }
    }

    private init(
        scaleResolution: Int, patchSide: Int, mean: [Float], deviation: [Float], options: ProcessingOptions
    ) {
        self.scaleResolution = scaleResolution
        self.patchSide = patchSide
        self.mean = mean
        self.deviation = deviation
        self.options = options
    }

    /// What is wrong with the settings.
    private var fault: String? {
        guard 1...64 ~= patchSide else { return "its patch_size is \(patchSide)" }
        // A unit of 64 × 64 patches is four times the released one.
        guard patchSide...(64 * patchSide) ~= scaleResolution else {
            return "its scale_resolution is \(scaleResolution)"
        }
        guard mean.count == 3, deviation.count == 3 else { return "it does not speak of three colours" }
        guard mean.allSatisfy(\.isFinite), deviation.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            return "its image_mean or image_std is no usable number"
        }
        return nil
    }

    /// The file's members that matter here.
    private struct Contents: Decodable {
        var scale_resolution: Int?
        var patch_size: Int?
        var image_mean: [Float]?
        var image_std: [Float]?
        var max_slice_nums: Int?
        var slice_mode: Bool?
        var use_image_id: Bool?
        var downsample_mode: String?

        func options(named path: String) throws(ModelError) -> ProcessingOptions {
            var options = ProcessingOptions()
            if let downsample_mode {
                guard let mode = DownsampleMode(rawValue: downsample_mode) else {
                    throw .badPreprocessor(path, because: "its downsample_mode is “\(downsample_mode)”")
                }
                options.downsampleMode = mode
            }
            options.maxSliceNums = max_slice_nums ?? options.maxSliceNums
            options.sliceMode = slice_mode ?? options.sliceMode
            options.useImageID = use_image_id ?? options.useImageID
            guard ProcessingOptions.sliceBounds.contains(options.maxSliceNums) else {
                throw .badPreprocessor(path, because: "its max_slice_nums is \(options.maxSliceNums)")
            }
            return options
        }
    }
}
