/// How many patches become one row of the language model: the model card's `downsample_mode`.
public enum DownsampleMode: String, Sendable, CaseIterable {
    /// Sixteen patches a row: merged twice, once early in the vision tower.
    case x16 = "16x"
    /// Four patches a row: finer, at about twice the vision tower's work and four times the rows.
    case x4 = "4x"

    /// Patches that become one row.
    var patchesPerToken: Int {
        switch self {
        case .x16: 16
        case .x4: 4
        }
    }

    /// Both sides of a unit's patch grid are multiples of this: each merge takes blocks of 2×2.
    var gridMultiple: Int {
        switch self {
        case .x16: 4
        case .x4: 2
        }
    }
}
