import Foundation
import Tensors

/// A checkpoint of the true dimensions with random weights, as a pair of GGUF files: the text model in Q4_0, its embedding and
/// head included, the vision tower in F16. Speed does not depend on what weights have learnt. Sizes: MODEL.md §2.
enum RandomCheckpoint {
    private static let (width, inner, vocabulary, layers) = (1024, 3584, 248_094, 24)
    private static let (visionWidth, visionInner, visionLayers, positions) = (1152, 4304, 27, 70)

    /// Writes the pair into a folder.
    static func write(to folder: String) throws {
        try text().write(to: folder + "/random-Q4_0.gguf")
        try projector().write(to: folder + "/mmproj-random-F16.gguf")
    }

    // MARK: Text

    private static func text() -> GGUFWriter {
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
        fours("token_embd.weight", vocabulary, width, &file)
        ones("output_norm.weight", width, &file)
        for layer in 0..<layers { addLayer(layer, to: &file) }
        return file
    }

    private static func addLayer(_ index: Int, to file: inout GGUFWriter) {
        let name = "blk.\(index)."
        ones(name + "attn_norm.weight", width, &file)
        ones(name + "post_attention_norm.weight", width, &file)
        fours(name + "ffn_gate.weight", inner, width, &file)
        fours(name + "ffn_up.weight", inner, width, &file)
        fours(name + "ffn_down.weight", width, inner, &file)
        if index % 4 == 3 {
            fours(name + "attn_q.weight", 4096, width, &file)
            fours(name + "attn_k.weight", 512, width, &file)
            fours(name + "attn_v.weight", 512, width, &file)
            fours(name + "attn_output.weight", width, 2048, &file)
            ones(name + "attn_q_norm.weight", 256, &file)
            ones(name + "attn_k_norm.weight", 256, &file)
            return
        }
        fours(name + "attn_qkv.weight", 6144, width, &file)
        fours(name + "attn_gate.weight", 2048, width, &file)
        fours(name + "ssm_alpha.weight", 16, width, &file)
        fours(name + "ssm_beta.weight", 16, width, &file)
        fours(name + "ssm_out.weight", width, 2048, &file)
        singles(name + "ssm_conv1d.weight", [6144, 4], { Float.random(in: -0.5...0.5) }, &file)
        // A head forgets at a rate of its own.
        singles(name + "ssm_a", [16], { -Float.random(in: 0.1...4) }, &file)
        singles(name + "ssm_dt.bias", [16], { Float.random(in: -4...0) }, &file)
        ones(name + "ssm_norm.weight", 128, &file)
    }

    // MARK: Projector

    private static func projector() -> GGUFWriter {
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
        halves("v.patch_embd.weight", [visionWidth, 3, 14, 14], depth: patch, &file)
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

    private static func attention(_ name: String, _ file: inout GGUFWriter) {
        for part in ["attn_q", "attn_k", "attn_v", "attn_out"] { linear(name + part, visionWidth, visionWidth, &file) }
    }

    private static func linear(_ name: String, _ out: Int, _ depth: Int, _ file: inout GGUFWriter) {
        halves(name + ".weight", [out, depth], depth: depth, &file)
        zeros(name + ".bias", out, &file)
    }

    private static func norm(_ name: String, _ count: Int, _ file: inout GGUFWriter) {
        ones(name + ".weight", count, &file)
        zeros(name + ".bias", count, &file)
    }

    // MARK: Numbers

    /// Nibbles around 8 with a unit that gives sums the size of what is summed.
    private static func fours(_ name: String, _ rows: Int, _ depth: Int, _ file: inout GGUFWriter) {
        let unit = Float16(1 / (4.6 * Float(depth).squareRoot())).bitPattern
        file.addTensor(name, [rows, depth], .q4_0) {
            [UInt8(unit & 255), UInt8(unit >> 8)] + (0..<16).map { _ in UInt8.random(in: 0...255) }
        }
    }

    private static func halves(_ name: String, _ shape: [Int], depth: Int, _ file: inout GGUFWriter) {
        let bound = (3 / Float(depth)).squareRoot()
        file.addTensor(name, shape, .f16) {
            let bits = Float16(Float.random(in: -bound...bound)).bitPattern
            return [UInt8(bits & 255), UInt8(bits >> 8)]
        }
    }

    private static func singles(
        _ name: String, _ shape: [Int], _ number: @escaping () -> Float, _ file: inout GGUFWriter
    ) {
        file.addTensor(name, shape, .f32) { withUnsafeBytes(of: number().bitPattern.littleEndian) { Array($0) } }
    }

    private static func ones(_ name: String, _ count: Int, _ file: inout GGUFWriter) {
        singles(name, [count], { 1 }, &file)
    }

    private static func zeros(_ name: String, _ count: Int, _ file: inout GGUFWriter) {
        singles(name, [count], { 0 }, &file)
    }
}
