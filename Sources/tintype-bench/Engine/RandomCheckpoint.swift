import Foundation
import Tensors

/// A checkpoint of the true dimensions with random weights, as a pair of GGUF files. Speed does not depend on what weights have
/// learnt. Sizes: MODEL.md §2.
struct RandomCheckpoint {
    /// How the text model's matrices are stored, the embedding and the head included.
    var text = DType.q4_0
    /// How the vision tower's and the projector's are; those whose rows are no whole blocks stay in F16.
    var projector = DType.f16

    private let width = 1024, inner = 3584, vocabulary = 248_094, layers = 24
    private let visionWidth = 1152, visionInner = 4304, visionLayers = 27, positions = 70

    /// Writes the pair into a folder.
    func write(to folder: String) throws {
        try textFile().write(to: folder + "/random-\(text.rawValue).gguf")
        try projectorFile().write(to: folder + "/mmproj-random-\(projector.rawValue).gguf")
    }

    // MARK: Text

    private func textFile() -> GGUFWriter {
        var file = GGUFWriter()
        file.add("general.architecture", "qwen35")
        let sizes = [
            "block_count": layers, "context_length": 262_144, "embedding_length": width, "feed_forward_length": inner,
            "attention.head_count": 8, "attention.head_count_kv": 2, "attention.key_length": 256,
            "attention.value_length": 256, "rope.dimension_count": 64, "ssm.conv_kernel": 4, "ssm.state_size": 128,
            "ssm.group_count": 16, "ssm.time_step_rank": 16, "ssm.inner_size": 2048,
        ]
        for (key, value) in sizes.sorted(by: { $0.key < $1.key }) { file.add("qwen35." + key, value) }
        file.add("qwen35.attention.layer_norm_rms_epsilon", Float(1e-6))
        file.add("qwen35.rope.freq_base", Float(1e7))
        MadeTokenizer(size: vocabulary).add(to: &file)
        texts("token_embd.weight", vocabulary, width, &file)
        ones("output_norm.weight", width, &file)
        for layer in 0..<layers { addLayer(layer, to: &file) }
        return file
    }

    private func addLayer(_ index: Int, to file: inout GGUFWriter) {
        let name = "blk.\(index)."
        ones(name + "attn_norm.weight", width, &file)
        ones(name + "post_attention_norm.weight", width, &file)
        texts(name + "ffn_gate.weight", inner, width, &file)
        texts(name + "ffn_up.weight", inner, width, &file)
        texts(name + "ffn_down.weight", width, inner, &file)
        if index % 4 == 3 {
            texts(name + "attn_q.weight", 4096, width, &file)
            texts(name + "attn_k.weight", 512, width, &file)
            texts(name + "attn_v.weight", 512, width, &file)
            texts(name + "attn_output.weight", width, 2048, &file)
            ones(name + "attn_q_norm.weight", 256, &file)
            ones(name + "attn_k_norm.weight", 256, &file)
            return
        }
        texts(name + "attn_qkv.weight", 6144, width, &file)
        texts(name + "attn_gate.weight", 2048, width, &file)
        texts(name + "ssm_alpha.weight", 16, width, &file)
        texts(name + "ssm_beta.weight", 16, width, &file)
        texts(name + "ssm_out.weight", width, 2048, &file)
        singles(name + "ssm_conv1d.weight", [6144, 4], { Float.random(in: -0.5...0.5) }, &file)
        // A head forgets at a rate of its own.
        singles(name + "ssm_a", [16], { -Float.random(in: 0.1...4) }, &file)
        singles(name + "ssm_dt.bias", [16], { Float.random(in: -4...0) }, &file)
        ones(name + "ssm_norm.weight", 128, &file)
    }

    // MARK: Projector

