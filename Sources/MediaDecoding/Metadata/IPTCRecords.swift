import MediaTypes

/// The IPTC-IIM records that agencies and photo programs keep beside EXIF.
enum IPTCRecords {
    /// When the picture was created: records 2:55 and 2:60, "20220110" and "151544-0400".
    static func captureTime(_ bytes: [UInt8]) -> CaptureTime? {
        var date: String?
        var time: String?
        var offset = 0
        for _ in 0..<DecodingLimits.parts {
            guard bytes.byte(at: offset) == 0x1C, let record = bytes.byte(at: offset + 1),
                let number = bytes.byte(at: offset + 2), let length = bytes.bigEndian16(at: offset + 3),
                let text = bytes.text(at: offset + 5, count: length)
            else { break }
            if record == 2, number == 55 { date = text }
            if record == 2, number == 60 { time = text }
            offset += 5 + length
        }
        guard let date else { return nil }
        return TimeText.captureTime(time.map { "\(date) \($0)" } ?? date, source: .exif)
    }
}
