import FoundationEssentials

/// The frames of a video for our own engine: pixels, and where in the video they are. As part of a chat message it is
/// `{"type": "video", "video": …}`.
public struct VideoFrames: Codable, Hashable, Sendable {
    /// Each frame as a `data:` address.
    public var frames: [String]
    /// For each frame which of the video's it is, from 0.
    public var frameIndices: [Int]
    /// Frames a second, on average.
    public var fps: Double
    /// Seconds that the video plays.
    public var duration: Double
    /// How many frames the video has.
    public var totalNumFrames: Int

    /// The names on the wire.
    public enum CodingKeys: String, CodingKey, CaseIterable {
        case frames, fps, duration
        case frameIndices = "frame_indices"
        case totalNumFrames = "total_num_frames"
    }

    /// These pictures as frames; `nil`: they are none, or nothing is known of their places.
    public init?(_ pictures: [EncodedPicture]) {
        let places = pictures.compactMap(\.place)
        guard let place = places.first, places.count == pictures.count else { return nil }
        frames = pictures.map(\.dataAddress)
        frameIndices = places.map(\.index)
        fps = place.framesPerSecond
        duration = place.duration
        totalNumFrames = place.frameCount
    }
}

extension EncodedPicture {
    /// The picture as a `data:` address.
    public var dataAddress: String { "data:\(format.rawValue);base64," + Data(bytes).base64EncodedString() }
}
