import MediaTypes
import Testing

@testable import FirstLook

struct LineReaderTests {
    @Test(arguments: [(1, 1), (32, 2000), (2000, 32), (64, 1984), (736, 2000), (2000, 2000), (700, 480)])
    func `the detector's picture is bounded for pictures of every shape`(width: Int, height: Int) {
        let size = LineReader.detectorSize(for: PixelSize(width: width, height: height))
        #expect(size.pixelCount <= 4_500_000 && size.width % 32 == 0 && size.height % 32 == 0)
        #expect(min(size.width, size.height) >= 32)
    }

    @Test func `ordinary pictures have a shorter side of 736 or more`() {
        #expect(LineReader.detectorSize(for: PixelSize(width: 800, height: 600)) == PixelSize(width: 992, height: 736))
        #expect(
            LineReader.detectorSize(for: PixelSize(width: 1920, height: 1088)) == PixelSize(width: 1920, height: 1088))
    }
}
