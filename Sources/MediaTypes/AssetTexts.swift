/// What is said of one content, as texts whose meanings are looked up.
public struct AssetTexts: Hashable, Sendable {
    /// The content's number.
    public var assetID: Int64
    /// Captions one by one, the tags together, and the beginning of the words in the picture; empty: nothing is said of it.
    public var texts: [String]

    /// The texts of an asset.
    public init(assetID: Int64, texts: [String]) {
        self.assetID = assetID
        self.texts = texts
    }
}
