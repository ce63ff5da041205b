import CTesseract
import MediaTypes

/// A picture of 8-bit greys in Leptonica's memory.
final class GreyPicture {
    /// Leptonica's picture, owned by this.
    let pix: UnsafeMutablePointer<Pix>

    /// Takes over a picture that Leptonica made; `nil` where it could not, for want of memory.
    init?(owning pix: UnsafeMutablePointer<Pix>?) {
        guard let pix else { return nil }
        self.pix = pix
    }

    /// The luminance of a picture in colour.
    init?(_ picture: PixelBuffer) {
        let (width, height) = (picture.size.width, picture.size.height)
        guard width > 0, height > 0, let pix = pixCreateNoInit(Int32(width), Int32(height), 8) else { return nil }
        self.pix = pix
        let wordsPerRow = Int(pixGetWpl(pix))
        let words = UnsafeMutableBufferPointer(start: pixGetData(pix), count: wordsPerRow * height)
        picture.bytes.withUnsafeBufferPointer { bytes in
            var source = 0
            for row in 0..<height {
                var word: UInt32 = 0
                for column in 0..<width {
                    // Rec. 601, in 1/256.
                    let grey =
                        (77 * UInt32(bytes[source]) + 150 * UInt32(bytes[source + 1])
                            + 29 * UInt32(bytes[source + 2])) >> 8
                    source += 3
                    // Leptonica keeps four pixels in a word of the machine's order, the leftmost highest.
                    word = word << 8 | grey
                    if column & 3 == 3 { words[row * wordsPerRow + column >> 2] = word }
                }
                if width & 3 != 0 { words[row * wordsPerRow + width >> 2] = word << UInt32(8 * (4 - width & 3)) }
            }
        }
    }

    deinit {
        var pix: UnsafeMutablePointer<Pix>? = pix
        pixDestroy(&pix)
    }

    var width: Int { Int(pixGetWidth(pix)) }
    var height: Int { Int(pixGetHeight(pix)) }

    /// The picture enlarged or reduced.
    func scaled(by factor: Double) -> GreyPicture? {
        GreyPicture(owning: pixScale(pix, Float(factor), Float(factor)))
    }

    /// Black for white.
    func inverted() -> GreyPicture? { GreyPicture(owning: pixInvert(nil, pix)) }

    /// The part inside `box`; `nil` where they do not meet.
    func clipped(to box: TextBox) -> GreyPicture? {
        var region = boxCreate(
            Int32(box.left.rounded()), Int32(box.top.rounded()), Int32(max(1, box.width.rounded())),
            Int32(max(1, box.height.rounded())))
        defer { boxDestroy(&region) }
        return GreyPicture(owning: pixClipRectangle(pix, region, nil))
    }

    /// The picture turned clockwise about its centre, the size kept, the corners filled with white.
    func rotated(clockwise radians: Double) -> GreyPicture? {
        GreyPicture(
            owning: pixRotate(pix, Float(radians), Int32(L_ROTATE_AREA_MAP), Int32(L_BRING_IN_WHITE), 0, 0))
    }

    /// The picture with these boxes painted over in the colour of their corners: what has been read need not be again.
    func erasing(_ boxes: [TextBox]) -> GreyPicture? {
        guard !boxes.isEmpty else { return GreyPicture(owning: pixClone(pix)) }
        guard let copy = GreyPicture(owning: pixCopy(nil, pix)) else { return nil }
        for box in boxes {
            let (left, top) = (Int32(max(0, box.left)), Int32(max(0, box.top)))
            var grey: UInt32 = 255
            pixGetPixel(pix, left, top, &grey)
            var region = boxCreate(left, top, Int32(max(1, box.width)), Int32(max(1, box.height)))
            pixSetInRectArbitrary(copy.pix, region, grey)
            boxDestroy(&region)
        }
        return copy
    }
}