    private func projectorFile() -> GGUFWriter {
        var file = GGUFWriter()
        file.add("general.architecture", "clip")
        file.add("general.type", "mmproj")
        file.add("clip.has_vision_encoder", true)
        file.add("clip.projector_type", "minicpmv4_6")
        let sizes = [
            "image_size": 448, "patch_size": 14, "embedding_length": visionWidth, "feed_forward_length": visionInner,
            "block_count": visionLayers, "attention.head_count": 16, "projection_dim": width,
        ]
        for (key, value) in sizes.sorted(by: { $0.key < $1.key }) { file.add("clip.vision." + key, value) }
        file.add("clip.vision.attention.layer_norm_epsilon", Float(1e-6))
        file.add("clip.vision.wa_layer_indexes", [Int32(6)])
        let patch = 3 * 14 * 14
        var block = RandomBlock(.f16, size: 1 / Float(patch).squareRoot())
        file.addTensor("v.patch_embd.weight", [visionWidth, 3, 14, 14], .f16) { block.next() }
        zeros("v.patch_embd.bias", visionWidth, &file)
        singles(
            "v.position_embd.weight", [positions * positions, visionWidth], { Float.random(in: -0.1...0.1) }, &file)
        norm("v.post_ln", visionWidth, &file)
        for layer in 0..<visionLayers {
            let name = "v.blk.\(layer)."
            norm(name + "ln1", visionWidth, &file)
            norm(name + "ln2", visionWidth, &file)
            attention(name, &file)
            linear(name + "ffn_up", visionInner, visionWidth, &file)
            linear(name + "ffn_down", visionWidth, visionInner, &file)
        }
        let merged = 4 * visionWidth
        norm("v.vit_merger.ln1", visionWidth, &file)
        attention("v.vit_merger.", &file)
        norm("v.vit_merger.ds_ln", merged, &file)
        linear("v.vit_merger.ds_ffn_up", 4 * visionInner, merged, &file)
        linear("v.vit_merger.ds_ffn_down", visionWidth, 4 * visionInner, &file)
        norm("mm.input_norm", merged, &file)
        linear("mm.up", merged, merged, &file)
        linear("mm.down", width, merged, &file)
        return file
    }

    private func attention(_ name: String, _ file: inout GGUFWriter) {
        for part in ["attn_q", "attn_k", "attn_v", "attn_out"] { linear(name + part, visionWidth, visionWidth, &file) }
    }

    private func linear(_ name: String, _ out: Int, _ depth: Int, _ file: inout GGUFWriter) {
        matrix(name + ".weight", out, depth, depth % projector.blockCount == 0 ? projector : .f16, &file)
        zeros(name + ".bias", out, &file)
    }

    private func norm(_ name: String, _ count: Int, _ file: inout GGUFWriter) {
        ones(name + ".weight", count, &file)
        zeros(name + ".bias", count, &file)
    }

    // MARK: Numbers

    /// A matrix of a layer that takes in `depth` numbers: what it gives out is of their size.
    private func matrix(_ name: String, _ rows: Int, _ depth: Int, _ type: DType, _ file: inout GGUFWriter) {
        var block = RandomBlock(type, size: 1 / Float(depth).squareRoot())
        file.addTensor(name, [rows, depth], type) { block.next() }
    }

    private func texts(_ name: String, _ rows: Int, _ depth: Int, _ file: inout GGUFWriter) {
        matrix(name, rows, depth, text, &file)
    }

    private func singles(
        _ name: String, _ shape: [Int], _ number: @escaping () -> Float, _ file: inout GGUFWriter
    ) {
        file.addTensor(name, shape, .f32) { withUnsafeBytes(of: number().bitPattern.littleEndian) { Array($0) } }
    }

    private func ones(_ name: String, _ count: Int, _ file: inout GGUFWriter) {
        singles(name, [count], { 1 }, &file)
    }

    private func zeros(_ name: String, _ count: Int, _ file: inout GGUFWriter) {
        singles(name, [count], { 0 }, &file)
    }
}
