import Tensors

/// Weights under the names of the released checkpoint, whatever file holds them.
protocol Checkpoint: Sendable {
    /// The sizes of the model.
    var configuration: ModelConfiguration { get }
    /// What large matrices are computed with in.
    var precision: Precision { get }
    /// What the weights are, for messages.
    var path: String { get }
    /// A tensor by the checkpoint's name.
    func tensor(_ name: String) throws(WeightFileError) -> WeightTensor
    /// What an RMSNorm scales by: `1 + weight`.
    func rmsGain(_ name: String, count: Int) throws(WeightFileError) -> [Float]
    /// The rate at which a head of the delta rule forgets: `−e^(A_log)`.
    func decayRate(_ name: String, count: Int) throws(WeightFileError) -> [Float]
}

extension Checkpoint {
    /// A matrix `[rows, columns]`; further sides of the tensor are folded into the columns.
    func matrix(_ name: String, rows: Int, columns: Int) throws(WeightFileError) -> WeightMatrix {
        let tensor = try tensor(name)
        guard tensor.shape.count >= 2, tensor.shape[0] == rows, tensor.shape.dropFirst().reduce(1, *) == columns else {
            throw .wrongShape(name, in: tensor.path, is: tensor.shape, wanted: [rows, columns])
        }
        return tensor.matrix(precision)
    }

    /// A vector of so many numbers; sides of 1 are of no account.
    func vector(_ name: String, count: Int) throws(WeightFileError) -> [Float] {
        let tensor = try tensor(name)
        guard tensor.count == count else {
            throw .wrongShape(name, in: tensor.path, is: tensor.shape, wanted: [count])
        }
        return tensor.widened()
    }
}
