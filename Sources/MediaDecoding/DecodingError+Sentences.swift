import Glibc
import MediaTypes

/// Every sentence that this module says to a person.
extension DecodingError {
    static let empty = DecodingError(code: .damaged, message: "The file is empty.")
    static let notAFile = DecodingError(code: .unreadable, message: "This is not an ordinary file.")
    static let notAMedium = DecodingError(
        code: .unsupported, message: "The file holds no picture or video in a format that Tintype reads.")
    static let noPictures = DecodingError(code: .unsupported, message: "The file holds no moving pictures.")
    static let damagedPicture = DecodingError(
        code: .damaged, message: "The picture is damaged and nothing of it can be read.")
    static let damagedVideo = DecodingError(
        code: .damaged, message: "The video is damaged: no picture in it can be read.")
    static let videoWithoutIndex = DecodingError(
        code: .damaged, message: "The video is damaged or cut off: its table of contents is missing.")

    static func unreadable(errno code: CInt) -> DecodingError {
        DecodingError(code: .unreadable, message: "The file could not be read: \(String(cString: strerror(code))).")
    }

    static func unsupported(_ format: MediaFormat) -> DecodingError {
        DecodingError(
            code: .unsupported, message: "The file is a kind of \(format.title) that Tintype cannot read.")
    }

    static func tooManyPixels(_ size: PixelSize) -> DecodingError {
        let millions = DecodingLimits.pixels / 1_000_000
        return DecodingError(
            code: .tooLarge,
            message: "The picture says that it is \(size.width) × \(size.height) pixels large; "
                + "Tintype opens pictures of up to \(millions) million pixels.")
    }

    static func tooLong(_ size: PixelSize) -> DecodingError {
        DecodingError(
            code: .tooLarge,
            message: "The picture says that it is \(size.width) × \(size.height) pixels large; "
                + "Tintype opens pictures of up to \(DecodingLimits.side) pixels a side.")
    }

    static func tooManyBytes(_ count: Int64) -> DecodingError {
        DecodingError(
            code: .tooLarge,
            message: "The picture's file has \(count / 1_048_576) MiB; "
                + "Tintype opens pictures of up to \(DecodingLimits.pictureBytes / 1_048_576) MiB.")
    }
}

/// What is broken in a file that could be read nevertheless.
enum Damage: Hashable, Sendable {
    case pictureCutOff
    case pictureCorrupt
    case animationCutOff
    case frameOutside
    case exifCorrupt
    case videoCutOff
    case videoCorrupt

    /// The sentence that the user reads.
    var sentence: String {
        switch self {
        case .pictureCutOff: "The picture is cut off: the lower part is missing."
        case .pictureCorrupt: "The picture is damaged: parts of it may be missing or wrong."
        case .animationCutOff: "The animation is cut off: its end is missing."
        case .frameOutside:
            "The animation is damaged: a frame is larger than its canvas, and what exceeds it is left out."
        case .exifCorrupt: "Its EXIF data are damaged; what could be read of them was kept."
        case .videoCutOff: "The video is cut off: its end is missing."
        case .videoCorrupt: "The video is damaged: parts of it cannot be read."
        }
    }
}
