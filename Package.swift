// swift-tools-version: 6.2
import PackageDescription

/// Imports are internal unless said otherwise, a member needs its module imported, and a warning stops the build.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Numerical code and code that walks through large tables: hundreds of times slower unoptimised, so that tests of it would
/// take hours in debug builds.
let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: [Target.Dependency] = [
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
]
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]

/// A C library of the system, behind the module map in its folder.
func system(_ name: String, at path: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: path, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// A Swift module of ours; the arrows of README's architecture section are these dependency lists.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

let package = Package(
    name: "tintype",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // What Swift cannot say.
        .target(name: "CPlatform"),
        .target(name: "CLibAVShim", dependencies: ["CLibAV"], path: "Sources/CCodecs/LibAVShim"),
        system("CLibAV", at: "Sources/CCodecs/LibAV", pkgConfig: "libavformat", apt: "libavformat-dev"),
        system("CLibPNG", at: "Sources/CCodecs/LibPNG", pkgConfig: "libpng", apt: "libpng-dev"),
        .target(name: "CPNGReader", dependencies: ["CLibPNG"], path: "Sources/CCodecs/PNGReader"),
        system("CTurboJPEG", at: "Sources/CCodecs/TurboJPEG", pkgConfig: "libturbojpeg", apt: "libturbojpeg0-dev"),
        system("CExif", at: "Sources/CCodecs/Exif", pkgConfig: "libexif", apt: "libexif-dev"),
        system("CHeif", at: "Sources/CCodecs/Heif", pkgConfig: "libheif", apt: "libheif-dev"),
        system("CTesseract", at: "Sources/CCodecs/Tesseract", pkgConfig: "tesseract", apt: "libtesseract-dev"),
        system("CSeccomp", at: "Sources/CSeccomp", pkgConfig: "libseccomp", apt: "libseccomp-dev"),
        system("CCrypto", at: "Sources/CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        .target(name: "CCurlShim", dependencies: ["CCurl"]),
        system("CCurl", at: "Sources/CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),

        // The engine: the inner loops in C, then what is made of them. With a release's -O2 attention takes 2.5 times as
        // long.
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "Tensors", dependencies: ["CKernels"], swiftSettings: optimised),
        .target(name: "Tokenization", dependencies: ["JSONScanning"], swiftSettings: optimised),
        .target(
            name: "MiniCPMV", dependencies: ["JSONScanning", "MediaTypes", "Tensors", "Tokenization"],
            swiftSettings: optimised),

        .target(
            name: "FirstLook", dependencies: ["MediaTypes", "Tensors", "Tokenization"],
            resources: [.embedInCode("Tags/tag_words.tsv"), .embedInCode("Meaning/usual_texts.tsv")],
            swiftSettings: optimised),

        // Libraries.
        module("MediaTypes"),
        .target(name: "JSONScanning", swiftSettings: optimised),
        .target(name: "WrittenWords", swiftSettings: optimised),
        module("HTTPTransport", ["CCurl", "CCurlShim"]),
        module(
            "MediaDecoding",
            ["CLibAV", "CLibAVShim", "CTurboJPEG", "CPNGReader", "CExif", "CHeif", "CTesseract", "MediaTypes"]),
        module("MediaWorker", ["CPlatform", "MediaTypes"]),
        .target(name: "VectorSearch", dependencies: ["CKernels"], swiftSettings: optimised),
        .target(
            name: "Catalog", dependencies: [grdb, "MediaTypes", "VectorSearch", "WrittenWords"],
            resources: [
                .embedInCode("../../schema/v001_initial.sql"), .embedInCode("../../schema/v002_meaning.sql"),
            ], swiftSettings: strict),
        module("ModelStore", ["CCrypto", "HTTPTransport"]),
        module("HTTPServing", [logging] + nio),
        module("FileWatching", ["CPlatform", "MediaTypes"]),
        module("Describing", ["HTTPTransport", "MediaTypes"]),
        module("Indexing", ["CCrypto", "CPlatform", "MediaTypes", logging]),
        module("DaemonAPI", ["HTTPTransport", "MediaTypes"]),

        // Executables.
        executable(
            "tintyped",
            [
                "CPlatform", "Catalog", "DaemonAPI", "Describing", "FileWatching", "HTTPServing", "Indexing",
                "JSONScanning", "MediaTypes", "MediaWorker", "ModelStore", logging,
                .product(name: "TOMLKit", package: "TOMLKit"),
            ] + lifecycle),
        executable(
            "tintype",
            [
                "DaemonAPI", "HTTPTransport", "MediaTypes", "ModelStore", arguments,
                .product(name: "TOMLKit", package: "TOMLKit"),
            ]),
        executable(
            "tintype-media",
            ["CPlatform", "CSeccomp", "FirstLook", "MediaDecoding", "MediaTypes", "MediaWorker", "Tensors"]),
        executable(
            "tintype-engine",
            ["CPlatform", "DaemonAPI", "HTTPServing", "MediaTypes", "MiniCPMV", logging] + lifecycle),
        .executableTarget(
            name: "tintype-bench",
            dependencies: [
                "Catalog", "DaemonAPI", "Describing", "FirstLook", "MediaDecoding", "MediaTypes", "MediaWorker",
                "MiniCPMV", "Tensors", "VectorSearch", "WrittenWords", arguments,
            ],
            resources: [.embedInCode("Quality/tag_judgements.tsv")], swiftSettings: strict),

        // Tests.
        .target(name: "TestSupport", dependencies: ["MediaTypes"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("TestSupportTests", ["MediaTypes"]),
        tests("MediaTypesTests", ["MediaTypes"]),
        tests("TensorsTests", ["CKernels", "MediaTypes", "Tensors"]),
        tests("FirstLookTests", ["FirstLook", "MediaTypes", "Tensors"]),
        tests("WrittenWordsTests", ["WrittenWords"]),
        tests("JSONScanningTests", ["JSONScanning"]),
        tests("TokenizationTests", ["MediaTypes", "Tokenization"]),
        tests("MiniCPMVTests", ["MiniCPMV", "MediaTypes", "Tensors", "Tokenization"]),
        tests("VectorSearchTests", ["CKernels", "MediaTypes", "VectorSearch"]),
        tests("ModelStoreTests", ["MediaTypes", "ModelStore"]),
        tests("HTTPTransportTests", ["HTTPTransport", "MediaTypes"]),
        tests("HTTPServingTests", ["HTTPServing", logging]),
        tests("MediaDecodingTests", ["MediaDecoding", "MediaTypes"]),
        tests("MediaWorkerTests", ["MediaWorker", "MediaTypes", "CPlatform"]),
        tests("CatalogTests", ["Catalog", "MediaTypes", "VectorSearch", grdb]),
        tests("FileWatchingTests", ["FileWatching", "MediaTypes"]),
        tests("DescribingTests", ["Describing", "HTTPTransport", "MediaTypes"]),
        tests("IndexingTests", ["Indexing", "MediaTypes", logging]),
        tests("DaemonAPITests", ["DaemonAPI", "tintype", "HTTPTransport", "MediaTypes"]),
        tests("TintypedTests", ["tintyped", "MediaTypes", "MediaWorker", "ModelStore"]),
        tests(
            "TintypeEngineTests", ["tintype-engine", "HTTPServing", "HTTPTransport", "MediaTypes", "MiniCPMV", logging]),
        tests("EndToEndTests", ["DaemonAPI", "HTTPTransport", "MediaTypes"]),
    ],
    swiftLanguageModes: [.v6]
)
