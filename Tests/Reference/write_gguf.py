#!/usr/bin/env python3
"""Writes a checkpoint folder as the pair of GGUF files that llama.cpp's converter would make: text and projector.

    write_gguf.py --model CHECKPOINT --out FOLDER --type f16|bf16|f32|q8_0|q4_0 [--dequantised FOLDER]

With --dequantised it also writes the checkpoint with the numbers that are left of each matrix, in float32: from it the reference
computes what an engine must answer with the GGUF files.

The layout is MODEL.md's section 11. Matrices whose rows are no whole blocks stay in half precision; vectors, norms, the
convolution and the position table are float32 whatever the type.
"""
import argparse
import json
import shutil
from pathlib import Path

import gguf
import numpy as np
import torch
from safetensors.torch import load_file, save_file

TYPES = {name: getattr(gguf.GGMLQuantizationType, name.upper()) for name in ("f32", "f16", "bf16", "q8_0", "q4_0")}

LANGUAGE = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "post_attention_norm", "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm", "linear_attn.in_proj_qkv": "attn_qkv", "linear_attn.in_proj_z": "attn_gate",
    "linear_attn.in_proj_a": "ssm_alpha", "linear_attn.in_proj_b": "ssm_beta", "linear_attn.conv1d": "ssm_conv1d",
    "linear_attn.norm": "ssm_norm", "linear_attn.out_proj": "ssm_out",
}
VISION = {
    "layer_norm1": "ln1", "layer_norm2": "ln2", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.out_proj": "attn_out", "mlp.fc1": "ffn_up", "mlp.fc2": "ffn_down",
    "pre_norm": "ds_ln", "linear_1": "ds_ffn_up", "linear_2": "ds_ffn_down",
}
REST = {
    "model.language_model.embed_tokens": "token_embd", "model.language_model.norm": "output_norm",
    "model.vision_tower.embeddings.patch_embedding": "v.patch_embd",
    "model.vision_tower.embeddings.position_embedding": "v.position_embd", "model.vision_tower.post_layernorm": "v.post_ln",
    "model.merger.mlp.0.pre_norm": "mm.input_norm", "model.merger.mlp.0.linear_1": "mm.up",
    "model.merger.mlp.0.linear_2": "mm.down",
}


def stored(name: str, value: np.ndarray) -> tuple[str, np.ndarray]:
    """The name and the numbers that a GGUF file has for a tensor of the checkpoint."""
    if name.endswith("A_log"):
        return f"blk.{name.split('.')[3]}.ssm_a", -np.exp(value)
    if name.endswith("dt_bias"):
        return f"blk.{name.split('.')[3]}.ssm_dt.bias", value
    stem, leaf = name.rsplit(".", 1)
    if stem in REST:
        return f"{REST[stem]}.{leaf}", value + 1 if stem.endswith("language_model.norm") else value
    parts = stem.split(".")
    if stem.startswith("model.language_model.layers."):
        kind = ".".join(parts[4:])
        if kind.endswith("conv1d"):
            value = value.reshape(value.shape[0], -1)
        one_more = kind.endswith(("layernorm", "q_norm", "k_norm"))  # these scale by 1 + weight
        return f"blk.{parts[3]}.{LANGUAGE[kind]}.{leaf}", value + 1 if one_more else value
    if stem.startswith("model.vision_tower.encoder.layers."):
        return f"v.blk.{parts[4]}.{VISION['.'.join(parts[5:])]}.{leaf}", value
    return f"v.vit_merger.{VISION['.'.join(parts[3:])]}.{leaf}", value


def pack(name: str, value: np.ndarray, kind: str):
    """The numbers in the wanted type, where they may have it; and the type."""
    plain = value.ndim < 2 or "norm" in name or "conv1d" in name or "position_embd" in name
    want = TYPES["f32"] if plain else TYPES[kind]
    block = gguf.GGML_QUANT_SIZES[want][0]
    if value.shape[-1] % block or (value.ndim > 2 and block > 1):
        want = TYPES["f16"]
    return gguf.quants.quantize(np.ascontiguousarray(value), want), want


