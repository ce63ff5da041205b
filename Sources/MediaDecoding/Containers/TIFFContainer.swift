import MediaTypes

/// A TIFF's first directory: size, whether its strips are all there, and its EXIF facts as a compact block.
enum TIFFContainer {
    static func read(_ bytes: [UInt8]) -> PictureContainer {
        var container = PictureContainer(body: bytes)
        guard let directory = TIFFDirectory(bytes, at: nil) else { return container }
        if let width = directory.numbers(0x100).first, let height = directory.numbers(0x101).first {
            container.declaredSize = PixelSize(width: width, height: height)
        }
        // JPEG in two ways, and tiles; numbers with a sign or a fraction.
        let compression = directory.numbers(0x103).first ?? 1
        let areWhole = directory.numbers(0x153).allSatisfy { [1, 4].contains($0) }
        container.isReadable = ![6, 7].contains(compression) && directory.numbers(0x144).isEmpty && areWhole
        let starts = directory.numbers(0x111) + directory.numbers(0x144)
        let counts = directory.numbers(0x117) + directory.numbers(0x145)
        if zip(starts, counts).contains(where: { !bytes.holds($0.1, at: $0.0) }) { container.damage = .pictureCutOff }
        container.exif = CompactExif.block(of: directory)
        container.xmp = directory.bytes(0x2BC)
        container.iptc = directory.bytes(0x83BB)
        return container
    }
}

/// One image file directory of a TIFF file or EXIF block.
struct TIFFDirectory {
    /// An entry: its type, how many values, and their bytes in the file's order.
    struct Entry {
        var type: Int
        var count: Int
        var value: [UInt8]
    }

    let isLittleEndian: Bool
    private(set) var entries: [Int: Entry] = [:]
    private let file: [UInt8]

    /// Bytes of one value of each type, by the type's number.
    private static let widths = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8]

    /// The directory at `offset`, or the first.
    init?(_ file: [UInt8], at offset: Int?) {
        isLittleEndian = file.first == 0x49
        self.file = file
        let first = isLittleEndian ? file.littleEndian32(at: 4) : file.bigEndian32(at: 4)
        guard let start = offset ?? first, let count = number16(start), count <= 4096 else { return nil }
        for index in 0..<count {
            let place = start + 2 + index * 12
            guard let tag = number16(place), let type = number16(place + 2), let count = number32(place + 4),
                let width = Self.widths[type], count <= DecodingLimits.metadataBytes
            else { continue }
            let isInline = count * width <= 4
            guard let target = isInline ? place + 8 : number32(place + 8),
                let value = file.part(at: target, count: count * width)
            else { continue }
            entries[tag] = Entry(type: type, count: count, value: value)
        }
    }

    /// The directory that an entry of this one points to.
    func directory(_ tag: Int) -> TIFFDirectory? {
        numbers(tag).first.flatMap { TIFFDirectory(file, at: $0) }
    }

    /// An entry's bytes.
    func bytes(_ tag: Int) -> [UInt8]? { entries[tag]?.value }

    /// An entry's whole numbers; empty where it is missing or of another type.
    func numbers(_ tag: Int) -> [Int] {
        guard let entry = entries[tag] else { return [] }
        return (0..<entry.count).compactMap { index in
            switch entry.type {
            case 3: isLittleEndian ? entry.value.littleEndian16(at: index * 2) : entry.value.bigEndian16(at: index * 2)
            case 4: isLittleEndian ? entry.value.littleEndian32(at: index * 4) : entry.value.bigEndian32(at: index * 4)
            default: nil
            }
        }
    }

    private func number16(_ offset: Int) -> Int? {
        isLittleEndian ? file.littleEndian16(at: offset) : file.bigEndian16(at: offset)
    }

    private func number32(_ offset: Int) -> Int? {
        isLittleEndian ? file.littleEndian32(at: offset) : file.bigEndian32(at: offset)
    }
}
