import MediaTypes
import Testing

@testable import MiniCPMV

/// Slices and sizes, which the reference's own classes were asked for.
struct ImagePlanTests {
    /// [width, height, max_slice_nums, mode, scale, grid, overview, tile]
    private struct Row: Decodable {
        var size: PixelSize
        var options = ProcessingOptions()
        var scale: Int
        var grid: [Int]
        var overview: [Int]
        var tile: [Int]

        init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            size = PixelSize(width: try row.decode(Int.self), height: try row.decode(Int.self))
            options.maxSliceNums = try row.decode(Int.self)
            options.downsampleMode = try #require(DownsampleMode(rawValue: try row.decode(String.self)))
            scale = try row.decode(Int.self)
            grid = try row.decode([Int].self)
            overview = try row.decode([Int].self)
            tile = try row.decode([Int].self)
        }
    }

    @Test func `grids and sizes equal the reference's for every shape of picture`() throws {
        let rows = try ReferenceTables.rows("slicing", as: Row.self)
        #expect(rows.count > 500)
        for row in rows {
            let configuration = try ReferenceTables.configuration(scale: row.scale)
            let plan = try ImagePlan(of: row.size, options: row.options, configuration: configuration)
            #expect(SliceGrid.numbers(plan.grid) == row.grid, "\(row)")
            #expect(plan.overview.numbers == row.overview, "\(row)")
            #expect((plan.grid == nil ? [] : plan.tile.numbers) == row.tile, "\(row)")
        }
    }

    /// The tables of make_reference.py: "slicing" as [width, height, most, mode, grid, overview, all tiles].
    private struct Tables: Decodable {
        var slicing: [Sizes]

        struct Sizes: Decodable {
            var numbers: [Int]
            var mode: String
            var grid: [Int]
            var overview: [Int]
            var canvas: [Int]

            init(from decoder: any Decoder) throws {
                var row = try decoder.unkeyedContainer()
                numbers = [try row.decode(Int.self), try row.decode(Int.self), try row.decode(Int.self)]
                mode = try row.decode(String.self)
                grid = try row.decodeIfPresent([Int].self) ?? []
                overview = try row.decode([Int].self)
                canvas = try row.decodeIfPresent([Int].self) ?? []
            }
        }
    }

    @Test func `the slicing table of the reference dump holds`() throws {
        for row in try ReferenceTables.tables(as: Tables.self).flatMap(\.slicing) {
            let options = ProcessingOptions(
                downsampleMode: try #require(DownsampleMode(rawValue: row.mode)), maxSliceNums: row.numbers[2])
            let plan = try ImagePlan(
                of: PixelSize(width: row.numbers[0], height: row.numbers[1]), options: options,
                configuration: .released)
            let canvas = plan.grid.map { [plan.tile.height * $0.rows, plan.tile.width * $0.columns] } ?? []
            #expect(SliceGrid.numbers(plan.grid) == row.grid && canvas == row.canvas, "\(row)")
            #expect(plan.overview.numbers == row.overview, "\(row)")
        }
    }

    @Test func `a picture is not cut without slice mode`() throws {
        let plan = try ImagePlan(
            of: PixelSize(width: 4032, height: 3024), options: ProcessingOptions(sliceMode: false),
            configuration: .released)
        #expect(plan.grid == nil && plan.overview == PixelSize(width: 504, height: 392))
        #expect(plan.tokens == 36 * 28 / 16)
    }

    @Test func `tokens are counted over overview and tiles in both modes`() throws {
        let size = PixelSize(width: 640, height: 480)
        let coarse = try ImagePlan(of: size, options: ProcessingOptions(), configuration: .released)
        #expect(coarse.overviewTokens == 63 && coarse.tileTokens == 70 && coarse.tokens == 63 + 2 * 70)
        let fine = try ImagePlan(of: size, options: ProcessingOptions(downsampleMode: .x4), configuration: .released)
        #expect(fine.unitSizes.map { $0.width % 28 + $0.height % 28 } == [0, 0, 0])
        #expect(fine.tokens > 3 * coarse.tokens)
    }

    /// A column of a million pixels would be 128,000 patches in one unit.
    @Test(arguments: [
        (1, 1_000_000), (1, Int.max), (Int.max, 1), (Int.max, Int.max), (1, 60000), (60000, 1), (40000, 2),
        (7, 199_999_999),
    ])
    func `no shape makes a unit of more patches than the limit`(width: Int, height: Int) throws {
        for mode in DownsampleMode.allCases {
            for most in [1, 9, 64] {
                let plan = try ImagePlan(
                    of: PixelSize(width: width, height: height),
                    options: ProcessingOptions(downsampleMode: mode, maxSliceNums: most), configuration: .released)
                for size in plan.unitSizes {
                    let patches = (size.width / 14) * (size.height / 14)
                    #expect(patches > 0 && patches <= ImagePlan.unitPatchLimit)
                    #expect(size.width % (14 * mode.gridMultiple) == 0 && size.height % (14 * mode.gridMultiple) == 0)
                }
            }
        }
    }

    @Test func `a picture too long for the limit keeps its width and is squeezed along its length`() throws {
        let plan = try ImagePlan(
            of: PixelSize(width: 1, height: 30000), options: ProcessingOptions(), configuration: .released)
        #expect(plan.overview == PixelSize(width: 56, height: 4096 * 14))
    }

    @Test func `a picture without pixels is refused`() {
        for size in [PixelSize(width: 0, height: 0), PixelSize(width: 0, height: 9), PixelSize(width: 9, height: 0)] {
            #expect(throws: ModelError.emptyPicture) {
                try ImagePlan(of: size, options: ProcessingOptions(), configuration: .released)
            }
        }
    }
}
