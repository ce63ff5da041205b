/// Reads a PNG up to its first wrong byte.
///
/// The decoder tells only that the compressed stream is broken, not where. Since a stream that merely stops decodes, the
/// longest prefix that does is found by halving, and only for broken files. A stream of a megabyte takes 20 tries; large
/// pictures get fewer, and lose a few more rows.
enum PNGSalvage {
    /// How often a picture of this many pixels may be decoded.
    static func tries(pixels: Int) -> Int { max(4, min(24, DecodingLimits.salvagedPixels / max(1, pixels))) }

    /// The frame of the longest prefix of the compressed data that decodes; `nil` where none gives a single row.
    static func decode(_ body: [UInt8], tries: Int, by decode: (inout [UInt8]) -> Frame?) -> Frame? {
        var start: [UInt8] = Array(body.prefix(8))
        var data: [UInt8] = []
        PNGContainer.forEachChunk(of: body) { chunk in
            let bytes = body[chunk.start..<chunk.start + chunk.length]
            if chunk.name == "IDAT" {
                data += bytes
            } else if data.isEmpty {
                PNGContainer.append(chunk.name, bytes, to: &start)
            }
        }
        var best: Frame?
        var readable = 0
        var broken = data.count
        for _ in 0..<tries where broken - readable > 1 {
            let middle = readable + (broken - readable) / 2
            var trial = start
            trial.reserveCapacity(start.count + middle + 24 + DecodingLimits.padding)
            PNGContainer.append("IDAT", data[..<middle], to: &trial)
            PNGContainer.append("IEND", [], to: &trial)
            if let frame = decode(&trial) {
                best = frame
                readable = middle
            } else {
                broken = middle
            }
        }
        // A stream that breaks within its first bytes decodes to blank rows only.
        return readable > 64 ? best : nil
    }
}
