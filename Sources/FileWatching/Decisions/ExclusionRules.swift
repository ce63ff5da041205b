public import MediaTypes

/// Which files and folders are looked at. Asked before a watch is spent.
///
/// The person's globs: without a slash they are matched against the name of every file and folder; with a slash at the
/// end, against folders only; with a slash inside, against the path below the root; with one in front, against the
/// whole path. `*` stays within a name, `**` does not.
public struct ExclusionRules: Sendable {
    private static let folders: Set<FileName> = Set(
        [
            ".git", ".hg", ".svn", "node_modules", "@eaDir", ".stversions", ".trash", ".snapshots", ".thumbnails",
            "lost+found", "$RECYCLE.BIN", "System Volume Information",
        ].map { FileName($0) })
    private static let folderGlobs = [".Trash*"]
    private static let markers: Set<FileName> = [FileName(".nomedia"), FileName(".trackerignore")]

    private let fileGlobs: [Glob]
    private let folderGlobs: [Glob]
    private let pathGlobs: [(glob: Glob, isAbsolute: Bool, foldersOnly: Bool)]
    private let includesHidden: Bool

    /// The built-in rules and the person's own.
    public init(excluded: [String] = [], includesHidden: Bool = false) {
        var fileGlobs: [Glob] = []
        var folderGlobs = Self.folderGlobs.map { Glob($0.utf8) }
        var pathGlobs: [(glob: Glob, isAbsolute: Bool, foldersOnly: Bool)] = []
        for pattern in excluded {
            let foldersOnly = pattern.utf8.count > 1 && pattern.hasSuffix("/")
            let body = foldersOnly ? String(pattern.dropLast()) : pattern
            if body.contains("/") {
                pathGlobs.append((Glob(body.utf8), body.hasPrefix("/"), foldersOnly))
            } else {
                folderGlobs.append(Glob(body.utf8))
                if !foldersOnly { fileGlobs.append(Glob(body.utf8)) }
            }
        }
        self.fileGlobs = fileGlobs
        self.folderGlobs = folderGlobs
        self.pathGlobs = pathGlobs
        self.includesHidden = includesHidden
    }

    /// Whether a rename can change what is excluded below it.
    var dependsOnPath: Bool { !pathGlobs.isEmpty }

    /// Whether a file of this name excludes the folder that holds it.
    static func isMarker(_ name: FileName) -> Bool { markers.contains(name) }
    static var markerNames: Set<FileName> { markers }

    /// Whether a file is looked at: a media name, not excluded. The folder's path is asked for only where it matters.
    ///
    /// Downloads and editors' copies (`*.part`, `*.crdownload`, `*.filepart`, `*.tmp`, `*~`) have no media name, so they
    /// need no rule; an editor's lock (`.#photo.jpg`) has, and is excluded even where hidden files are not.
    func includesFile(_ name: FileName, in folder: @autoclosure () -> MediaPath?, root: @autoclosure () -> MediaPath?)
        -> Bool
    {
        guard MediaKind(fileName: name) != nil, includesHidden || !name.isHidden,
            !name.bytes.starts(with: ".#".utf8), !fileGlobs.contains(where: { $0.matches(name.bytes) })
        else { return false }
        return !excludesPath(name, folder, root, isFolder: false)
    }

    /// Whether a folder inside a root is looked at.
    func includesFolder(_ name: FileName, in folder: @autoclosure () -> MediaPath?, root: @autoclosure () -> MediaPath?)
        -> Bool
    {
        guard !Self.folders.contains(name), includesHidden || !name.isHidden,
            !folderGlobs.contains(where: { $0.matches(name.bytes) })
        else { return false }
        return !excludesPath(name, folder, root, isFolder: true)
    }

    private func excludesPath(
        _ name: FileName, _ folder: () -> MediaPath?, _ root: () -> MediaPath?, isFolder: Bool
    ) -> Bool {
        guard !pathGlobs.isEmpty, let path = folder()?.appending(name), let root = root() else { return false }
        let relative = path.bytes.dropFirst(root.bytes.count == 1 ? 1 : root.bytes.count + 1)
        return pathGlobs.contains { rule in
            (isFolder || !rule.foldersOnly) && rule.glob.matches(rule.isAbsolute ? path.bytes[...] : relative)
        }
    }
}

extension ExclusionRules {
    /// Which rule keeps a file from being looked at, for `show`; `nil`: none does. Marker files are not looked for.
    public func reasonToExclude(_ file: MediaPath, root: MediaPath) -> String? {
        guard file.isInside(root), let folder = file.parent else { return "It lies outside the watched folders." }
        var above = root
        for name in folder.components.dropFirst(root.components.count) {
            guard includesFolder(name, in: above, root: root) else {
                return "The folder \(above.appending(name).text) is excluded."
            }
            above = above.appending(name)
        }
        if MediaKind(fileName: file.name) == nil { return "Its name is not that of a photo or video." }
        return includesFile(file.name, in: folder, root: root) ? nil : "Its name is excluded."
    }
}
