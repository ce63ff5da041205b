import Foundation
import MediaTypes
import Testing

@testable import MiniCPMV

struct ImageProcessorTests {
    /// [width, height, seed, max_slice_nums, mode, scale, patch grids, checksum of the pixel values]
    private struct Row: Decodable {
        var picture: PixelBuffer
        var options = ProcessingOptions()
        var scale: Int
        var grids: [[Int]]
        var checksum: String

        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            picture = ReferenceTables.noise(
                try row.decode(Int.self), try row.decode(Int.self), seed: try row.decode(Int.self))
            options.maxSliceNums = try row.decode(Int.self)
            options.downsampleMode = try #require(DownsampleMode(rawValue: try row.decode(String.self)))
            scale = try row.decode(Int.self)
            grids = try row.decode([[Int]].self)
            checksum = try row.decode(String.self)
        }
    }

    @Test func `pixel values of whole pictures equal the reference's in every bit`() throws {
        let rows = try ReferenceTables.rows("pictures", as: Row.self)
        #expect(rows.count > 30)
        for row in rows {
            let processor = ImageProcessor(try ReferenceTables.configuration(scale: row.scale))
            let units = try processor.units(of: row.picture, row.options).units
            #expect(units.map { [$0.rows, $0.columns] } == row.grids, "\(row.picture.size)")
            var matrix: [Float] = []
            for unit in units { unit.appendPatches(to: &matrix) }
            #expect(ReferenceTables.checksum(floats: matrix) == row.checksum, "\(row.picture.size)")
        }
    }

    @Test func `patches are in raster order, their columns by colour, then y, then x`() throws {
        let bytes = (0..<(28 * 42 * 3)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let unit = VisionUnit(size: PixelSize(width: 42, height: 28), bytes: bytes, .released)
        #expect(unit.rows == 2 && unit.columns == 3 && unit.patchLength == 588)
        let matrix = unit.patchMatrix()
        #expect(matrix.count == 6 * 588)
        for (patch, colour, y, x) in [(0, 0, 0, 0), (2, 1, 3, 13), (3, 2, 0, 1), (5, 2, 13, 13), (4, 0, 7, 5)] {
            let pixel = (patch / 3 * 14 + y) * 42 + patch % 3 * 14 + x
            let expected = (Float(bytes[3 * pixel + colour]) - 127.5) / 127.5
            #expect(matrix[patch * 588 + colour * 196 + y * 14 + x] == expected)
        }
    }

    @Test(arguments: [
        (1, 1), (1, 5000), (5000, 1), (10000, 1), (1, 30000), (40000, 3), (3, 40000), (1, 300_000), (300_000, 1),
    ])
    func `odd shapes go through`(width: Int, height: Int) throws {
        let picture = PixelBuffer(
            size: PixelSize(width: width, height: height), bytes: Array(repeating: 90, count: 3 * width * height))
        let processed = try ImageProcessor(.released).units(of: picture, ProcessingOptions())
        #expect(processed.units.count == 1 + (processed.grid?.count ?? 0))
        for unit in processed.units { #expect(unit.bytes.allSatisfy { 88...92 ~= $0 }) }
    }

    @Test func `options out of bounds are refused by name`() throws {
        let picture = ReferenceTables.noise(5, 5, seed: 1)
        for (options, name) in [
            (ProcessingOptions(maxSliceNums: 0), "max_slice_nums is 0"),
            (ProcessingOptions(maxSliceNums: 65), "max_slice_nums is 65"),
            (ProcessingOptions(maxNumFrames: -1), "max_num_frames is -1"),
            (ProcessingOptions(stackFrames: 31), "stack_frames is 31"),
        ] {
            let error = #expect(throws: ModelError.self) {
                try ImageProcessor(.released).units(of: picture, options)
            }
            #expect(error?.code == .badRequest && error?.message.contains(name) == true)
        }
    }

    @Test func `options have the model card's names and values`() {
        let options = ProcessingOptions()
        #expect(options.downsampleMode == .x16 && options.downsampleMode.rawValue == "16x")
        #expect(DownsampleMode(rawValue: "4x") == .x4 && DownsampleMode(rawValue: "8x") == nil)
        #expect(options.maxSliceNums == 9 && options.maxNumFrames == 128 && options.stackFrames == 1)
        #expect(options.useImageID && options.sliceMode)
    }
}
