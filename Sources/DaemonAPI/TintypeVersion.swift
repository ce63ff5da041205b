/// The version of daemon and command line, which are released together.
public enum TintypeVersion {
    /// The version, as `tintype --version` and `status` give it.
    public static let current = "0.1.0"
}
