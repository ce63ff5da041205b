import Glibc

/// Where Tesseract's data files lie.
enum TesseractData {
    /// The folder of `NAME.traineddata` files: the one that is asked for, else the environment's, else the system's.
    static func directory(preferred: String?) -> String? {
        let environment = getenv("TESSDATA_PREFIX").map { String(cString: $0) }
        return ([preferred, environment].compactMap { $0 } + systemDirectories).first(where: holdsData)
    }

    /// Whether there is data for a language, by the looks of its file's beginning: how many parts follow.
    static func hasData(for language: String, in directory: String) -> Bool {
        guard let file = fopen("\(directory)/\(language).traineddata", "re") else { return false }
        defer { fclose(file) }
        var partCount: UInt32 = 0
        return fread(&partCount, 4, 1, file) == 1 && (1...mostParts).contains(UInt32(littleEndian: partCount))
    }

    /// Tesseract 5 knows 24 kinds of parts.
    private static let mostParts: UInt32 = 64

    /// Debian's first, then what others use.
    private static let systemDirectories = [
        "/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata",
        "/usr/local/share/tessdata",
    ]

    private static func holdsData(_ directory: String) -> Bool {
        guard let stream = opendir(directory) else { return false }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".traineddata") { return true }
        }
        return false
    }
}
