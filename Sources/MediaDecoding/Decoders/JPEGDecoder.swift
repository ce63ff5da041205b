import CLibAV
import CTurboJPEG
import MediaTypes

/// JPEG by libjpeg-turbo, shrunk while decoding: at an eighth only the entropy decoder costs anything.
enum JPEGDecoder {
    /// The picture, its long side `longSide` pixels (less where it has fewer).
    ///
    /// What is missing at the end, or damaged inside, is left as libjpeg fills it, and said in `damage`.
    static func decode(_ container: PictureContainer, longSide: Int?) throws(DecodingError) -> DecodedPicture {
        guard let decompressor = tjInitDecompress() else { throw .outOfMemory }
        defer { tjDestroy(decompressor) }
        var bytes = container.body
        // With an end mark the decoder complains of pixels that are missing, and of nothing else. Not of a whole scan, though.
        if container.jpeg?.isProgressive == false, bytes.suffix(2) != [0xFF, 0xD9] { bytes += [0xFF, 0xD9] }
        var width: CInt = 0, height: CInt = 0, sampling: CInt = 0, colours: CInt = 0
        let status = tjDecompressHeader3(
            decompressor, bytes, UInt(bytes.count), &width, &height, &sampling, &colours)
        let size = PixelSize(width: Int(width), height: Int(height))
        // Success alone means little: a file of nothing but tables is one, of 0 × 0 pixels.
        guard size.width > 0, size.height > 0 else { throw failure(decompressor, status) }
        let scaled = scaledSize(of: size, longSide: longSide)
        let isLean = container.jpeg?.isProgressive == false && scaled != size
        try DecodingLimits.check(size, pixels: isLean ? DecodingLimits.declaredPixels : DecodingLimits.pixels)
        let isCMYK = colours == TJCS_CMYK.rawValue || colours == TJCS_YCCK.rawValue
        let (frame, damage) = try decompress(bytes, by: decompressor, size: scaled, isCMYK: isCMYK)
        if isCMYK { frame.replaceInksByLight(isInverted: container.jpeg?.isAdobe == true) }
        let target = longSide.map { size.fitted(longSide: $0) } ?? size
        return DecodedPicture(pixels: try frame.picture(size: target), fullSize: size, damage: damage)
    }

    private static func decompress(
        _ bytes: [UInt8], by decompressor: tjhandle, size: PixelSize, isCMYK: Bool
    ) throws(DecodingError) -> (Frame, Damage?) {
        let frame = try Frame(size: size, format: isCMYK ? AV_PIX_FMT_RGB0 : AV_PIX_FMT_RGB24)
        let status = tjDecompress2(
            decompressor, bytes, UInt(bytes.count), frame.pointer.pointee.data.0, CInt(size.width), CInt(frame.stride),
            CInt(size.height), (isCMYK ? TJPF_CMYK : TJPF_RGB).rawValue, TJFLAG_FASTUPSAMPLE)
        guard status != 0 else { return (frame, nil) }
        guard tjGetErrorCode(decompressor) == TJERR_WARNING.rawValue else { throw failure(decompressor, status) }
        return (frame, damage(warning: String(cString: tjGetErrorStr2(decompressor))))
    }

    /// What a warning of libjpeg means. The last one is kept, and "premature end" always is the last.
    private static func damage(warning: String) -> Damage? {
        if warning.contains("remature end") { return .pictureCutOff }
        // Some cameras and phones pad between segments; nothing of the picture is lost.
        if warning.contains("extraneous bytes") { return nil }
        return .pictureCorrupt
    }

    private static func failure(_ decompressor: tjhandle, _ status: CInt) -> DecodingError {
        let message = status == 0 ? "" : String(cString: tjGetErrorStr2(decompressor))
        // A marker that is not "supported" is no JPEG's at all; arithmetic and lossless coding, and 12 bits, are.
        let kinds = ["JPEG process", "data precision", "color conversion", "rithmetic"]
        return kinds.contains(where: message.contains) ? .unsupported(.jpeg) : .damagedPicture
    }

    /// The smallest size that libjpeg shrinks to with the long side still at least `longSide`.
    private static func scaledSize(of size: PixelSize, longSide: Int?) -> PixelSize {
        guard let longSide else { return size }
        // The scales between are slower than the next power of two, for lack of vector code.
        for eighths in [1, 2, 4] {
            let scaled = PixelSize(width: (size.width * eighths + 7) / 8, height: (size.height * eighths + 7) / 8)
            if scaled.longSide >= longSide { return scaled }
        }
        return size
    }
}

extension Frame {
    /// Turns the four bytes of each pixel from cyan, magenta, yellow and black into red, green, blue and nothing.
    ///
    /// - Parameter isInverted: 255 stands for no ink, as Adobe's programs store it.
    fileprivate func replaceInksByLight(isInverted: Bool) {
        guard let rows = pointer.pointee.data.0 else { return }
        let flip: UInt8 = isInverted ? 0 : 0xFF
        for row in 0..<size.height {
            let pixels = rows + row * stride
            for column in 0..<size.width {
                let light = Int(pixels[column * 4 + 3] ^ flip)
                for channel in 0..<3 {
                    let value = Int(pixels[column * 4 + channel] ^ flip)
                    pixels[column * 4 + channel] = UInt8(truncatingIfNeeded: (value * light + 127) / 255)
                }
            }
        }
    }
}
