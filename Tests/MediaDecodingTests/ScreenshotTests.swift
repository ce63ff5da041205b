import MediaTypes
import Testing

@testable import MediaDecoding

struct ScreenshotTests {
    private func isScreenshot(
        name: String = "a.png", folders: [String] = [], format: String = "png", width: Int = 500, height: Int = 333,
        comment: String? = nil, software: String? = nil, camera: CameraFacts = CameraFacts()
    ) -> Bool {
        ScreenshotFacts(
            name: name, folders: folders, format: format, size: PixelSize(width: width, height: height), camera: camera,
            comment: comment, software: software
        ).isScreenshot
    }

    @Test(arguments: [
        "Screenshot from 2024-06-01 12-00-00.png", "Screenshot_20240601-120000.png",
        "Screen Shot 2024-06-01 at 3.14.15 PM.png",
        "Bildschirmfoto vom 2024-06-01.png", "Capture d’écran 2024-06-01.png", "Capture d'e\u{301}cran.png",
        "Capture d’écran du 2024-06-01.png", "Captura de pantalla de 2024.png", "Captura de tela.png",
        "Captura de ecrã.png", "Schermata del 2024.png", "Schermafbeelding 2024.png", "Skärmbild från 2024.png",
        "Skærmbillede 2024.png", "Zrzut ekranu 2024.png", "Снимок экрана 2024.png", "Снимок экрана.jpg",
        "Знімок екрана.png", "スクリーンショット 2024.png", "屏幕截图 2024.png", "截屏2024.png", "螢幕快照 2024.png",
        "스크린샷 2024.png", "Ekran görüntüsü 2024.png", "Στιγμιότυπο οθόνης.png", "Screencast from 2024.webm",
    ])
    func `a name that systems give to screenshots tells one`(name: String) { #expect(isScreenshot(name: name)) }

    @Test(arguments: ["Screenshots", "Bildschirmfotos", "Captures d’écran", "Schermafbeeldingen", "スクリーンショット"])
    func `a folder that systems keep screenshots in tells one`(folder: String) {
        #expect(isScreenshot(folders: ["home", "me", folder, "2024"], format: "jpeg"))
    }

    @Test(arguments: [(1920, 1080), (1080, 1920), (3840, 2160), (1170, 2532), (1366, 768), (1024, 768), (800, 600)])
    func `a PNG of exactly a screen's size is one, a JPEG of it is not`(width: Int, height: Int) {
        #expect(isScreenshot(width: width, height: height))
        #expect(!isScreenshot(format: "jpeg", width: width, height: height))
        #expect(!isScreenshot(width: width + 1, height: height))
    }

    @Test func `a camera's picture is none, whatever its name and size`() {
        var camera = CameraFacts()
        camera.exposureTime = 0.01
        #expect(!isScreenshot(name: "Screenshot of the day.jpg", format: "jpeg", camera: camera))
        #expect(!isScreenshot(name: "holiday.png", width: 1920, height: 1080, camera: camera))
    }

    @Test func `what phones and tools write into the file counts`() throws {
        var builder = ExifBuilder()
        builder.exif = [(0x9286, .undefined(Array("ASCII\0\0\0Screenshot".utf8)))]
        #expect(try facts(of: MadeMedia.png(chunks: [("eXIf", builder.block())]), name: "IMG_0001.PNG").isScreenshot)
        let text = Array("Software\0gnome-screenshot".utf8)
        #expect(try facts(of: MadeMedia.png(chunks: [("tEXt", text)]), name: "a.png").isScreenshot)
        #expect(try !facts(of: MadeMedia.png(), name: "a.png").isScreenshot)
    }

    @Test(arguments: ["holiday.jpg", "screen door.jpg", "capture.jpg", "shot.png", "IMG_0001.PNG", "бар.jpg"])
    func `other names tell nothing`(name: String) { #expect(!isScreenshot(name: name)) }
}
