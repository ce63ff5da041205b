import MediaTypes

/// What a decoder made of a picture's bytes.
struct DecodedPicture: Sendable {
    /// The pixels, perhaps shrunk, as they are stored.
    var pixels: PixelBuffer
    /// The size at full resolution, as it is stored.
    var fullSize: PixelSize
    /// Whether the decoder has already turned the picture upright.
    var isUpright = false
    /// What the decoder found broken.
    var damage: Damage?
}