def add_tokenizer(writer: gguf.GGUFWriter, folder: Path) -> None:
    data = json.loads((folder / "tokenizer.json").read_text())
    base = sorted(data["model"]["vocab"].items(), key=lambda item: item[1])
    added = sorted(data["added_tokens"], key=lambda token: token["id"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen35")
    writer.add_token_list([text for text, _ in base] + [token["content"] for token in added])
    writer.add_token_types([1] * len(base) + [3 if token["special"] else 4 for token in added])
    merges = data["model"]["merges"]
    writer.add_token_merges([" ".join(merge) if isinstance(merge, list) else merge for merge in merges])
    writer.add_add_bos_token(False)
    writer.add_chat_template((folder / "chat_template.jinja").read_text())


def text_writer(config: dict, folder: Path, out: Path) -> gguf.GGUFWriter:
    text = config["text_config"]
    writer = gguf.GGUFWriter(out, "qwen35")
    # As the converter does without its no-MTP option: one block more than there are.
    writer.add_block_count(text["num_hidden_layers"] + 1)
    writer.add_context_length(text["max_position_embeddings"])
    writer.add_embedding_length(text["hidden_size"])
    writer.add_feed_forward_length(text["intermediate_size"])
    writer.add_head_count(text["num_attention_heads"])
    writer.add_head_count_kv(text["num_key_value_heads"])
    writer.add_key_length(text["head_dim"])
    writer.add_value_length(text["head_dim"])
    writer.add_layer_norm_rms_eps(text["rms_norm_eps"])
    rope = text["rope_parameters"]
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_rope_dimension_count(int(text["head_dim"] * rope["partial_rotary_factor"]))
    writer.add_rope_dimension_sections([11, 11, 10, 0])
    writer.add_ssm_conv_kernel(text["linear_conv_kernel_dim"])
    writer.add_ssm_state_size(text["linear_key_head_dim"])
    writer.add_ssm_group_count(text["linear_num_key_heads"])
    writer.add_ssm_time_step_rank(text["linear_num_value_heads"])
    writer.add_ssm_inner_size(text["linear_num_value_heads"] * text["linear_value_head_dim"])
    writer.add_uint32("qwen35.full_attention_interval", text["full_attention_interval"])
    writer.add_uint32("qwen35.nextn_predict_layers", 1)
    add_tokenizer(writer, folder)
    return writer


def projector_writer(config: dict, folder: Path, out: Path) -> gguf.GGUFWriter:
    vision, settings = config["vision_config"], json.loads((folder / "preprocessor_config.json").read_text())
    writer = gguf.GGUFWriter(out, "clip")
    writer.add_type("mmproj")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "minicpmv4_6")
    for key, value in {
        "image_size": settings["scale_resolution"], "patch_size": vision["patch_size"],
        "embedding_length": vision["hidden_size"], "feed_forward_length": vision["intermediate_size"],
        "block_count": vision["num_hidden_layers"], "attention.head_count": vision["num_attention_heads"],
        "projection_dim": config["text_config"]["hidden_size"], "projector.scale_factor": 4,
    }.items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", vision["layer_norm_eps"])
    writer.add_array("clip.vision.image_mean", settings["image_mean"])
    writer.add_array("clip.vision.image_std", settings["image_std"])
    writer.add_array("clip.vision.wa_layer_indexes", [config["insert_layer_id"]])
    writer.add_bool("clip.use_gelu", True)
    return writer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--type", choices=TYPES, default="f16")
    parser.add_argument("--dequantised")
    args = parser.parse_args()
    folder, out = Path(args.model), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    config = json.loads((folder / "config.json").read_text())
    writers = {False: text_writer(config, folder, out / f"text-{args.type}.gguf"),
               True: projector_writer(config, folder, out / f"mmproj-{args.type}.gguf")}
    left = {}
    for name, tensor in load_file(folder / "model.safetensors").items():
        plain = tensor.to(torch.float32).numpy()
        to, value = stored(name, plain)
        data, kind = pack(to, value, args.type)
        lost = kind != TYPES["f32"]
        left[name] = torch.from_numpy(gguf.quants.dequantize(data, kind).reshape(plain.shape).copy() if lost else plain)
        writers[to.startswith(("v.", "mm."))].add_tensor(to, data, raw_dtype=kind)
    for writer in writers.values():
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    if args.dequantised:
        shutil.copytree(folder, args.dequantised, dirs_exist_ok=True)
        save_file(left, Path(args.dequantised) / "model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
