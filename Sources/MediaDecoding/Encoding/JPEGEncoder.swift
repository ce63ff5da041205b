import CTurboJPEG
public import MediaTypes

/// Pictures as baseline JPEG, for an engine.
public enum JPEGEncoder {
    /// At this quality small print stays legible; more only makes the request longer.
    public static let defaultQuality = 90

    /// The picture as JPEG, colour at full resolution: thin coloured letters suffer first from sharing it.
    ///
    /// - Parameter quality: 1…100.
    public static func encode(
        _ picture: PixelBuffer, quality: Int = defaultQuality
    ) throws(DecodingError) -> [UInt8] {
        precondition((1...100).contains(quality), "a JPEG quality of \(quality)")
        guard let compressor = tjInitCompress() else { throw .outOfMemory }
        defer { tjDestroy(compressor) }
        var jpeg: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        defer { tjFree(jpeg) }
        let status = tjCompress2(
            compressor, picture.bytes, CInt(picture.size.width), 0, CInt(picture.size.height), TJPF_RGB.rawValue, &jpeg,
            &count, CInt(TJSAMP_444.rawValue), CInt(quality), 0)
        guard status == 0, let jpeg else { throw .outOfMemory }
        return Array(UnsafeBufferPointer(start: jpeg, count: Int(count)))
    }
}
