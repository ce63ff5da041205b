public import MediaTypes

/// Thumbnails as the freedesktop thumbnail standard (version 0.9) wants them.
public enum ThumbnailEncoder {
    /// Thumbnails of all sizes of one upright picture; smaller pictures are not enlarged.
    ///
    /// - Parameters:
    ///   - uri: the `file://` address of the original.
    ///   - modifiedAt: the original's modification time, whole seconds since 1970.
    public static func thumbnails(
        of picture: PixelBuffer, uri: String, modifiedAt: Int64
    ) throws(DecodingError) -> [Thumbnail] {
        var thumbnails: [Thumbnail] = []
        // Largest first: the next is made from it, which costs a quarter of starting over.
        var source = picture
        for size in Thumbnail.Size.allCases.sorted(by: { $0.longSide > $1.longSide }) {
            source = try source.fitted(longSide: size.longSide)
            let texts = [("Thumb::URI", uri), ("Thumb::MTime", String(modifiedAt)), ("Software", "Tintype")]
            thumbnails.append(Thumbnail(size: size, png: try PNGEncoder.encode(source, texts: texts)))
        }
        return thumbnails
    }
}
