import Foundation
import Tensors

extension SentenceEncoder {
    /// The definition: the vector of tokens, all sums in Double. Slow on purpose: tests hold `vectors` to it.
    ///
    /// - `windows`: each with its beginning and its end.
    static func reference(_ windows: [[Int]], _ file: E5File) throws(WeightFileError) -> [Double] {
        var sum = [Double](repeating: 0, count: file.sizes.width)
        for tokens in windows {
            let rows = try ReferenceNetwork(file).rows(for: tokens)
            for column in sum.indices {
                let mean = rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
                sum[column] += Double(tokens.count - 2) * mean
            }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { $0 / length }
    }
}

/// `SentenceNetwork` for one text, number by number.
private struct ReferenceNetwork {
    private let file: E5File

    init(_ file: E5File) { self.file = file }

    func rows(for tokens: [Int]) throws(WeightFileError) -> [[Double]] {
        let words = try matrix("emb.word")
        let positions = try matrix("emb.pos")
        let types = try matrix("emb.type")
        var x = tokens.enumerated().map { place, token in
            words[token].indices.map { words[token][$0] + positions[place][$0] + types[0][$0] }
        }
        x = try normalised(x, "emb.ln")
        for layer in 0..<file.sizes.layers {
            let name = "l\(layer)."
            let mixed = attended(
                try dense(x, name + "q"), try dense(x, name + "k"), try dense(x, name + "v"))
            x = try normalised(Self.sum(x, try dense(mixed, name + "ao")), name + "aln")
            let middle = try dense(x, name + "fi").map { $0.map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) } }
            x = try normalised(Self.sum(x, try dense(middle, name + "fo")), name + "oln")
        }
        return x
    }

    private func attended(_ query: [[Double]], _ key: [[Double]], _ value: [[Double]]) -> [[Double]] {
        let width = file.sizes.width / file.sizes.heads
        return query.map { query in
            query.indices.map { column in
                let head = (column / width * width)..<(column / width * width + width)
                let shares = key.map { key in
                    exp(head.reduce(0) { $0 + query[$1] * key[$1] } / Double(width).squareRoot())
                }
                return zip(shares, value).reduce(0) { $0 + $1.0 * $1.1[column] } / shares.reduce(0, +)
            }
        }
    }

    private func dense(_ x: [[Double]], _ name: String) throws(WeightFileError) -> [[Double]] {
        let weight = try matrix(name + ".w")
        let bias = try numbers(name + ".b")
        return x.map { row in
            zip(weight, bias).map { weights, bias in zip(row, weights).reduce(bias) { $0 + $1.0 * $1.1 } }
        }
    }

    private func normalised(_ x: [[Double]], _ name: String) throws(WeightFileError) -> [[Double]] {
        let (gain, bias) = (try numbers(name + ".w"), try numbers(name + ".b"))
        return x.map { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            let scale = 1 / (variance + Double(file.sizes.epsilon)).squareRoot()
            return row.indices.map { (row[$0] - mean) * scale * gain[$0] + bias[$0] }
        }
    }

    private static func sum(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
        zip(a, b).map { zip($0, $1).map { $0 + $1 } }
    }

    private func numbers(_ name: String) throws(WeightFileError) -> [Double] {
        try file.tensor(name).widened().map(Double.init)
    }

    private func matrix(_ name: String) throws(WeightFileError) -> [[Double]] {
        let (numbers, columns) = (try numbers(name), try file.tensor(name).shape[1])
        return stride(from: 0, to: numbers.count, by: columns).map { Array(numbers[$0..<($0 + columns)]) }
    }
}
