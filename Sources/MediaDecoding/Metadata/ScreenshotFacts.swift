import MediaTypes

/// Whether a picture is one of a screen: told by what cameras, phones and desktops write, never by its pixels.
struct ScreenshotFacts: Sendable {
    /// The file's name.
    var name: String
    /// The folders that hold it, outermost first.
    var folders: [String]
    /// The container's format.
    var format: String
    /// The upright size.
    var size: PixelSize
    /// What the metadata say of a camera.
    var camera: CameraFacts
    /// EXIF's user comment.
    var comment: String?
    /// The program that wrote the file.
    var software: String?

    /// Whether this is a screenshot.
    var isScreenshot: Bool {
        if comment.map(Self.isNamedAsScreenshot) == true || software.map(Self.isScreenshotTool) == true { return true }
        guard !hasCamera else { return false }
        if Self.isNamedAsScreenshot(name) || folders.contains(where: Self.isNamedAsScreenshot) { return true }
        // Cameras and the web have pictures of such sizes too, but not as PNG without a word about where they are from.
        return format == "png" && ScreenSizes.contains(size)
    }

    /// A lens and a shutter. Phones name themselves in screenshots too, so the maker alone proves nothing.
    private var hasCamera: Bool {
        camera.exposureTime != nil || camera.fNumber != nil || camera.focalLength != nil || camera.lens != nil
            || (camera.make != nil && camera.model != nil && format != "png")
    }

    /// What systems call their screenshots, or the folder for them, in lower case, spaces and signs left out.
    private static let words = [
        "screenshot", "screencapture", "screenclip", "screencast", "screengrab", "screenrecord", "bildschirmfoto",
        "bildschirmaufnahme", "bildschirmkopie", "capturedecran", "capturesdecran", "capturadepantalla",
        "capturasdepantalla",
        "capturadetela", "capturasdetela", "capturadeecra", "capturasdeecra", "istantaneaschermo", "schermata",
        "catturaschermo", "schermafbeelding",
        "schermafdruk", "schermopname", "skärmbild", "skärmavbild", "skærmbillede", "skjermbilde", "näyttökuva",
        "kuvakaappaus", "zrzutekranu", "snímekobrazovky", "snímkaobrazovky", "képernyőkép", "képernyőfotó",
        "ekrangörüntüsü", "ekranalıntısı", "capturădeecran", "снимокэкрана", "скриншот", "знімокекрана",
        "στιγμιότυποοθόνης", "スクリーンショット", "画面截图", "屏幕截图", "屏幕快照", "截屏", "截图", "螢幕截圖", "螢幕快照",
        "스크린샷", "화면캡처", "لقطةشاشة", "צילוםמסך", "ภาพหน้าจอ", "ảnhmànhình", "tangkapanlayar",
    ]

    private static func isNamedAsScreenshot(_ text: String) -> Bool {
        let plain = folded(text)
        return words.contains { plain.contains(folded($0)) }
    }

    /// Lower case, letters and digits only, the accents of Latin letters dropped: file names come composed, decomposed,
    /// or written without them.
    private static func folded(_ text: String) -> String {
        var plain = ""
        for scalar in decomposed(text.lowercased()) where scalar.properties.isAlphabetic || isMark(scalar) {
            // Combining marks above U+0370 belong to the letters of their scripts.
            if (0x300...0x36F).contains(scalar.value) { continue }
            plain.unicodeScalars.append(scalar)
        }
        return plain
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .nonspacingMark || scalar.properties.generalCategory == .spacingMark
    }

    /// The scalars, with those Latin letters taken apart that screenshots' names are written with.
    private static func decomposed(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.flatMap { scalar in latin[scalar].map { [$0] } ?? [scalar] }
    }

    private static let latin: [Unicode.Scalar: Unicode.Scalar] = [
        "à": "a", "á": "a", "â": "a", "ã": "a", "ä": "a", "å": "a", "æ": "a", "ă": "a", "ả": "a", "è": "e", "é": "e",
        "ê": "e", "ë": "e", "ì": "i", "í": "i", "î": "i", "ï": "i", "ı": "i", "ò": "o", "ó": "o", "ô": "o", "õ": "o",
        "ö": "o", "ő": "o", "ø": "o", "ù": "u", "ú": "u", "û": "u", "ü": "u", "ű": "u", "ç": "c", "ñ": "n",
    ]

    private static func isScreenshotTool(_ software: String) -> Bool {
        let software = software.lowercased()
        return ["screenshot", "spectacle", "flameshot", "shutter", "ksnip", "scrot", "grim", "greenshot", "sharex"]
            .contains { software.contains($0) }
    }
}
