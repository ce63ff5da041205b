import MediaTypes

/// A file with a still picture, of a format that its bytes told.
struct PictureFile {
    let file: MediaFile
    let format: MediaFormat

    /// A decoded picture with its metadata.
    struct Decoded {
        /// The pixels, upright.
        var upright: PixelBuffer
        /// The full size, upright.
        var uprightSize: PixelSize
        /// What the metadata say.
        var metadata: PictureMetadata
        /// Seconds, for animations.
        var duration: Double?
        /// What is broken.
        var damage: Damage?
    }

    /// The picture, its long side at most `longSide`.
    func decode(longSide: Int?) throws(DecodingError) -> Decoded {
        let (container, picture) = try decodeStored(longSide: longSide)
        let metadata = PictureMetadata(container)
        // Where the decoder follows the container's own turning, EXIF's says the same once more and must not be obeyed.
        let orientation = picture.isUpright ? .upright : Orientation(exif: metadata.exif.orientation)
        return Decoded(
            upright: picture.pixels.upright(from: orientation), uprightSize: orientation.upright(picture.fullSize),
            metadata: metadata, duration: container.duration, damage: picture.damage ?? container.damage)
    }

    /// The file's own bytes are gone afterwards, unless they are the body: two copies of them are never there while it is
    /// decoded.
    private func container() throws(DecodingError) -> PictureContainer {
        PictureContainer(try file.contents(), format: format)
    }

    private func decodeStored(longSide: Int?) throws(DecodingError) -> (PictureContainer, DecodedPicture) {
        switch format {
        case .heic, .avif:
            let decoder = try HEIFDecoder(file.contents(), format: format)
            var container = PictureContainer(body: [])
            container.exif = decoder.exif
            container.xmp = decoder.xmp
            return (container, try decoder.decode(longSide: longSide))
        case .jpeg:
            let container = try self.container()
            return (container, try JPEGDecoder.decode(container, longSide: longSide))
        case .png:
            let (container, end) = try PNGContainer.read(file)
            guard container.isReadable else { throw .unsupported(format) }
            return (container, try PNGDecoder.decode(file, end: end, longSide: longSide))
        default:
            var container = try self.container()
            // In a tuple of both the container would be copied before its bytes are gone.
            let picture = try CodecDecoder.decode(&container, format: format, longSide: longSide)
            return (container, picture)
        }
    }
}
