/// Something exact that stands in a picture, in a form by which it can be searched.
public struct WrittenFact: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable {
        /// A day; normal form: 2021-02-24.
        case date
        /// Money; normal form: 12.50 EUR.
        case amount
        /// An address on the web; normal form: host in small letters, without scheme and “www.”.
        case webAddress
        /// A mail address; normal form: in small letters.
        case mailAddress
        /// The number of an order, a booking, an invoice, a parcel; normal form: capital letters.
        case reference
    }

    /// What it is.
    public var kind: Kind
    /// As it is written.
    public var text: String
    /// In its normal form.
    public var normal: String
}
