import MediaTypes

extension MediaFormat {
    /// What is wrong with a name whose extension promises another picture format than the bytes are, as a sentence;
    /// `nil`: nothing. Programs that go by the name cannot open such a file.
    func misnaming(of fileName: FileName) -> String? {
        guard kind == .photo, let fileExtension = fileName.fileExtension,
            let promised = Self.picturesByExtension[fileExtension], !promised.contains(name)
        else { return nil }
        return
            "It is named .\(fileExtension), but its content is of the format \(name); other programs may not open it."
    }

    private static let picturesByExtension: [String: Set<String>] = [
        "jpg": ["jpeg"], "jpeg": ["jpeg"], "jpe": ["jpeg"], "jfif": ["jpeg"], "png": ["png"], "apng": ["png"],
        "webp": ["webp"], "gif": ["gif"], "tif": ["tiff"], "tiff": ["tiff"], "bmp": ["bmp"], "jxl": ["jxl"],
        "heic": ["heic"], "heif": ["heic", "avif"], "hif": ["heic"], "avif": ["avif"],
    ]
}
