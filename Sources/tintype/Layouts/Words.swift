import Glibc

/// Numbers and times in words for a person.
enum Words {
    /// A count with its noun: `1 file`, `12,040 files`.
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        grouped(number) + " " + (number == 1 ? one : many ?? one + "s")
    }

    /// Digits in groups of three: `12,040`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }

    /// A stretch of time, to the two largest units: `40 s`, `3 min`, `1 h 20 min`, `2 d 4 h`.
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0 else { return "unknown" }
        let whole = Int(min(seconds, 1e9).rounded())
        switch whole {
        case ..<90: return "\(whole) s"
        case ..<5400: return "\((whole + 30) / 60) min"
        case ..<172_800:
            let minutes = whole / 60 % 60
            return "\(whole / 3600) h" + (minutes > 0 ? " \(minutes) min" : "")
        default:
            let hours = whole / 3600 % 24
            return "\(whole / 86_400) d" + (hours > 0 ? " \(hours) h" : "")
        }
    }

    /// A number of bytes: `812 bytes`, `2.4 MB`.
    static func size(bytes: Int64) -> String {
        guard bytes >= 1000 else { return "\(bytes) bytes" }
        var value = Double(bytes) / 1000
        for unit in ["kB", "MB", "GB"] {
            if value < 999.5 { return decimal(value) + " " + unit }
            value /= 1000
        }
        return decimal(value) + " TB"
    }

    /// A number with at most this many decimals, without trailing noughts: `2.4`, `13`.
    static func decimal(_ value: Double, places: Int = 1) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    /// A moment on this machine's clock: `2025-06-01 12:00`.
    static func localTime(secondsSince1970: Double) -> String {
        guard secondsSince1970.isFinite, abs(secondsSince1970) < 1e12 else { return "unknown" }
        var time = time_t(secondsSince1970)
        var parts = tm()
        localtime_r(&time, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M", &parts)
        return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// When a picture was taken, as people write it: `2024-06-01 12:00` of `2024-06-01T12:00:31.250+02:00`.
    static func taken(_ iso8601: String) -> String {
        let minutes = iso8601.prefix(16)
        return minutes.count == 16 ? String(minutes.map { $0 == "T" ? " " : $0 }) : iso8601
    }

    /// A place inside a video: `1:05`, `1:02:09`.
    static func position(seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e7 else { return "?" }
        let whole = Int(seconds)
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return whole < 3600
            ? "\(whole / 60):\(two(whole % 60))" : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}
