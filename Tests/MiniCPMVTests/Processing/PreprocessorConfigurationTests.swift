import TestSupport
import Testing

@testable import MiniCPMV

struct PreprocessorConfigurationTests {
    private static func parsed(_ json: String) throws(ModelError) -> PreprocessorConfiguration {
        try PreprocessorConfiguration(parsing: Array(json.utf8), named: "preprocessor_config.json")
    }

    private static let tiny = """
        {"image_processor_type": "MiniCPMV4_6ImageProcessor", "max_slice_nums": 4, "scale_resolution": 112,
        "patch_size": 14, "use_image_id": false, "slice_mode": false, "downsample_mode": "4x",
        "image_mean": [0.5, 0.25, 0.125], "image_std": [0.5, 1, 2]}
        """

    @Test func `settings are read from the file`() throws {
        let configuration = try Self.parsed(Self.tiny)
        #expect(configuration.scaleResolution == 112 && configuration.patchSide == 14)
        #expect(configuration.mean == [0.5, 0.25, 0.125] && configuration.deviation == [0.5, 1, 2])
        #expect(
            configuration.options
                == ProcessingOptions(downsampleMode: .x4, maxSliceNums: 4, useImageID: false, sliceMode: false))
    }

    @Test func `what the file leaves out is as released`() throws {
        #expect(try Self.parsed("{}") == .released)
    }

    @Test(arguments: [
        "", "[]", "3", "{\"patch_size\": 0}", "{\"patch_size\": -14}", "{\"patch_size\": 1e300}",
        "{\"scale_resolution\": 0}", "{\"scale_resolution\": 9223372036854775807}", "{\"scale_resolution\": \"448\"}",
        "{\"image_mean\": [0.5]}", "{\"image_std\": [0.5, 0, 0.5]}", "{\"image_mean\": [1e39, 0, 0]}",
        "{\"max_slice_nums\": 0}", "{\"max_slice_nums\": 1000000}", "{\"downsample_mode\": \"2x\"}",
    ])
    func `a file that nothing could work with is refused with its name`(json: String) {
        let error = #expect(throws: ModelError.self) { try Self.parsed(json) }
        #expect(error?.code == .badModel && error?.message.contains("preprocessor_config.json") == true)
    }

    @Test func `a file broken anywhere is read or refused, never more`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            var bytes = Array(Self.tiny.utf8)
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            bytes.removeLast(Int.random(in: 0...8, using: &random) / 7 * Int.random(in: 0...200, using: &random))
            _ = try? PreprocessorConfiguration(parsing: bytes, named: "broken")
        }
    }
}
