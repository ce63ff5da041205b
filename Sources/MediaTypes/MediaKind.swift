/// The two kinds of media that Tintype looks at.
public enum MediaKind: String, Hashable, Sendable, Codable {
    /// A still picture; an animation counts as one.
    case photo
    /// Moving pictures.
    case video

    /// The kind that a file name promises; `nil`: a name that no medium has. What the bytes are is found out later.
    public init?(fileName: FileName) {
        guard let fileExtension = fileName.fileExtension else { return nil }
        if Self.photoExtensions.contains(fileExtension) {
            self = .photo
        } else if Self.videoExtensions.contains(fileExtension) {
            self = .video
        } else {
            return nil
        }
    }

    private static let photoExtensions: Set<String> = [
        "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "tif", "tiff", "bmp", "avif", "heic", "heif", "hif",
        "jxl",
    ]
    private static let videoExtensions: Set<String> = [
        "mp4", "m4v", "mov", "webm", "mkv", "avi", "mpg", "mpeg", "3gp", "3g2", "ogv", "wmv", "flv", "mts", "m2ts",
        "ts",
    ]
}
