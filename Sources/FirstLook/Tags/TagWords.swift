import Foundation

/// What the classes of a network are called, how sure each word must be, and which classes are pages rather than things.
struct TagWords: Sendable {
    /// The words of each class, its own first.
    private(set) var classes: [[String]] = []
    /// Classes that pages and screens are taken for.
    private(set) var pages: [Int] = []
    private var thresholds: [String: Double] = [:]

    /// What a word needs that has no threshold of its own.
    private static let usualThreshold = 0.5
    /// Where pages are as likely as this, there is writing to be read and nothing to be named.
    private static let pageLimit = 0.3
    /// The network was trained to be less sure than it may be (labels smoothed by a tenth); its sums are sharpened by this.
    /// Chosen on the photographs of shared/samples.
    private static let temperature: Float = 0.8

    /// The words that are built in.
    static let imageNet = TagWords(String(decoding: PackageResources.tag_words_tsv, as: UTF8.self))

    /// Lines of `class` or `page` and its words, `threshold`, a word and a number; `#` begins a remark.
    init(_ table: String) {
        for line in table.split(separator: "\n") where !line.hasPrefix("#") {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
            switch (cells.first, cells.count) {
            case ("threshold", 3): thresholds[String(cells[1])] = Double(cells[2])
            case ("class", 2), ("page", 2):
                if cells[0] == "page" { pages.append(classes.count) }
                classes.append(cells[1].isEmpty ? [] : cells[1].components(separatedBy: ", "))
            default: preconditionFailure("the table of words has the line “\(line)”")
            }
        }
    }

    /// The words that a network's sums make sure of, the surest first. A word's confidence is the sum over its classes: the kind
    /// can be sure where the breed is not.
    func tags(of sums: [Float]) -> [PictureTag] {
        precondition(sums.count == classes.count, "\(sums.count) sums for \(classes.count) classes")
        let largest = sums.max() ?? 0
        let weights = sums.map { Double(exp(($0 - largest) / Self.temperature)) }
        let total = weights.reduce(0, +)
        guard pages.reduce(0, { $0 + weights[$1] }) < Self.pageLimit * total else { return [] }
        var confidences: [String: Double] = [:]
        for (words, weight) in zip(classes, weights) {
            for word in words { confidences[word, default: 0] += weight / total }
        }
        return confidences.filter { $1 >= thresholds[$0] ?? Self.usualThreshold }
            .sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .map { PictureTag(text: $0.key, confidence: $0.value) }
    }
}
