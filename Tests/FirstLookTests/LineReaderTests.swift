import MediaTypes
import Testing

@testable import FirstLook

struct LineReaderTests {
    @Test(arguments: [
        (1, 1), (32, 2000), (2000, 32), (64, 1984), (736, 2000), (2000, 2000), (700, 480), (1000, 1), (65_000, 2),
        (20_000, 40), (6000, 24), (2000, 8), (1, 1000), (200, 12_000), (30_000, 30_000), (3840, 2160),
    ])
    func `the detector's picture is bounded for pictures of every shape`(width: Int, height: Int) {
        let bounded = FramedPicture.bounded(PixelSize(width: width, height: height))
        let framed = PixelSize(
            width: bounded.width, height: bounded.height + 2 * FramedPicture.padding(of: bounded))
        let size = LineReader.detectorSize(for: framed)
        // Sides are rounded to multiples of 32.
        #expect(size.pixelCount <= FramedPicture.mostPixels * 11 / 10, "\(framed), \(size)")
        #expect(size.width % 32 == 0 && size.height % 32 == 0 && min(size.width, size.height) >= 32)
    }

    @Test func `pictures that are neither large nor strips are taken as they are`() {
        #expect(FramedPicture.bounded(PixelSize(width: 1920, height: 1080)) == PixelSize(width: 1920, height: 1080))
        #expect(FramedPicture.bounded(PixelSize(width: 3840, height: 2160)) == PixelSize(width: 1984, height: 1120))
        #expect(FramedPicture.bounded(PixelSize(width: 700, height: 40)) == PixelSize(width: 700, height: 40))
        #expect(FramedPicture.padding(of: PixelSize(width: 700, height: 40)) == 67)
    }

    @Test func `ordinary pictures have a shorter side of 736 or more`() {
        #expect(LineReader.detectorSize(for: PixelSize(width: 800, height: 600)) == PixelSize(width: 992, height: 736))
        #expect(
            LineReader.detectorSize(for: PixelSize(width: 1920, height: 1088)) == PixelSize(width: 1920, height: 1088))
    }
}
