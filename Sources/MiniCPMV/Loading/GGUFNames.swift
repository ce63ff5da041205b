/// Which tensor of a GGUF pair stands for a tensor of the checkpoint. The table is MODEL.md §11.
enum GGUFNames {
    /// The name in the file, and which file: a checkpoint's name that is unknown stays as it is, and is not found.
    static func stored(_ name: String) -> (name: String, isProjector: Bool) {
        if let rest = name.suffix(after: "model.language_model.layers.") {
            return ("blk." + inLayer(rest, language), false)
        }
        if let rest = name.suffix(after: "model.vision_tower.encoder.layers.") {
            return ("v.blk." + inLayer(rest, visionLayer), true)
        }
        if let rest = name.suffix(after: "model.vision_tower.vit_merger.") {
            return ("v.vit_merger." + translated(rest, windowMerger), true)
        }
        return (
            rest[name] ?? translated(name, projector), name.hasPrefix("model.vision") || name.hasPrefix("model.merger")
        )
    }

    /// "7.mlp.gate_proj.weight" → "7.ffn_gate.weight".
    private static func inLayer(_ name: Substring, _ table: [(String, String)]) -> String {
        guard let dot = name.firstIndex(of: ".") else { return String(name) }
        return name[...dot] + translated(name[name.index(after: dot)...], table)
    }

    /// The first entry that the name begins with is replaced.
    private static func translated(_ name: some StringProtocol, _ table: [(String, String)]) -> String {
        for (checkpoint, stored) in table where name.hasPrefix(checkpoint) {
            return stored + name.dropFirst(checkpoint.count)
        }
        return String(name)
    }

    private static let rest = [
        "model.language_model.embed_tokens.weight": "token_embd.weight",
        "model.language_model.norm.weight": "output_norm.weight",
    ]

    private static let language = [
        ("input_layernorm.", "attn_norm."), ("post_attention_layernorm.", "post_attention_norm."),
        ("mlp.gate_proj.", "ffn_gate."), ("mlp.up_proj.", "ffn_up."), ("mlp.down_proj.", "ffn_down."),
        ("self_attn.q_proj.", "attn_q."), ("self_attn.k_proj.", "attn_k."), ("self_attn.v_proj.", "attn_v."),
        ("self_attn.o_proj.", "attn_output."), ("self_attn.q_norm.", "attn_q_norm."),
        ("self_attn.k_norm.", "attn_k_norm."), ("linear_attn.in_proj_qkv.", "attn_qkv."),
        ("linear_attn.in_proj_z.", "attn_gate."), ("linear_attn.in_proj_a.", "ssm_alpha."),
        ("linear_attn.in_proj_b.", "ssm_beta."), ("linear_attn.A_log", "ssm_a"), ("linear_attn.dt_bias", "ssm_dt.bias"),
        ("linear_attn.conv1d.", "ssm_conv1d."), ("linear_attn.norm.", "ssm_norm."),
        ("linear_attn.out_proj.", "ssm_out."),
    ]

    private static let visionLayer = [
        ("layer_norm1.", "ln1."), ("layer_norm2.", "ln2."), ("self_attn.q_proj.", "attn_q."),
        ("self_attn.k_proj.", "attn_k."), ("self_attn.v_proj.", "attn_v."), ("self_attn.out_proj.", "attn_out."),
        ("mlp.fc1.", "ffn_up."), ("mlp.fc2.", "ffn_down."),
    ]

    private static let windowMerger = [
        ("layer_norm1.", "ln1."), ("self_attn.q_proj.", "attn_q."), ("self_attn.k_proj.", "attn_k."),
        ("self_attn.v_proj.", "attn_v."), ("self_attn.out_proj.", "attn_out."), ("pre_norm.", "ds_ln."),
        ("linear_1.", "ds_ffn_up."), ("linear_2.", "ds_ffn_down."),
    ]

    private static let projector = [
        ("model.vision_tower.embeddings.patch_embedding.", "v.patch_embd."),
        ("model.vision_tower.embeddings.position_embedding.", "v.position_embd."),
        ("model.vision_tower.post_layernorm.", "v.post_ln."), ("model.merger.mlp.0.pre_norm.", "mm.input_norm."),
        ("model.merger.mlp.0.linear_1.", "mm.up."), ("model.merger.mlp.0.linear_2.", "mm.down."),
    ]
}

extension String {
    fileprivate func suffix(after prefix: String) -> Substring? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }
}
