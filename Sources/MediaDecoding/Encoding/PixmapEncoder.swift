public import MediaTypes

/// Writes pixels as they are: a binary PPM.
public enum PixmapEncoder {
    /// “P6”, the sides, 255, then three bytes a pixel.
    public static func encode(_ picture: PixelBuffer) -> [UInt8] {
        Array("P6\n\(picture.size.width) \(picture.size.height)\n255\n".utf8) + picture.bytes
    }
}
