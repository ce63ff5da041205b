import MediaTypes

@testable import FileWatching

/// What a catalog would hold: the events applied, nothing more.
struct ModelTree: Equatable {
    var directories: Set<MediaPath> = []
    var files: [MediaPath: FileIdentity] = [:]

    mutating func apply(_ event: FileEvent) {
        switch event {
        case .listed(let directory, let listed, let subdirectories, _):
            directories.insert(directory)
            let names = Set(listed.map(\.name))
            let folders = Set(subdirectories)
            for path in files.keys where path.parent == directory && !names.contains(path.name) { files[path] = nil }
            for path in directories where path.parent == directory && !folders.contains(path.name) { remove(path) }
            directories.formUnion(folders.map { directory.appending($0) })
            for file in listed {
                if let identity = file.identity { files[directory.appending(file.name)] = identity }
            }
        case .settled(let path, let identity):
            files[path] = identity
        case .fileMoved(let from, let to, let identity):
            files[from] = nil
            files[to] = identity
        case .directoryMoved(let from, let to):
            move(from, to)
        case .fileRemoved(let path):
            files[path] = nil
        case .directoryRemoved(let path):
            remove(path)
        case .rootState, .crawlFinished, .overflowed:
            break
        }
    }

    private mutating func remove(_ directory: MediaPath) {
        directories = directories.filter { !$0.isInside(directory) }
        files = files.filter { !$0.key.isInside(directory) }
    }

    private mutating func move(_ from: MediaPath, _ to: MediaPath) {
        remove(to)
        directories.insert(to)
        func moved(_ path: MediaPath) -> MediaPath {
            path.isInside(from)
                ? path.components.dropFirst(from.components.count).reduce(to) { $0.appending($1) } : path
        }
        directories = Set(directories.map(moved))
        files = Dictionary(uniqueKeysWithValues: files.map { (moved($0.key), $0.value) })
    }

    /// What a fresh walk finds. Written apart from the watcher's own rules, and simpler.
    static func onDisk(_ root: MediaPath) throws -> ModelTree {
        var model = ModelTree(directories: [root])
        let entries = try TemporaryTree.entries(root)
        if entries.contains(where: { $0.name == FileName(".nomedia") }) { return model }
        for entry in entries where !entry.name.isHidden {
            let path = root.appending(entry.name)
            if entry.isDirectory, entry.name != FileName("node_modules") {
                guard
                    try !TemporaryTree.entries(path).contains(where: { $0.name == FileName(".nomedia") })
                else { continue }
                let below = try onDisk(path)
                model.directories.formUnion(below.directories)
                model.files.merge(below.files) { _, new in new }
            } else if !entry.isDirectory, ["jpg", "png", "mp4"].contains(entry.name.fileExtension),
                let identity = TemporaryTree.identity(path)
            {
                model.files[path] = identity
            }
        }
        return model
    }

    /// The differences as lines, for a test that fails.
    func differences(from other: ModelTree) -> [String] {
        let folders = directories.symmetricDifference(other.directories).map {
            (directories.contains($0) ? "+ " : "- ") + $0.text + "/"
        }
        let paths = Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }
        return
            (folders
            + paths.map { path in
                let sides = (files[path] != nil, other.files[path] != nil)
                return (sides == (true, true) ? "≠ " : sides.0 ? "+ " : "- ") + path.text
            }).sorted()
    }
}
