/// Cuts a stream of bytes into lines, wherever the chunks' borders fall. A line ends at LF, CR or CR LF.
public struct LineSplitter: Sendable {
    private let limit: Int
    private var line: [UInt8] = []
    private var endedWithCarriageReturn = false

    /// A splitter for lines of at most `limit` bytes. 4 MiB: an answer of the largest form fits many times.
    public init(limit: Int = 4 << 20) { self.limit = limit }

    /// Takes a chunk and returns the lines that are whole now, without their ends.
    public mutating func receive(_ chunk: some Sequence<UInt8>) throws(HTTPError) -> [String] {
        var lines: [String] = []
        for byte in chunk {
            let isSecondHalf = endedWithCarriageReturn && byte == UInt8(ascii: "\n")
            endedWithCarriageReturn = byte == UInt8(ascii: "\r")
            if isSecondHalf { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                lines.append(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
            } else {
                guard line.count < limit else { throw .lineTooLong(limit: limit) }
                line.append(byte)
            }
        }
        return lines
    }

    /// What follows the last line end; `nil` where nothing does.
    public mutating func finish() -> String? {
        defer { line = [] }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
}
