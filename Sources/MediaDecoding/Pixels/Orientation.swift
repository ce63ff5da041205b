import MediaTypes

/// EXIF's eight ways to lay a picture down (EXIF 2.32, tag 0x0112): where row 0 and column 0 of the stored pixels lie.
enum Orientation: Int, Sendable {
    case upright = 1
    case mirroredLeftRight
    case upsideDown
    case mirroredTopBottom
    case transposed
    case turnedLeft
    case transversed
    case turnedRight

    /// The orientation that EXIF's number stands for; upright where there is none.
    init(exif number: Int?) { self = number.flatMap(Orientation.init(rawValue:)) ?? .upright }

    /// The orientation of a video whose display matrix is this one (row by row, 16.16 fixed point).
    ///
    /// Matrices that turn by odd angles count as the nearest quarter.
    init(matrix a: Int32, _ b: Int32, _ c: Int32, _ d: Int32) {
        let isSwapped = Int64(a).magnitude + Int64(d).magnitude < Int64(b).magnitude + Int64(c).magnitude
        if isSwapped {
            self = b > 0 ? (c > 0 ? .transposed : .turnedLeft) : (c > 0 ? .turnedRight : .transversed)
        } else {
            self = a >= 0 ? (d >= 0 ? .upright : .mirroredTopBottom) : (d >= 0 ? .mirroredLeftRight : .upsideDown)
        }
    }

    /// Whether width and height change places.
    var swapsSides: Bool { rawValue >= Orientation.transposed.rawValue }

    /// The upright size of a picture that is stored at this one.
    func upright(_ size: PixelSize) -> PixelSize {
        swapsSides ? PixelSize(width: size.height, height: size.width) : size
    }

    /// Where an upright pixel is stored: an offset for the first, and steps to the right and down, all in pixels.
    fileprivate func walk(_ stored: PixelSize) -> (start: Int, right: Int, down: Int) {
        let right = stored.width - 1
        let bottom = (stored.height - 1) * stored.width
        return switch self {
        case .upright: (0, 1, stored.width)
        case .mirroredLeftRight: (right, -1, stored.width)
        case .upsideDown: (bottom + right, -1, -stored.width)
        case .mirroredTopBottom: (bottom, 1, -stored.width)
        case .transposed: (0, stored.width, 1)
        case .turnedLeft: (bottom, -stored.width, 1)
        case .transversed: (bottom + right, -stored.width, -1)
        case .turnedRight: (right, stored.width, -1)
        }
    }
}

extension PixelBuffer {
    /// The picture as it is meant to be seen, from pixels stored in this orientation.
    func upright(from orientation: Orientation) -> PixelBuffer {
        guard orientation != .upright else { return self }
        let target = orientation.upright(size)
        let walk = orientation.walk(size)
        let turned = bytes.withUnsafeBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: bytes.count) { out, count in
                count = 0
                for row in 0..<target.height {
                    var place = (walk.start + row * walk.down) * 3
                    for _ in 0..<target.width {
                        out[count] = source[place]
                        out[count + 1] = source[place + 1]
                        out[count + 2] = source[place + 2]
                        count += 3
                        place += walk.right * 3
                    }
                }
            }
        }
        return PixelBuffer(size: target, bytes: turned)
    }
}
