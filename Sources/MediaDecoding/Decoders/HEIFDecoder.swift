import CHeif
import CLibAV
import MediaTypes

/// HEIC and AVIF by libheif, which also carries out the file's own turning, mirroring and cropping.
final class HEIFDecoder {
    private let context: OpaquePointer
    private let primary: OpaquePointer
    // libheif reads from these as it goes.
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let format: MediaFormat

    /// The picture in these bytes.
    init(_ contents: [UInt8], format: MediaFormat) throws(DecodingError) {
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: contents.count)
        _ = bytes.initialize(from: contents)
        guard let context = heif_context_alloc() else {
            bytes.deallocate()
            throw .outOfMemory
        }
        // Tiles are decoded by this thread: the worker runs one file at a time, and a process a core.
        heif_context_set_max_decoding_threads(context, 0)
        var handle: OpaquePointer?
        var error = heif_context_read_from_memory_without_copy(context, bytes.baseAddress, bytes.count, nil)
        if error.code == heif_error_Ok { error = heif_context_get_primary_image_handle(context, &handle) }
        guard error.code == heif_error_Ok, let handle else {
            heif_context_free(context)
            bytes.deallocate()
            throw Self.failure(error, format)
        }
        self.context = context
        self.bytes = bytes
        self.format = format
        primary = handle
    }

    deinit {
        heif_image_handle_release(primary)
        heif_context_free(context)
        bytes.deallocate()
    }

    /// The size as seen.
    var size: PixelSize { Self.size(primary) }

    /// The EXIF block, from its byte order mark on.
    var exif: [UInt8]? {
        // The first four bytes say how far on the byte order mark stands.
        guard let block = metadata(type: "Exif"), let skip = block.bigEndian32(at: 0) else { return nil }
        return ExifBlock.withoutMarker(Array(block.dropFirst(4 + skip)))
    }

    /// The XMP packet.
    var xmp: [UInt8]? { metadata(type: "mime") }

    /// The picture, upright, its long side at most `longSide`.
    ///
    /// Where the file brings a thumbnail of the same shape that is large enough, that is decoded instead: 12 megapixels
    /// of HEVC take a second.
    func decode(longSide: Int?) throws(DecodingError) -> DecodedPicture {
        let size = size
        try DecodingLimits.check(size)
        let thumbnail = longSide.flatMap { self.thumbnail(longSide: $0) }
        defer { if let thumbnail { heif_image_handle_release(thumbnail) } }
        let target = longSide.map { size.fitted(longSide: $0) } ?? size
        let pixels: PixelBuffer
        do {
            pixels = try Self.picture(thumbnail ?? primary, format, size: target)
        } catch  where thumbnail != nil {
            pixels = try Self.picture(primary, format, size: target)
        }
        return DecodedPicture(pixels: pixels, fullSize: size, isUpright: true)
    }

    /// A thumbnail of at least this size and of the picture's shape, to be released by the caller.
    private func thumbnail(longSide: Int) -> OpaquePointer? {
        var ids = [heif_item_id](repeating: 0, count: 8)
        let count = heif_image_handle_get_list_of_thumbnail_IDs(primary, &ids, CInt(ids.count))
        for id in ids.prefix(Int(count)) {
            var handle: OpaquePointer?
            guard heif_image_handle_get_thumbnail(primary, id, &handle).code == heif_error_Ok, let handle
            else { continue }
            let small = Self.size(handle)
            let skew = Double(small.width) * Double(size.height) / (Double(small.height) * Double(size.width))
            if small.longSide >= longSide, small.longSide <= size.longSide, (0.98...1.02).contains(skew) {
                return handle
            }
            heif_image_handle_release(handle)
        }
        return nil
    }

    private static func size(_ handle: OpaquePointer) -> PixelSize {
        PixelSize(
            width: Int(heif_image_handle_get_width(handle)), height: Int(heif_image_handle_get_height(handle)))
    }

    private static func picture(
        _ handle: OpaquePointer, _ format: MediaFormat, size target: PixelSize
    ) throws(DecodingError) -> PixelBuffer {
        let hasAlpha = heif_image_handle_has_alpha_channel(handle) != 0
        let options = heif_decoding_options_alloc()
        defer { heif_decoding_options_free(options) }
        options?.pointee.convert_hdr_to_8bit = 1
        var image: OpaquePointer?
        let error = heif_decode_image(
            handle, &image, heif_colorspace_RGB,
            hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options)
        defer { if let image { heif_image_release(image) } }
        guard error.code == heif_error_Ok, let image else { throw failure(error, format) }
        var stride: CInt = 0
        let size = PixelSize(
            width: Int(heif_image_get_width(image, heif_channel_interleaved)),
            height: Int(heif_image_get_height(image, heif_channel_interleaved)))
        try DecodingLimits.check(size)
        guard let rows = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride) else {
            throw .damagedPicture
        }
        let rowLength = size.width * (hasAlpha ? 4 : 3)
        guard Int(stride) >= rowLength else { throw .damagedPicture }
        let shrinking = try RowShrinking(of: size, to: target)
        try shrinking.addAll { first, band, bandStride, count in
            for row in 0..<count {
                let (source, out) = (rows + (first + row) * Int(stride), band + row * bandStride)
                if hasAlpha {
                    Frame.layOverWhite(source, to: out, count: size.width)
                } else {
                    out.update(from: source, count: rowLength)
                }
            }
        }
        return try shrinking.picture()
    }

    private func metadata(type: String) -> [UInt8]? {
        var id: heif_item_id = 0
        guard heif_image_handle_get_list_of_metadata_block_IDs(primary, type, &id, 1) == 1 else { return nil }
        let count = heif_image_handle_get_metadata_size(primary, id)
        guard count > 0, count <= DecodingLimits.metadataBytes else { return nil }
        var block = [UInt8](repeating: 0, count: count)
        guard heif_image_handle_get_metadata(primary, id, &block).code == heif_error_Ok else { return nil }
        return block
    }

    private static func failure(_ error: heif_error, _ format: MediaFormat) -> DecodingError {
        switch error.code {
        case heif_error_Unsupported_feature, heif_error_Unsupported_filetype:
            .unsupported(format)
        case heif_error_Memory_allocation_error: .outOfMemory
        default: .damagedPicture
        }
    }
}
