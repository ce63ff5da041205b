import MediaTypes
import TestSupport

/// Does to a folder what people and programs do, at random but the same for one seed.
struct RandomOperations {
    private let tree: TemporaryTree
    private var random: SeededGenerator
    private let names = ["a", "b", "c", "d", "e"]
    private let fileNames = ["1.jpg", "2.jpg", "3.png", "4.mp4", "5.jpg.part", "6.tmp", ".7.jpg", "8.txt"]
    private var outsideCount = 0

    init(_ tree: TemporaryTree, seed: UInt64) {
        self.tree = tree
        random = SeededGenerator(seed: seed)
    }

    /// One operation; one that the file system refuses (a folder into itself, onto a full one) changes nothing.
    mutating func step() {
        do {
            try operate()
        } catch {}
    }

    private mutating func operate() throws {
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<6: try tree.write(file(), String(repeating: "x", count: Int.random(in: 1...50, using: &random)))
        case 6..<9: try tree.rename(file(), file())
        case 9..<11: try tree.remove(file())
        case 11..<14: try tree.make(folder().appending(pick(names)))
        case 14..<18: try tree.rename(folder(), folder().appending(pick(names)))
        case 18: try tree.removeAll(nonRoot())
        case 19: try tree.rename(nonRoot(), away())
        case 20: try tree.rename(someAway(), folder().appending(pick(names)))
        case 21: try linkFromOutside()
        case 22: try tree.symlink(folder(), file())
        default:
            let marker = nonRoot().appending(FileName(".nomedia"))
            if Bool.random(using: &random) { try tree.write(marker) } else { try tree.remove(marker) }
        }
    }

    /// A name for a file that has no other name here: a change by one name is told of no other, neither by the kernel.
    private mutating func linkFromOutside() throws {
        let source = away()
        try tree.write(source)
        try tree.link(source, file())
    }

    private mutating func pick(_ from: [String]) -> FileName {
        FileName(from[Int.random(in: 0..<from.count, using: &random)])
    }

    /// Some folder that is there, the root included.
    private mutating func folder() -> MediaPath {
        var path = tree.root
        while Int.random(in: 0..<3, using: &random) > 0 {
            let below = (try? TemporaryTree.entries(path))?.filter(\.isDirectory).map(\.name) ?? []
            let sorted = below.sorted { $0.text < $1.text }
            guard !sorted.isEmpty else { break }
            path = path.appending(sorted[Int.random(in: 0..<sorted.count, using: &random)])
        }
        return path
    }

    private mutating func nonRoot() -> MediaPath {
        let path = folder()
        return path == tree.root ? path.appending(pick(names)) : path
    }

    private mutating func file() -> MediaPath { folder().appending(pick(fileNames)) }

    private mutating func away() -> MediaPath {
        outsideCount += 1
        return tree.outside.appending(FileName("\(outsideCount)"))
    }

    private mutating func someAway() -> MediaPath {
        tree.outside.appending(FileName("\(Int.random(in: 1...max(1, outsideCount), using: &random))"))
    }
}
