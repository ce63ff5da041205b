import MediaTypes

extension VideoReader {
    /// What the container says.
    func facts(format: MediaFormat, byteCount: Int64) -> MediaFacts {
        let orientation = orientation
        let texts = texts
        var facts = MediaFacts(kind: .video, format: format.name, size: orientation.upright(storedSize))
        facts.duration = duration
        facts.orientation = orientation == .upright ? nil : orientation.rawValue
        facts.takenAt = Self.takenAt(texts)
        facts.camera.make = Self.first(of: ["com.apple.quicktime.make", "com.android.manufacturer", "make"], in: texts)
        facts.camera.model = Self.first(of: ["com.apple.quicktime.model", "com.android.model", "model"], in: texts)
        facts.location =
            ["com.apple.quicktime.location.iso6709", "location", "location-eng", "xyz"]
            .lazy.compactMap { texts[$0].flatMap(GeoLocation.init(iso6709:)) }.first
        facts.damage = isCutOff(byteCount: byteCount) ? Damage.videoCutOff.sentence : nil
        return facts
    }

    /// When it was filmed. Apple's own field knows the zone; `creation_time` is in UTC.
    static func takenAt(_ texts: [String: String]) -> CaptureTime? {
        for key in ["com.apple.quicktime.creationdate", "date", "creation_time"] {
            guard let text = texts[key], let time = TimeText.captureTime(text, source: .container) else { continue }
            // Cameras with an unset clock write the first second of the container's calendar, or of Unix'.
            if ["1904-01-01T00:00:00.000", "1970-01-01T00:00:00.000"].contains(time.local) { continue }
            // A bare year or day, as music has it, is no moment.
            if key == "date" && !text.contains(":") { continue }
            return time
        }
        return nil
    }

    private static func first(of keys: [String], in texts: [String: String]) -> String? {
        keys.lazy.compactMap { texts[$0] }.first { !$0.isEmpty }
    }
}

extension GeoLocation {
    /// The place of a text of ISO 6709, annex H: "+48.8577+002.295/" or "+37.78605-122.39098+010.500/".
    init?(iso6709 text: String) {
        var numbers: [Double] = []
        var number = ""
        // The sign opens a number; the slash, or "CRS…", ends the last.
        for character in text + "/" {
            if "+-/C".contains(character) {
                if !number.isEmpty {
                    guard let value = Double(number) else { return nil }
                    numbers.append(value)
                }
                if character == "/" || character == "C" { break }
                number = String(character)
            } else {
                number.append(character)
            }
        }
        guard numbers.count == 2 || numbers.count == 3 else { return nil }
        self.init(latitude: numbers[0], longitude: numbers[1], altitude: numbers.count == 3 ? numbers[2] : nil)
    }
}
