import Foundation
import Tensors

/// The released folder: config.json and safetensors.
struct SafetensorsCheckpoint: Checkpoint {
    let configuration: ModelConfiguration
    let precision: Precision
    private let file: SafetensorsFile

    var path: String { file.path }

    init(folder: String, precision: Precision) throws(ModelError) {
        self.precision = precision
        let configurationPath = folder + "/config.json"
        configuration = try ModelConfiguration(json: try ModelFolder.read(configurationPath), path: configurationPath)
        do throws(WeightFileError) {
            let index = folder + "/model.safetensors.index.json"
            file =
                FileManager.default.fileExists(atPath: index)
                ? try SafetensorsFile(index: index) : try SafetensorsFile(path: folder + "/model.safetensors")
        } catch { throw ModelError(error) }
    }

    func tensor(_ name: String) throws(WeightFileError) -> WeightTensor { try file.tensor(name) }

    func rmsGain(_ name: String, count: Int) throws(WeightFileError) -> [Float] {
        try vector(name, count: count).map { 1 + $0 }
    }

    func decayRate(_ name: String, count: Int) throws(WeightFileError) -> [Float] {
        try vector(name, count: count).map { -exp($0) }
    }
}
