import CLibAV
import MediaTypes

extension Frame {
    /// The frame as 8-bit RGB at this size, transparent parts over white.
    ///
    /// Shrinks by averaging areas, as no other of libswscale's filters keeps small print from breaking up.
    func picture(size target: PixelSize) throws(DecodingError) -> PixelBuffer {
        if hasAlpha { return try scaled(to: target, format: AV_PIX_FMT_RGBA).overWhite() }
        if size == target, format == AV_PIX_FMT_RGB24 { return packed(channels: 3) }
        return try scaled(to: target, format: AV_PIX_FMT_RGB24).packed(channels: 3)
    }

    /// A copy of this size and format.
    private func scaled(to target: PixelSize, format targetFormat: AVPixelFormat) throws(DecodingError) -> Frame {
        let step = Frame.firstStep(from: size, to: target)
        let result = try converted(to: step.size, targetFormat, filter: step.filter)
        return step.size == target ? result : try result.scaled(to: target, format: targetFormat)
    }

    /// The first step of shrinking, which mostly is the only one.
    static func firstStep(from size: PixelSize, to target: PixelSize) -> (size: PixelSize, filter: CInt) {
        // The averaging filter fails beyond a ratio of about 200; single pixels are good enough down to an eighth of that.
        let ratio = max(size.width / max(target.width, 1), size.height / max(target.height, 1))
        guard ratio > 64 else { return (target, target == size ? SWS_BICUBIC : SWS_AREA) }
        let between = PixelSize(
            width: min(size.width, target.width * 8), height: min(size.height, target.height * 8))
        return (between, SWS_POINT)
    }

    private func converted(
        to target: PixelSize, _ targetFormat: AVPixelFormat, filter: CInt
    ) throws(DecodingError) -> Frame {
        let result = try Frame(size: target, format: targetFormat)
        let context = try Frame.scaler(from: size, format, to: target, targetFormat, filter: filter)
        defer { sws_freeContext(context) }
        setColours(of: context)
        guard sws_scale_frame(context, result.pointer, pointer) >= 0 else { throw .damagedPicture }
        return result
    }

    /// libswscale's context, to be freed by the caller.
    static func scaler(
        from size: PixelSize, _ format: AVPixelFormat, to target: PixelSize, _ targetFormat: AVPixelFormat, filter: CInt
    ) throws(DecodingError) -> OpaquePointer {
        // Rounding costs nothing measurable, and without it flat greys come out tinted.
        var flags = filter | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT
        // Colours are averaged over two pixels; of an odd row's last one the second would be what the memory held before.
        if size.width % 2 == 1 { flags |= SWS_FULL_CHR_H_INP }
        guard
            let context = sws_getContext(
                CInt(size.width), CInt(size.height), format, CInt(target.width), CInt(target.height), targetFormat,
                flags, nil, nil, nil)
        else { throw .damagedPicture }
        return context
    }

    /// Tells the scaler by which matrix, and in which range, luma and chroma are meant.
    private func setColours(of context: OpaquePointer) {
        guard let description = av_pix_fmt_desc_get(format),
            description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB) == 0, description.pointee.nb_components >= 3
        else { return }
        let isFullRange =
            pointer.pointee.color_range == AVCOL_RANGE_JPEG
            || [
                AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P,
            ]
            .contains(format)
        // Where the file does not say, everything above standard definition is BT.709.
        let matrix: CInt =
            switch pointer.pointee.colorspace {
            case AVCOL_SPC_BT709: SWS_CS_ITU709
            case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: SWS_CS_BT2020
            case AVCOL_SPC_SMPTE240M: SWS_CS_SMPTE240M
            case AVCOL_SPC_UNSPECIFIED where size.height > 576 || size.width > 1024: SWS_CS_ITU709
            default: SWS_CS_ITU601
            }
        sws_setColorspaceDetails(
            context, sws_getCoefficients(matrix), isFullRange ? 1 : 0, sws_getCoefficients(SWS_CS_DEFAULT), 0, 0,
            1 << 16, 1 << 16)
    }

    /// The pixels without the rows' padding; the format is one of `channels` bytes a pixel.
    private func packed(channels: Int) -> PixelBuffer {
        let size = size
        let stride = stride
        let rowLength = size.width * channels
        guard let rows = pointer.pointee.data.0 else { preconditionFailure("a frame without pixels") }
        let bytes = [UInt8](unsafeUninitializedCapacity: rowLength * size.height) { buffer, count in
            if let base = buffer.baseAddress {
                for row in 0..<size.height {
                    (base + row * rowLength).initialize(from: rows + row * stride, count: rowLength)
                }
            }
            count = rowLength * size.height
        }
        return PixelBuffer(size: size, bytes: bytes)
    }

    /// Lays `count` pixels with alpha over white: four bytes each become three.
    static func layOverWhite(_ source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, count: Int) {
        for pixel in 0..<count {
            let alpha = Int(source[pixel * 4 + 3])
            for channel in 0..<3 {
                let value = Int(source[pixel * 4 + channel])
                target[pixel * 3 + channel] = UInt8(
                    truncatingIfNeeded: (value * alpha + 255 * (255 - alpha) + 127) / 255)
            }
        }
    }

    /// The pixels of an RGBA frame laid over white.
    private func overWhite() -> PixelBuffer {
        let size = size
        let stride = stride
        guard let rows = pointer.pointee.data.0 else { preconditionFailure("a frame without pixels") }
        let bytes = [UInt8](unsafeUninitializedCapacity: size.pixelCount * 3) { buffer, count in
            if let base = buffer.baseAddress {
                for row in 0..<size.height {
                    Self.layOverWhite(rows + row * stride, to: base + row * size.width * 3, count: size.width)
                }
            }
            count = size.pixelCount * 3
        }
        return PixelBuffer(size: size, bytes: bytes)
    }
}

extension PixelBuffer {
    /// The picture shrunk so that its long side is at most `limit`; as it is where it is no larger.
    func fitted(longSide limit: Int) throws(DecodingError) -> PixelBuffer {
        let target = size.fitted(longSide: limit)
        return target == size ? self : try Frame(self).picture(size: target)
    }
}
