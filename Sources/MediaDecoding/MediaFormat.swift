import MediaTypes

/// What a file's first bytes say it is. The extension has no say: people rename files, and cameras misname them.
struct MediaFormat: Hashable, Sendable {
    /// Photo or video.
    let kind: MediaKind
    /// In lower case: "jpeg", "mp4".
    let name: String

    private init(_ kind: MediaKind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// The name as people write it.
    var title: String { name == "webp" ? "WebP" : name == "jxl" ? "JPEG XL" : name.uppercased() }

    static let jpeg = MediaFormat(.photo, "jpeg")
    static let png = MediaFormat(.photo, "png")
    static let webp = MediaFormat(.photo, "webp")
    static let gif = MediaFormat(.photo, "gif")
    static let tiff = MediaFormat(.photo, "tiff")
    static let bmp = MediaFormat(.photo, "bmp")
    static let heic = MediaFormat(.photo, "heic")
    static let avif = MediaFormat(.photo, "avif")
    static let jxl = MediaFormat(.photo, "jxl")

    /// The number of bytes that `init(magic:)` wants to see.
    static let magicLength = 4096

    /// The format of a file that opens with `magic`.
    ///
    /// - Returns: `nil` where nothing known opens like this.
    init?(magic: [UInt8]) {
        if let picture = Self.picture(magic) {
            self = picture
        } else if let name = Self.video(magic) {
            self.init(.video, name)
        } else {
            return nil
        }
    }

    private static func picture(_ magic: [UInt8]) -> MediaFormat? {
        if magic.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if magic.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if magic.has("RIFF", at: 0), magic.has("WEBP", at: 8) { return .webp }
        if magic.has("GIF87a", at: 0) || magic.has("GIF89a", at: 0) { return .gif }
        if magic.starts(with: [0x49, 0x49, 0x2A, 0x00]) || magic.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
            return .tiff
        }
        // Two letters are weak evidence: a bitmap's reserved words are nought and its header's size is one of a few.
        if magic.has("BM", at: 0), magic.littleEndian32(at: 6) == 0, let header = magic.littleEndian32(at: 14),
            [12, 16, 40, 52, 56, 64, 108, 124].contains(header)
        {
            return .bmp
        }
        if magic.starts(with: [0xFF, 0x0A]) { return .jxl }
        if magic.starts(with: [0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A, 0x87, 0x0A]) { return .jxl }
        return isoPicture(magic)
    }

    /// HEIC and AVIF: the brands of an ISO base media file.
    private static func isoPicture(_ magic: [UInt8]) -> MediaFormat? {
        guard magic.has("ftyp", at: 4) else { return nil }
        let brands = isoBrands(magic)
        if brands.contains(where: { ["avif", "avis"].contains($0) }) { return .avif }
        let heif = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]
        // A phone's video may list "mif1" among the compatible brands; only the major one makes it a picture.
        return brands.first.map(heif.contains) == true ? .heic : nil
    }

    /// The major brand, then the compatible ones.
    private static func isoBrands(_ magic: [UInt8]) -> [String] {
        let end = min(magic.bigEndian32(at: 0) ?? 0, magic.count)
        let offsets = [8] + stride(from: 16, to: max(16, end - 3), by: 4)
        return offsets.compactMap { magic.text(at: $0, count: 4) }
    }

    private static func video(_ magic: [UInt8]) -> String? {
        if magic.has("ftyp", at: 4) {
            let brand = isoBrands(magic).first ?? ""
            return brand == "qt  " ? "mov" : brand.hasPrefix("3g") ? "3gp" : "mp4"
        }
        // QuickTime files from before there were brands open with one of these atoms.
        if ["moov", "mdat", "wide", "free", "skip", "pnot"].contains(where: { magic.has($0, at: 4) }) { return "mov" }
        if magic.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            return magic.prefix(64).firstRange(of: Array("webm".utf8)) == nil ? "mkv" : "webm"
        }
        if magic.has("RIFF", at: 0), magic.has("AVI ", at: 8) { return "avi" }
        if magic.has("OggS", at: 0) { return "ogv" }
        if magic.has("FLV", at: 0) { return "flv" }
        if magic.starts(with: [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) { return "wmv" }
        if magic.starts(with: [0, 0, 1, 0xBA]) || magic.starts(with: [0, 0, 1, 0xB3]) { return "mpeg" }
        // A transport stream repeats its sync byte each 188 bytes, or each 192 on discs and cameras.
        if [0, 188, 376].allSatisfy({ magic.byte(at: $0) == 0x47 }) { return "ts" }
        if [4, 196, 388].allSatisfy({ magic.byte(at: $0) == 0x47 }) { return "mts" }
        return nil
    }
}
