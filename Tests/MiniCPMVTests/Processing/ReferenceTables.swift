import Foundation
import MediaTypes

@testable import MiniCPMV

/// The tables that Tests/Reference/make_unit_tables.py makes, and what it shares with them: noise and checksums.
enum ReferenceTables {
    /// The rows of a table in every reference folder that has it.
    static func rows<Row: Decodable>(_ name: String, as row: Row.Type) throws -> [Row] {
        try files(name + ".json").flatMap { try JSONDecoder().decode([Row].self, from: Data(contentsOf: $0)) }
    }

    /// The rows of a table of one folder.
    static func rows<Row: Decodable>(_ name: String, in folder: ReferenceFolder, as row: Row.Type) throws -> [Row] {
        let file = folder.url.appending(path: "units/\(name).json")
        return try JSONDecoder().decode([Row].self, from: Data(contentsOf: file))
    }

    /// The tables that make_reference.py dumped, in every reference folder that has them.
    static func tables<Tables: Decodable>(as tables: Tables.Type) throws -> [Tables] {
        try files("tables.json").map { try JSONDecoder().decode(Tables.self, from: Data(contentsOf: $0)) }
    }

    /// A file of units/, in every reference folder that has it.
    static func files(_ name: String) -> [URL] {
        ReferenceFolder.all.filter { $0.checkpoint == "tiny" }.map { $0.url.appending(path: "units/" + name) }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
    }

    /// SplitMix64's finaliser.
    private static func mixed(_ x: UInt64) -> UInt64 {
        var x = x
        x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
        x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
        return x ^ (x >> 31)
    }

    /// The sum of each value mixed with its place.
    static func checksum(_ values: some Sequence<UInt32>) -> String {
        var sum: UInt64 = 0
        var place: UInt64 = 0
        for value in values {
            place &+= 0x9E37_79B9_7F4A_7C15
            sum &+= mixed(place ^ UInt64(value))
        }
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func checksum(bytes: [UInt8]) -> String { checksum(bytes.lazy.map { UInt32($0) }) }

    static func checksum(floats: [Float]) -> String { checksum(floats.lazy.map(\.bitPattern)) }

    /// A picture of noise: all bytes, or only black and white, which overshoots most.
    static func noise(_ width: Int, _ height: Int, seed: Int, hard: Bool = false) -> PixelBuffer {
        let size = PixelSize(width: width, height: height)
        let bytes = (0..<(3 * width * height)).map { index in
            let value = mixed(UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(seed)) >> 56
            return hard ? (value < 128 ? 0 : 255) : UInt8(value)
        }
        return PixelBuffer(size: size, bytes: bytes)
    }

    /// The released settings with units of another size, as the tiny checkpoint's are.
    static func configuration(scale: Int) throws -> PreprocessorConfiguration {
        try PreprocessorConfiguration(
            scaleResolution: scale, patchSide: 14, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5], named: "test")
    }
}

extension SliceGrid {
    /// As the tables write it: [rows, columns], or [] for none.
    static func numbers(_ grid: SliceGrid?) -> [Int] { grid.map { [$0.rows, $0.columns] } ?? [] }
}

extension PixelSize {
    /// As the tables write it: [height, width].
    var numbers: [Int] { [height, width] }
}
