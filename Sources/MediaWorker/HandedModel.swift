/// What goes with the open descriptor of a model's file, before the first request.
public struct HandedModel: Hashable, Sendable, Codable {
    /// What the worker knows the file by.
    public var name: String

    /// The file of this name.
    public init(name: String) { self.name = name }

    /// This as a frame; the file's descriptor goes with it.
    func frame() throws -> Frame { Frame(header: try WireCoding.encode(self)) }
}

extension FrameChannel {
    /// Waits for the models that were announced.
    ///
    /// - Returns: their open descriptors, the caller's to close, in the order of `names`.
    /// - Throws: where another comes, or one without its file.
    public func receiveModels(_ names: [String]) throws -> [CInt] {
        var descriptors: [CInt] = []
        for name in names {
            let (frame, handed) = try receive(limits: .request, descriptors: 1)
            guard let descriptor = handed.first,
                try WireCoding.decode(HandedModel.self, from: frame.header).name == name
            else {
                throw ChannelError.malformed("another model than \(name)")
            }
            descriptors.append(descriptor)
        }
        return descriptors
    }
}
