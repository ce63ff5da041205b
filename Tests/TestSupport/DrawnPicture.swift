/// Pictures made while a test runs, without any codec: for tests that need many different files.
public enum DrawnPicture {
    /// An uncompressed 24-bit BMP of four by four plain patches; another seed gives another picture.
    public static func bmp(width: Int, height: Int, seed: UInt64) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: (4 - width * 3 % 4) % 4)
        var random = SeededGenerator(seed: seed)
        let patches: [[UInt8]] = (0..<16).map { _ in (0..<3).map { _ in UInt8.random(in: 0...255, using: &random) } }
        var file = bmpHeader(width: width, height: height)
        for y in 0..<height {
            let band = y * 4 / height * 4
            for x in 0..<width { file += patches[band + x * 4 / width] }
            file += padding
        }
        return file
    }

    /// The first 54 bytes of a BMP that promises this size: with nothing behind them, a picture bomb.
    public static func bmpHeader(width: Int, height: Int) -> [UInt8] {
        let pixelBytes = (width * 3 + 3) / 4 * 4 * height
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var header = Array("BM".utf8)
        header += little(54 + pixelBytes, 4) + little(0, 4) + little(54, 4)
        header += little(40, 4) + little(width, 4) + little(height, 4) + little(1, 2) + little(24, 2)
        header += little(0, 4) + little(pixelBytes, 4) + little(2835, 4) + little(2835, 4) + little(0, 8)
        return header
    }
}
