public import MediaTypes

extension CaptureTime {
    /// The time that a camera, phone or screenshot tool wrote into a file's name, without offset: cameras write local time.
    ///
    /// `IMG_20240601_120000.jpg`, `PXL_20240601_120000123.jpg`, `Screenshot from 2024-06-01 12-00-00.png`,
    /// `2024-06-01 12.00.00.jpg`; of `IMG-20240601-WA0001.jpg` only the day is known.
    /// - Returns: `nil` where the name holds no day between 1990 and 2099.
    public init?(fileName: String) {
        let characters = Array(fileName.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : 0 })
        for start in characters.indices where start == 0 || !characters[start - 1].isDigit {
            var reader = NameTimeReader(characters: characters, position: start)
            if let time = reader.captureTime() {
                self = time
                return
            }
        }
        return nil
    }
}

/// Reads a time off one place of a name.
private struct NameTimeReader {
    let characters: [UInt8]
    var position: Int

    /// The time at `position`.
    mutating func captureTime() -> CaptureTime? {
        guard let year = number(4), (1990...2099).contains(year) else { return nil }
        // Separators of the day stand twice or not at all: "2024-0601" is no date.
        let separator = separator(of: "-_.:")
        guard let month = number(2), separator == self.separator(of: "-_.:"), let day = number(2), !isDigitNext
        else { return nil }
        let clock = clock()
        // PXL_…Z and "…Z" names of Google's camera app are in UTC.
        let isPixel = characters.starts(with: "PXL_".utf8)
        return CaptureTime(
            year: year, month: month, day: day, hour: clock.hour, minute: clock.minute, second: clock.second,
            millisecond: clock.millisecond, offsetMinutes: isPixel ? 0 : nil, source: .name)
    }

    /// The clock behind the day; midnight where none follows.
    private mutating func clock() -> (hour: Int, minute: Int, second: Int, millisecond: Int) {
        let midnight = (hour: 0, minute: 0, second: 0, millisecond: 0)
        for word in [" at ", " um ", "-at-", " à ", "T", "_", "-", " ", "."] where passes(word) {
            var trial = self
            // macOS in English writes "at 3.14.15 PM".
            guard let written = trial.number(2) ?? trial.number(1) else { return midnight }
            let separator = trial.separator(of: "-_.:h")
            guard let minute = trial.number(2), minute < 60 else { return midnight }
            guard separator == nil || trial.separator(of: "-_.:m") != nil, let second = trial.number(2), second < 60
            else {
                let isMinute = separator != nil && !trial.isDigitNext && written < 24
                return isMinute ? (written, minute, 0, 0) : midnight
            }
            let millisecond = trial.number(3) ?? 0
            guard let hour = trial.hour(written), !trial.isDigitNext else { return midnight }
            return (hour, minute, second, millisecond)
        }
        return midnight
    }

    /// The hour of 24 for one that is written, with what follows the clock: " AM", " PM" or nothing.
    private func hour(_ written: Int) -> Int? {
        // The space may be a narrow one, which is 0 here.
        let half = characters[min(position + 1, characters.count)...].prefix(2)
        let isAfternoon = half.elementsEqual("PM".utf8)
        guard isAfternoon || half.elementsEqual("AM".utf8), (1...12).contains(written) else {
            return written < 24 ? written : nil
        }
        return written % 12 + (isAfternoon ? 12 : 0)
    }

    private var isDigitNext: Bool { characters.indices.contains(position) && characters[position].isDigit }

    private mutating func number(_ count: Int) -> Int? {
        guard position + count <= characters.count else { return nil }
        let digits = characters[position..<position + count]
        guard digits.allSatisfy(\.isDigit) else { return nil }
        position += count
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private mutating func separator(of allowed: String) -> UInt8? {
        guard characters.indices.contains(position), allowed.utf8.contains(characters[position]) else { return nil }
        position += 1
        return characters[position - 1]
    }

    private mutating func passes(_ word: String) -> Bool {
        let word = word.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : 0 }
        guard characters[min(position, characters.count)...].starts(with: word) else { return false }
        position += word.count
        return true
    }
}

extension UInt8 {
    /// Whether this is an ASCII digit.
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
