import MediaTypes

/// A GIF's blocks, for its size, its running time and whether its end is there.
enum GIFContainer {
    static func read(_ bytes: [UInt8]) -> PictureContainer {
        var container = PictureContainer(body: bytes)
        guard let width = bytes.littleEndian16(at: 6), let height = bytes.littleEndian16(at: 8),
            let flags = bytes.byte(at: 10)
        else { return container }
        container.declaredSize = PixelSize(width: width, height: height)
        var animation = AnimationTime()
        var delay = 0.0
        var offset = 13 + colours(flags)
        var hasTrailer = false
        blocks: for _ in 0..<DecodingLimits.parts {
            switch bytes.byte(at: offset) {
            case 0x21:
                if bytes.byte(at: offset + 1) == 0xF9, let hundredths = bytes.littleEndian16(at: offset + 4) {
                    // Browsers show a delay of nought or one as a tenth of a second.
                    delay = hundredths < 2 ? 0.1 : Double(hundredths) / 100
                }
                offset = end(ofSubBlocks: offset + 2, bytes)
            case 0x2C:
                if let left = bytes.littleEndian16(at: offset + 1), let top = bytes.littleEndian16(at: offset + 3),
                    let across = bytes.littleEndian16(at: offset + 5), let down = bytes.littleEndian16(at: offset + 7),
                    left + across > width || top + down > height
                {
                    container.damage = .frameOutside
                }
                animation.add(seconds: delay)
                offset = end(ofSubBlocks: offset + 11 + colours(bytes.byte(at: offset + 9) ?? 0), bytes)
            case 0x3B:
                hasTrailer = true
                break blocks
            // Some writers pad between blocks.
            case 0: offset += 1
            default: break blocks
            }
        }
        container.duration = animation.seconds
        if !hasTrailer { container.damage = animation.seconds == nil ? .pictureCutOff : .animationCutOff }
        return container
    }

    /// The bytes of the colour table that a flags byte announces.
    private static func colours(_ flags: Int) -> Int { flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1) }

    private static func end(ofSubBlocks start: Int, _ bytes: [UInt8]) -> Int {
        var offset = start
        while let length = bytes.byte(at: offset), length > 0 { offset += length + 1 }
        return offset + 1
    }
}
