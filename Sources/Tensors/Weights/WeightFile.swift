/// A mapped file of named tensors.
public protocol WeightFile: Sendable {
    /// The file, for messages.
    var path: String { get }
    /// Every tensor by its name in the file.
    var tensors: [String: WeightTensor] { get }
}

extension WeightFile {
    /// The tensor of a name.
    public func tensor(_ name: String) throws(WeightFileError) -> WeightTensor {
        guard let tensor = tensors[name] else { throw .missingTensor(name, in: path) }
        return tensor
    }
}
