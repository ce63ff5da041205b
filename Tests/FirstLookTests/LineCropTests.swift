import MediaTypes
import Testing

@testable import FirstLook

struct LineCropTests {
    @Test func `a tilted line is cut out as OpenCV does`() throws {
        var bytes: [UInt8] = []
        for row in 0..<7 {
            for column in 0..<9 {
                let first = 40 * row + 25 * column + row * column % 7 * 9
                for channel in 0..<3 { bytes.append(UInt8((first + 60 * channel) % 256)) }
            }
        }
        let frame = Quadrilateral([Point(x: 1, y: 2), Point(x: 6, y: 1), Point(x: 7, y: 4), Point(x: 2, y: 5)])
        let picture = PixelBuffer(size: PixelSize(width: 9, height: 7), bytes: bytes)
        let crop = try #require(LineCrop.picture(of: frame, in: picture))
        #expect(crop.size == PixelSize(width: 5, height: 3))
        // warpPerspective of OpenCV 5.0.0, INTER_CUBIC and BORDER_REPLICATE; rounded to thirty-seconds, it is off by four.
        let expected: [UInt8] = [
            123, 183, 243, 152, 236, 61, 187, 91, 33, 202, 255, 20, 222, 1, 61, 195, 174, 30, 238, 21, 71, 180, 32, 83,
            164, 154, 86, 164, 36, 119, 245, 6, 80, 120, 52, 116, 2, 53, 127, 131, 75, 145, 127, 106, 165,
        ]
        #expect(zip(crop.bytes, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
}
