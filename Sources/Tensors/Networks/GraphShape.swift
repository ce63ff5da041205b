/// Sizes of values, as ONNX reckons with them.
enum GraphShape {
    /// More numbers than any picture's network holds in one value.
    static let limit = 1 << 29

    /// How many numbers there are; `nil`: too many.
    static func count(_ shape: [Int]) -> Int? {
        var count = 1
        for side in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: side)
            guard side >= 0, !overflow, product <= limit else { return nil }
            count = product
        }
        return count
    }

    /// An axis counted from the front, in a shape of so many; `nil`: there is none.
    static func axis(_ axis: Int, of rank: Int) -> Int? {
        let place = axis < 0 ? axis + rank : axis
        return 0..<rank ~= place ? place : nil
    }

    /// The sides that a reshape asks for: 0 keeps a side, −1 is what is left. Source: ONNX, Reshape-5.
    static func reshaped(_ shape: [Int], to sides: [Int]) -> [Int]? {
        guard let count = count(shape) else { return nil }
        var result = sides.enumerated().map { $1 == 0 && $0 < shape.count ? shape[$0] : $1 }
        guard result.allSatisfy({ $0 >= -1 }), result.count(where: { $0 == -1 }) <= 1 else { return nil }
        if let free = result.firstIndex(of: -1) {
            result[free] = 1
            guard let known = self.count(result), known > 0, count % known == 0 else { return nil }
            result[free] = count / known
        }
        return self.count(result) == count ? result : nil
    }
}
