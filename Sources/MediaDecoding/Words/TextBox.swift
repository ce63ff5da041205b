/// A rectangle in pixels, not necessarily whole ones.
struct TextBox: Hashable {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    var width: Double { right - left }
    var height: Double { bottom - top }
    var centre: (x: Double, y: Double) { ((left + right) / 2, (top + bottom) / 2) }
    var area: Double { max(0, width) * max(0, height) }

    /// This in a picture that is `factor` times as large.
    func scaled(by factor: Double) -> TextBox {
        TextBox(left: left * factor, top: top * factor, right: right * factor, bottom: bottom * factor)
    }

    /// This moved to the right and down.
    func moved(by x: Double, _ y: Double) -> TextBox {
        TextBox(left: left + x, top: top + y, right: right + x, bottom: bottom + y)
    }

    /// This with a margin.
    func grown(by margin: Double) -> TextBox {
        TextBox(left: max(0, left - margin), top: max(0, top - margin), right: right + margin, bottom: bottom + margin)
    }

    /// The area that both cover.
    func overlap(with other: TextBox) -> Double {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        return width > 0 && height > 0 ? width * height : 0
    }

    /// The smallest box around both.
    func union(_ other: TextBox) -> TextBox {
        TextBox(
            left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
            bottom: max(bottom, other.bottom))
    }
}
