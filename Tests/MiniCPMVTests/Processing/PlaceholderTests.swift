import MediaTypes
import Testing

@testable import MiniCPMV

struct PlaceholderTests {
    private static func plan(_ width: Int, _ height: Int, _ options: ProcessingOptions) throws -> ImagePlan {
        try ImagePlan(
            of: PixelSize(width: width, height: height), options: options,
            configuration: try ReferenceTables.configuration(scale: 112))
    }

    /// 224 × 224 at a scale of 112: an overview of 8 × 8 patches and 2 × 2 tiles of the same.
    @Test func `rows of tiles are joined by a line break, with none before or after`() throws {
        let options = ProcessingOptions(maxSliceNums: 4)
        let pads = String(repeating: "<|image_pad|>", count: 4)
        let tile = "<slice>\(pads)</slice>"
        #expect(
            Placeholders.text(image: try Self.plan(224, 224, options), index: 12, options: options)
                == "<image_id>12</image_id><image>\(pads)</image>\(tile)\(tile)\n\(tile)\(tile)")
    }

    @Test func `a picture has no number where none is wanted, and four times the pads at 4x`() throws {
        let options = ProcessingOptions(downsampleMode: .x4, useImageID: false, sliceMode: false)
        let pads = String(repeating: "<|image_pad|>", count: 16)
        #expect(
            Placeholders.text(image: try Self.plan(224, 224, options), index: 0, options: options)
                == "<image>\(pads)</image>")
    }

    @Test func `a video has one number before all its pictures`() throws {
        let options = ProcessingOptions(maxSliceNums: 2)
        let plans = [try Self.plan(112, 112, options), try Self.plan(226, 112, options)]
        let pads = String(repeating: "<|video_pad|>", count: 4)
        let small = plans[1].overviewTokens
        #expect(
            Placeholders.text(video: plans, index: 3, options: options)
                == "<image_id>3</image_id><image>\(pads)</image><image>"
                + String(repeating: "<|video_pad|>", count: small) + "</image>"
                + String(repeating: "<slice>\(pads)</slice>", count: 2))
    }
}
