import MediaTypes
import Testing

@testable import FileWatching

struct ExclusionRulesTests {
    private let root = MediaPath("/home/p/Pictures")

    private func file(_ rules: ExclusionRules, _ relative: String) -> Bool {
        let path = relative.split(separator: "/").reduce(root) { $0?.appending(FileName($1.utf8)) }
        guard let path else { return false }
        return rules.includesFile(path.name, in: path.parent, root: root)
    }

    private func folder(_ rules: ExclusionRules, _ relative: String) -> Bool {
        let path = relative.split(separator: "/").reduce(root) { $0?.appending(FileName($1.utf8)) }
        guard let path else { return false }
        return rules.includesFolder(path.name, in: path.parent, root: root)
    }

    @Test(arguments: [
        "a.jpg.part", "a.mp4.crdownload", "a.png.filepart", "a.tmp", "a.jpg~", ".#a.jpg", "._a.jpg", "a.txt", "a",
    ])
    func `names that are no media, or not yet, are left out`(name: String) {
        #expect(!file(ExclusionRules(), name))
    }

    @Test func `media are looked at, hidden ones where the person says so`() {
        #expect(file(ExclusionRules(), "A.JPG") && file(ExclusionRules(), "b.mp4"))
        #expect(file(ExclusionRules(includesHidden: true), ".b.jpg"))
        #expect(!file(ExclusionRules(includesHidden: true), ".#b.jpg"))
    }

    @Test(arguments: [
        ".git", ".hg", ".svn", "node_modules", "@eaDir", ".stversions", ".Trash-1000", ".trash", ".snapshots",
        ".thumbnails", "lost+found", ".config",
    ])
    func `folders that no person keeps pictures in are left out`(name: String) {
        #expect(!folder(ExclusionRules(), name))
        if name != ".config" { #expect(!folder(ExclusionRules(includesHidden: true), name)) }
    }

    @Test func `a glob without a slash is for every name, with one at the end for folders`() {
        let rules = ExclusionRules(excluded: ["draft*", "raw/"])
        #expect(!file(rules, "a/draft1.jpg") && !folder(rules, "a/drafts") && file(rules, "a/1draft.jpg"))
        #expect(!folder(rules, "a/raw") && file(rules, "raw.jpg"))
    }

    @Test func `a glob with a slash inside is for the path below the root, one in front for the whole path`() {
        let rules = ExclusionRules(excluded: ["2020/*.png", "**/old/*", "/home/*/Pictures/secret"])
        #expect(!file(rules, "2020/a.png") && file(rules, "2020/x/a.png") && file(rules, "x/2020/a.png"))
        #expect(!file(rules, "old/a.jpg") && !file(rules, "x/y/old/a.jpg") && file(rules, "x/older/a.jpg"))
        #expect(!folder(rules, "secret") && folder(rules, "x/secret"))
    }

    @Test func `a person is told which rule leaves a file out`() throws {
        let root = try #require(root)
        func reason(_ path: String) throws -> String? {
            ExclusionRules().reasonToExclude(try #require(MediaPath(path)), root: root)
        }
        #expect(try reason("/home/p/Pictures/a/b.jpg") == nil)
        #expect(try reason("/home/p/Pictures/.git/b.jpg")?.contains("/home/p/Pictures/.git") == true)
        #expect(try reason("/home/p/Pictures/b.txt") != nil && reason("/etc/b.jpg") != nil)
    }

    @Test(arguments: [
        ("*.jpg", "a.jpg", true), ("*.jpg", "a/b.jpg", false), ("**.jpg", "a/b.jpg", true), ("a?c", "abc", true),
        ("a?c", "a/c", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[!a-c]x", "dx", true),
        ("[]x]", "]", true), ("[ab", "[ab", true), ("\\*", "*", true), ("\\*", "a", false), ("**/x", "x", true),
        ("**/x", "a/b/x", true), ("**/x", "ax", false), ("a/**", "a/b/c", true), ("", "", true), ("*", "", true),
        ("a*b*c*d", "aXbXcXd", true), ("a*b*c*d", "aXbXdXc", false),
    ])
    func `globs match whole names`(pattern: String, text: String, fits: Bool) {
        #expect(Glob(pattern.utf8).matches(text.utf8) == fits)
    }

    @Test func `a glob made to be slow is not`() {
        let pattern = String(repeating: "a*", count: 60) + "b"
        #expect(!Glob(pattern.utf8).matches(String(repeating: "a", count: 2_000).utf8))
    }

    @Test func `network file systems are told from local ones`() {
        #expect(RemoteFileSystem.name(magic: 0x6969) == "NFS" && RemoteFileSystem.name(magic: 0xFF53_4D42) == "CIFS")
        let local: [Int64] = [0xEF53, 0x9123_683E, 0x5846_5342, 0x0102_1994]
        #expect(local.allSatisfy { RemoteFileSystem.name(magic: $0) == nil })
    }
}
