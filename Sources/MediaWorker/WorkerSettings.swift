/// What `tintype-media` is told when it starts, as its only argument: one object of JSON.
public struct WorkerSettings: Hashable, Sendable, Codable {
    /// The languages to read, as Tesseract names them, best first; empty: English and the locale's.
    public var languages: [String]
    /// Where Tesseract's data files lie; `nil`: where the system has them.
    public var tesseractData: String?
    /// Address space in bytes; 0: no limit, which sanitizers need.
    public var memoryByteLimit: Int
    /// The models that are handed over after the start, by their names, in this order. With any the process takes the first
    /// look; with none it decodes and reads with Tesseract.
    public var models: [String] = []

    /// Settings of these parts.
    ///
    /// - Parameter memoryByteLimit: 3 GiB by default. The largest picture that is decoded in full takes 0.6 GB as RGB,
    ///   decoders hold it twice, and the language data of all installed scripts maps to about 0.5 GB.
    public init(languages: [String] = [], tesseractData: String? = nil, memoryByteLimit: Int = 3 << 30) {
        self.languages = languages
        self.tesseractData = tesseractData
        self.memoryByteLimit = memoryByteLimit
    }

    /// The argument that says this.
    public func argument() throws -> String { String(decoding: try WireCoding.encode(self), as: UTF8.self) }

    /// The settings that an argument says.
    public init(argument: String) throws {
        self = try WireCoding.decode(WorkerSettings.self, from: Array(argument.utf8))
    }
}
