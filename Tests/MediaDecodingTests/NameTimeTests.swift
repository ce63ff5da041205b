import MediaDecoding
import MediaTypes
import Testing

struct NameTimeTests {
    @Test(arguments: [
        ("IMG_20240601_120000.jpg", "2024-06-01T12:00:00"),
        ("PXL_20240601_120000123.jpg", "2024-06-01T12:00:00.123+00:00"),
        ("Screenshot from 2024-06-01 12-00-00.png", "2024-06-01T12:00:00"),
        ("Screenshot_20240601-120000.png", "2024-06-01T12:00:00"),
        ("Screenshot_20240601-120000_Firefox.jpg", "2024-06-01T12:00:00"),
        ("Screenshot_2024-06-01-12-00-05-123_com.whatsapp.jpg", "2024-06-01T12:00:05"),
        ("2024-06-01 12.00.00.jpg", "2024-06-01T12:00:00"),
        ("2024-06-01T12:34:56.jpg", "2024-06-01T12:34:56"),
        ("IMG-20240601-WA0001.jpg", "2024-06-01T00:00:00"),
        ("VID_20240229_235959.mp4", "2024-02-29T23:59:59"),
        ("20240601_120000.jpg", "2024-06-01T12:00:00"),
        ("signal-2024-06-01-12-00-00-123.jpg", "2024-06-01T12:00:00"),
        ("Bildschirmfoto 2024-06-01 um 12.00.00.png", "2024-06-01T12:00:00"),
        ("Bildschirmfoto vom 2024-06-01 12-00-00.png", "2024-06-01T12:00:00"),
        ("Screen Shot 2024-06-01 at 3.14.15 PM.png", "2024-06-01T15:14:15"),
        ("Screenshot 2024-06-01 at 12.04.15\u{202F}AM.png", "2024-06-01T00:04:15"),
        ("Capture d’écran 2024-06-01 à 12.00.00.png", "2024-06-01T12:00:00"),
        ("scan 2024.06.01.tif", "2024-06-01T00:00:00"),
        ("photo_2024-06-01_12-34.jpg", "2024-06-01T12:34:00"),
    ])
    func `a name that holds a time tells it`(name: String, time: String) {
        let taken = CaptureTime(fileName: name)
        #expect(taken?.iso8601 == time)
        #expect(taken?.source == .name)
    }

    @Test(arguments: [
        "", "IMG_0001.jpg", "DSC20240.jpg", "20241301_120000.jpg", "2023-02-29.png", "12345678901234.jpg", "2024.jpg",
        "IMG_18500101.jpg", "2024-0601.jpg", "a2024060199.jpg",
    ])
    func `a name without one tells none`(name: String) { #expect(CaptureTime(fileName: name) == nil) }

    @Test func `the name speaks only where the file itself does not`() throws {
        var builder = ExifBuilder()
        builder.exif = [(0x9003, .ascii("2012:08:05 11:39:59"))]
        let name = "IMG_20240601_120000.jpg"
        #expect(try facts(of: MadeMedia.jpeg(exif: builder.block()), name: name).takenAt?.source == .exif)
        #expect(try facts(of: MadeMedia.jpeg(), name: name).takenAt?.iso8601 == "2024-06-01T12:00:00")
    }
}
