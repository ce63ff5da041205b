#!/usr/bin/env python3
"""Reference data for a from-scratch MiniCPM-V 4.6 inference engine.

The released weights are not needed.  This tool

* ``build``  writes a seeded random checkpoint with the true architecture, laid out like the release
             (config.json, generation_config.json, preprocessor_config.json, tokenizer.json,
             tokenizer_config.json, chat_template.jinja, model.safetensors in bfloat16);
* ``dump``   runs Hugging Face transformers in float32 on a fixed set of prompts, images and clips made
             here, and stores inputs, activations, logits and greedy tokens as .safetensors plus JSON;
* ``units``  stores small model-independent tables: resize, slicing, position buckets, frame sampling,
             frame composites, gated delta rule, rotary embedding, activations, prompts, tokenizer;
* ``run``    runs the reference on your own prompt, images or clip and dumps the same things;
* ``time``   measures the reference: vision encode, prefill, decode, peak memory.

    make_reference.py build --size tiny --out ref/tiny
    make_reference.py dump  --model ref/tiny --out ref/fixtures
    make_reference.py units --model ref/tiny --out ref/fixtures
    make_reference.py run   --model ref/tiny --image photo.png --prompt "What is this?" --out ref/mine
    make_reference.py build --size full --tokenizer tokenizer.json --out ref/full
    make_reference.py time  --model ref/full --dtype bfloat16

Needs: torch, torchvision, transformers >= 5.7, tokenizers, safetensors, pillow, numpy; PyAV only for
``run --video``.  Tested with torch 2.13 (CPU), torchvision 0.28, transformers 5.23.

Every random number comes from ``--seed`` and the tensor's name, so a checkpoint is reproducible for one
torch version.  Weights are drawn in float32, rounded to bfloat16 and stored so; ``dump`` widens them to
float32, so a parity test compares float32 arithmetic on identical weights.
"""
from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import resource
import sys
import time
import types
import zlib
from pathlib import Path

import numpy as np


# ----------------------------------------------------------------------------------------------- set-up

def import_torchvision() -> None:
    """Import torchvision even when its compiled operators do not match the installed torch.

    Nothing used here needs those operators, but a mismatch makes the module that registers their fake
    kernels fail at import, so that one module is replaced by an empty one.
    """
    try:
        importlib.import_module("torchvision")
    except (RuntimeError, OSError):
        for name in [m for m in sys.modules if m.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
        importlib.import_module("torchvision")


os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
import_torchvision()

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from PIL import Image  # noqa: E402
from safetensors.torch import save_file  # noqa: E402


# ------------------------------------------------------------------------------------- tokens and prompt

# Added tokens in id order; they follow the base vocabulary directly.  1 = special (hidden by
# skip_special_tokens), 0 = plain added token.  In the release the first one has id 248044.
ADDED_TOKENS = [
    ("<|endoftext|>", 1), ("<|im_start|>", 1), ("<|im_end|>", 1), ("<|object_ref_start|>", 1),
    ("<|object_ref_end|>", 1), ("<|box_start|>", 1), ("<|box_end|>", 1), ("<|quad_start|>", 1),
    ("<|quad_end|>", 1), ("<|vision_start|>", 1), ("<|vision_end|>", 1), ("<|vision_pad|>", 1),
    ("<|image_pad|>", 1), ("<|video_pad|>", 1), ("<tool_call>", 0), ("</tool_call>", 0),
    ("<|fim_prefix|>", 0), ("<|fim_middle|>", 0), ("<|fim_suffix|>", 0), ("<|fim_pad|>", 0),
    ("<|repo_name|>", 0), ("<|file_sep|>", 0), ("<tool_response>", 0), ("</tool_response>", 0),
    ("<think>", 0), ("</think>", 0), ("<|audio_start|>", 1), ("<|audio_end|>", 1), ("<tts_pad>", 1),
    ("<tts_text_bos>", 1), ("<tts_text_eod>", 1), ("<tts_text_bos_single>", 1), ("<|audio_pad|>", 1),
    ("<unk>", 1), ("<image>", 1), ("</image>", 1), ("<ref>", 1), ("</ref>", 1), ("<box>", 1),
    ("</box>", 1), ("<quad>", 1), ("</quad>", 1), ("<point>", 1), ("</point>", 1), ("<slice>", 1),
    ("</slice>", 1), ("<image_id>", 1), ("</image_id>", 1), ("<timestamp>", 1), ("</timestamp>", 1),
]

SPLIT_REGEX = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
               r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")

NAMED_TOKENS = {
    "image_token": "<|image_pad|>", "video_token": "<|video_pad|>", "image_start_token": "<image>",
    "image_end_token": "</image>", "slice_start_token": "<slice>", "slice_end_token": "</slice>",
    "image_id_start_token": "<image_id>", "image_id_end_token": "</image_id>",
}

# The system-prompt text that announces tools; the model was trained on exactly these bytes.
TOOL_HEAD = "# Tools\n\nYou have access to the following functions:\n\n<tools>"
TOOL_TAIL = (
    "\n</tools>\n\nIf you choose to call a function ONLY reply in the following format with NO suffix:\n\n"
    "<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n"
    "<parameter=example_parameter_2>\nThis is the value for the second parameter\nthat can span\n"
    "multiple lines\n</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n"
    "- Function calls MUST follow the specified format: an inner <function=...></function> block must be "
    "nested within <tool_call></tool_call> XML tags\n- Required parameters MUST be specified\n"
    "- You may provide optional reasoning for your function call in natural language BEFORE the function "
    "call, but NOT after\n- If there is no function call available, answer the question like normal with "
    "your current knowledge and do not tell the user about function calls\n</IMPORTANT>"
)


def chat_template() -> str:
    """A chat template that renders what the release's one renders (checked by text comparison)."""
    q = lambda s: json.dumps(s)  # noqa: E731  a Jinja string literal
    return r"""
{%- if enable_thinking is not defined %}{% set enable_thinking = false %}{% endif -%}

{%- macro flatten(c, plain) -%}
  {%- if c is string -%}{{- c -}}
  {%- elif c is none or c is undefined -%}
  {%- elif c is iterable and c is not mapping -%}
    {%- for part in c -%}
      {%- if not loop.first -%}{{- "\n" -}}{%- endif -%}
      {%- set visual = '' -%}
      {%- if 'image' in part or 'image_url' in part or part.type == 'image' -%}{%- set visual = '<|image_pad|>' -%}
      {%- elif 'video' in part or part.type == 'video' -%}{%- set visual = '<|video_pad|>' -%}
      {%- endif -%}
      {%- if visual and plain -%}{{- raise_exception('a system message holds text only') -}}{%- endif -%}
      {%- if visual -%}{{- visual -}}
      {%- elif 'text' in part -%}{{- part.text -}}
      {%- else -%}{{- raise_exception('unknown content part') -}}
      {%- endif -%}
    {%- endfor -%}
  {%- else -%}{{- raise_exception('unknown content type') -}}
  {%- endif -%}
{%- endmacro -%}

{%- macro call_block(call) -%}
  {{- '<tool_call>\n<function=' ~ call.name ~ '>\n' -}}
  {%- if call.arguments is defined -%}
    {%- for key, value in call.arguments | items -%}
      {{- '<parameter=' ~ key ~ '>\n' -}}
      {%- if value is mapping or (value is sequence and value is not string) -%}{{- value | tojson -}}
      {%- else -%}{{- value | string -}}
      {%- endif -%}
      {{- '\n</parameter>\n' -}}
    {%- endfor -%}
  {%- endif -%}
  {{- '</function>\n</tool_call>' -}}
{%- endmacro -%}

{%- if not messages -%}{{- raise_exception('empty conversation') -}}{%- endif -%}
{%- set head = messages[0] -%}
{%- set head_text = flatten(head.content, true) | trim if head.role == 'system' else '' -%}
{%- if tools and tools is iterable and tools is not mapping -%}
  {{- '<|im_start|>system\n' ~ """ + q(TOOL_HEAD) + r""" -}}
  {%- for tool in tools -%}{{- '\n' ~ (tool | tojson) -}}{%- endfor -%}
  {{- """ + q(TOOL_TAIL) + r""" -}}
  {%- if head_text -%}{{- '\n\n' ~ head_text -}}{%- endif -%}
  {{- '<|im_end|>\n' -}}
{%- elif head.role == 'system' -%}
  {{- '<|im_start|>system\n' ~ head_text ~ '<|im_end|>\n' -}}
{%- endif -%}

{#- the last user turn that is not a wrapped tool result: reasoning is kept only after it -#}
{%- set mark = namespace(query=-1) -%}
{%- for m in messages -%}
  {%- if m.role == 'user' -%}
    {%- set t = flatten(m.content, false) | trim -%}
    {%- if not (t.startswith('<tool_response>') and t.endswith('</tool_response>')) -%}
      {%- set mark.query = loop.index0 -%}
    {%- endif -%}
  {%- endif -%}
{%- endfor -%}
{%- if mark.query < 0 -%}{{- raise_exception('no user question') -}}{%- endif -%}

{%- for m in messages -%}
  {%- set text = flatten(m.content, false) | trim -%}
  {%- if m.role == 'system' -%}
    {%- if not loop.first -%}{{- raise_exception('system message out of place') -}}{%- endif -%}
  {%- elif m.role == 'user' -%}
    {{- '<|im_start|>user\n' ~ text ~ '<|im_end|>\n' -}}
  {%- elif m.role == 'assistant' -%}
    {%- set thought = '' -%}
    {%- if m.reasoning_content is string -%}{%- set thought = m.reasoning_content -%}
    {%- elif '</think>' in text -%}
      {%- set thought = text.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') -%}
      {%- set text = text.split('</think>')[-1].lstrip('\n') -%}
    {%- endif -%}
    {{- '<|im_start|>assistant\n' -}}
    {%- if loop.index0 > mark.query -%}{{- '<think>\n' ~ (thought | trim) ~ '\n</think>\n\n' -}}{%- endif -%}
    {{- text -}}
    {%- if m.tool_calls and m.tool_calls is iterable and m.tool_calls is not mapping -%}
      {%- for call in m.tool_calls -%}
        {%- if not loop.first -%}{{- '\n' -}}
        {%- elif text | trim -%}{{- '\n\n' -}}
        {%- endif -%}
        {{- call_block(call.function if call.function is defined else call) -}}
      {%- endfor -%}
    {%- endif -%}
    {{- '<|im_end|>\n' -}}
  {%- elif m.role == 'tool' -%}
    {%- if loop.previtem and loop.previtem.role != 'tool' -%}{{- '<|im_start|>user' -}}{%- endif -%}
    {{- '\n<tool_response>\n' ~ text ~ '\n</tool_response>' -}}
    {%- if loop.last or loop.nextitem.role != 'tool' -%}{{- '<|im_end|>\n' -}}{%- endif -%}
  {%- else -%}{{- raise_exception('unknown role') -}}
  {%- endif -%}
{%- endfor -%}

{%- if add_generation_prompt -%}
  {{- '<|im_start|>assistant\n<think>\n' -}}
  {%- if enable_thinking is false -%}{{- '\n</think>\n\n' -}}{%- endif -%}
{%- endif -%}
""".strip("\n")


# ------------------------------------------------------------------------------------------- checkpoint

def text_config(size: str, vocab: int) -> dict:
    full = size == "full"
    layers = 24 if full else 8
    return {
        "attention_bias": False, "attention_dropout": 0.0, "attn_output_gate": True,
        "full_attention_interval": 4, "head_dim": 256 if full else 32, "hidden_act": "silu",
        "hidden_size": 1024 if full else 64, "initializer_range": 0.02,
        "intermediate_size": 3584 if full else 160,
        "layer_types": ["full_attention" if i % 4 == 3 else "linear_attention" for i in range(layers)],
        "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128 if full else 16,
        "linear_num_key_heads": 16 if full else 4, "linear_num_value_heads": 16 if full else 4,
        "linear_value_head_dim": 128 if full else 16, "mamba_ssm_dtype": "float32",
        "max_position_embeddings": 262144 if full else 4096, "mlp_only_layers": [],
        "mtp_num_hidden_layers": 1, "mtp_use_dedicated_embeddings": False,
        "num_attention_heads": 8 if full else 4, "num_hidden_layers": layers,
        "num_key_value_heads": 2, "partial_rotary_factor": 0.25, "rms_norm_eps": 1e-6,
        "rope_parameters": {"partial_rotary_factor": 0.25, "rope_theta": 10000000, "rope_type": "default"},
        "vocab_size": vocab, "model_type": "qwen3_5_text", "tie_word_embeddings": True,
    }


def vision_config(size: str) -> dict:
    full = size == "full"
    return {
        "attention_dropout": 0.0, "hidden_act": "gelu_pytorch_tanh", "hidden_size": 1152 if full else 72,
        "image_size": 980 if full else 448, "intermediate_size": 4304 if full else 136,
        "layer_norm_eps": 1e-6, "model_type": "minicpmv4_6_vision",
        "num_attention_heads": 16 if full else 3, "num_channels": 3,
        "num_hidden_layers": 27 if full else 5, "patch_size": 14,
    }


def build_config(size: str, vocab: int, first_added: int) -> dict:
    at = {name: first_added + i for i, (name, _) in enumerate(ADDED_TOKENS)}
    return {
        "architectures": ["MiniCPMV4_6ForConditionalGeneration"], "bos_token_id": None,
        "drop_vision_last_layer": False, "eos_token_id": at["<|endoftext|>"], "image_size": 1120,
        "model_type": "minicpmv4_6", "pad_token_id": None, "tie_word_embeddings": True, "use_cache": True,
        "vision_config": vision_config(size), "text_config": text_config(size, vocab),
        "insert_layer_id": 6 if size == "full" else 1,
        "image_token_id": at["<|image_pad|>"], "video_token_id": at["<|video_pad|>"],
    }


CORPUS = """
A model that reads pictures first cuts them into patches, and a patch becomes a token. The quick brown fox
jumps over the lazy dog while the camera counts seventeen frames, three slices and one receipt.
What is in this picture? Describe the video in detail. Please list every line of text on the label.
I can see a red square, a green circle and a blue line; the total is 42.50 and the date is 2026-05-11.
def area(width, height):\n    return width * height\n
{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}
<function=get_weather>\n<parameter=location>\nBeijing\n</parameter>\n</function>
图片里有什么？请描述这张图片。今天天气很好，我们去公园看花。视频一共有多少帧？
Bonjour le monde, ça va très bien. Größe, Straße, Übung. El niño comió piñas. Привет, мир! Как дела?
こんにちは世界。写真の中に猫がいます。 안녕하세요 세계. यह एक परीक्षण है. مرحبا بالعالم
""" * 4


def train_tokenizer(base_vocab: int = 640, pad_to: int = 0):
    """A small byte-level BPE tokenizer with the release's normaliser, splitter and added tokens.

    ``pad_to`` fills the base vocabulary with entries that no text can produce, so that the added tokens get the
    released ids.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from tokenizers import processors, trainers

    tok = Tokenizer(models.BPE(continuing_subword_prefix="", end_of_word_suffix=""))
    tok.normalizer = normalizers.NFC()
    tok.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT_REGEX), behavior="isolated", invert=False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
    ])
    trainer = trainers.BpeTrainer(vocab_size=base_vocab, show_progress=False, min_frequency=2,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tok.train_from_iterator([CORPUS], trainer)
    if pad_to:
        text = json.loads(tok.to_str())
        vocab = text["model"]["vocab"]
        vocab.update({f"\u2400{i}": i for i in range(len(vocab), pad_to)})
        tok = Tokenizer.from_str(json.dumps(text))
    tok.post_processor = processors.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tok.decoder = decoders.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tok.add_tokens([AddedToken(t, normalized=False, special=bool(s)) for t, s in ADDED_TOKENS])
    return tok


def draw(name: str, shape, gen: torch.Generator, hidden: int) -> torch.Tensor:
    """One random tensor, scaled by what it does so that activations neither vanish nor explode."""
    normal = lambda std, mean=0.0: torch.randn(shape, generator=gen) * std + mean  # noqa: E731
    last = name.rsplit(".", 2)[-2:]
    leaf, kind = ".".join(last), name.rsplit(".", 1)[-1]
    if name.endswith("embed_tokens.weight"):
        return normal(2.5 / math.sqrt(hidden))
    if kind == "A_log":
        return torch.log(torch.rand(shape, generator=gen) * 15 + 1)
    if kind == "dt_bias":  # softplus(dt_bias) log-uniform in [1e-3, 1e-1], as for state-space models
        dt = torch.exp(torch.rand(shape, generator=gen) * math.log(100) + math.log(1e-3))
        return dt + torch.log(-torch.expm1(-dt))
    if leaf == "conv1d.weight":
        return normal(0.5)
    if leaf == "position_embedding.weight":
        return normal(0.5)
    if "linear_attn.norm" in name:
        return normal(0.1, 1.0)
    if "language_model" in name and "norm" in leaf:  # these norms scale by 1 + weight
        return normal(0.1)
    if "norm" in leaf:  # LayerNorm of the vision tower and the mergers
        return normal(0.1, 1.0 if kind == "weight" else 0.0)
    if kind == "bias":
        return normal(0.1)
    gain = {"out_proj.weight": 1.5, "o_proj.weight": 2.0, "down_proj.weight": 2.5, "fc2.weight": 1.5,
            "patch_embedding.weight": 1.5, "linear_2.weight": 1.0}.get(leaf, 1.0)
    fan_in = int(np.prod(shape[1:]))
    return normal(gain / math.sqrt(fan_in))


def cmd_build(args) -> None:
    from tokenizers import Tokenizer
    from transformers import MiniCPMV4_6Config, MiniCPMV4_6ForConditionalGeneration

    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    tok = Tokenizer.from_file(args.tokenizer) if args.tokenizer else train_tokenizer(
        pad_to=248044 if args.size == "full" else 0)
    first = tok.token_to_id("<|endoftext|>")
    assert all(tok.token_to_id(t) == first + i for i, (t, _) in enumerate(ADDED_TOKENS)), "added tokens moved"
    vocab = first + len(ADDED_TOKENS)
    raw = build_config(args.size, vocab, first)

    torch.manual_seed(args.seed)
    torch.set_default_dtype(torch.bfloat16)
    model = MiniCPMV4_6ForConditionalGeneration(MiniCPMV4_6Config.from_dict(raw))
    torch.set_default_dtype(torch.float32)
    hidden = raw["text_config"]["hidden_size"]
    with torch.no_grad():
        for name, p in model.named_parameters():
            gen = torch.Generator().manual_seed(args.seed * 1_000_003 + zlib.crc32(name.encode()))
            p.copy_(draw(name, p.shape, gen, hidden))
    model.generation_config.do_sample = False
    model.save_pretrained(out, max_shard_size="20GB")

    def write(name, obj):
        (out / name).write_text(json.dumps(obj, indent=2, ensure_ascii=False) + "\n")

    write("config.json", {**raw, "transformers_version": "5.7.0"})  # the release's own layout
    at = {t: first + i for i, (t, _) in enumerate(ADDED_TOKENS)}
    write("generation_config.json", {
        "bos_token_id": at["<|im_start|>"], "do_sample": True,
        "eos_token_id": [at["<|endoftext|>"], at["<|im_end|>"]], "temperature": 0.7, "top_k": 0,
        "top_p": 1.0, "repetition_penalty": 1.0, "transformers_version": "5.7.0"})
    write("preprocessor_config.json", {
        "image_processor_type": "MiniCPMV4_6ImageProcessor", "processor_class": "MiniCPMV4_6Processor",
        "max_slice_nums": 9, "scale_resolution": 448 if args.size == "full" else 112, "patch_size": 14,
        "use_image_id": True, "slice_mode": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3})
    template = Path(args.chat_template).read_text() if args.chat_template else chat_template()
    (out / "chat_template.jinja").write_text(template)
    write("tokenizer_config.json", {
        "add_prefix_space": False, "bos_token": "<|im_start|>", "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>", "extra_special_tokens": NAMED_TOKENS, **NAMED_TOKENS,
        "model_max_length": 262144, "pad_token": "<|endoftext|>", "processor_class": "MiniCPMV4_6Processor",
        "tokenizer_class": "TokenizersBackend", "unk_token": "<unk>"})
    tok.save(str(out / "tokenizer.json"))
    n = sum(p.numel() for p in model.parameters())
    print(f"{args.size}: {n:,} parameters, {len(model.state_dict()) - 1} stored tensors, vocabulary {vocab}")


# -------------------------------------------------------------------------------------------- reference

def load(model_dir, dtype=torch.float32, attn="sdpa"):
    from transformers import AutoProcessor, MiniCPMV4_6ForConditionalGeneration

    processor = AutoProcessor.from_pretrained(model_dir)
    model = MiniCPMV4_6ForConditionalGeneration.from_pretrained(model_dir, dtype=dtype,
                                                                attn_implementation=attn).eval()
    return model, processor


class Capture:
    """Collects module outputs by forward hooks while it is entered."""

    def __init__(self, model, layers: bool):
        self.out: dict[str, torch.Tensor] = {}
        core, vision = model.model, model.model.vision_tower
        pick = [(vision.embeddings.patch_embedding, "vision.patch_conv"), (vision.embeddings, "vision.embed"),
                (vision.vit_merger, "vision.vit_merger"), (vision.post_layernorm, "vision.post_norm"),
                (core.language_model.norm, "text.final_norm")]
        if layers:
            pick += [(m, f"vision.layer.{i}") for i, m in enumerate(vision.encoder.layers)]
            pick += [(m, f"text.layer.{i}") for i, m in enumerate(core.language_model.layers)]
        self.pick, self.core = pick, core

    def __enter__(self):
        def keep(name):
            def hook(_module, _args, output):
                o = output[0] if isinstance(output, tuple) else output
                o = o.detach().float()
                o = o.flatten(2).transpose(1, 2) if name == "vision.patch_conv" else o  # [1, patches, channels]
                self.add(name, o.squeeze(0))
            return hook

        def embeds(_module, args, kwargs):
            self.add("text.inputs_embeds", kwargs["inputs_embeds"].detach().float().squeeze(0))

        def merged(_module, _args, output):
            self.add("vision.merged", torch.cat([o.detach().float() for o in output]))

        self.hooks = [m.register_forward_hook(keep(n)) for m, n in self.pick]
        self.hooks.append(self.core.language_model.register_forward_pre_hook(embeds, with_kwargs=True))
        self.hooks.append(self.core.merger.register_forward_hook(merged))
        return self

    def add(self, name: str, value: torch.Tensor) -> None:
        """Keep a copy; pictures and clips go through the vision tower in two calls, stored one after the other."""
        old = self.out.get(name)
        self.out[name] = value.clone() if old is None else torch.cat([old, value])

    def __exit__(self, *_):
        for h in self.hooks:
            h.remove()


def cache_tensors(cache, layer_types) -> dict[str, torch.Tensor]:
    """Key/value caches, convolution states and recurrent states after a forward pass."""
    got = {}
    for i, kind in enumerate(layer_types):
        layer = cache.layers[i]
        if kind == "full_attention":
            got[f"cache.{i}.key"] = layer.keys.detach().float().squeeze(0)
            got[f"cache.{i}.value"] = layer.values.detach().float().squeeze(0)
        else:
            got[f"cache.{i}.conv"] = layer.conv_states[0].detach().float().squeeze(0)
            got[f"cache.{i}.recurrent"] = layer.recurrent_states[0].detach().float().squeeze(0)
    return {k: v.contiguous().clone() for k, v in got.items()}


@torch.no_grad()
def greedy(model, inputs: dict, mode: str, steps: int, capture: Capture | None):
    """Prefill plus greedy decoding, never stopping early.  Returns prefill logits, per-step logits, ids, cache."""
    model_in = {k: v for k, v in inputs.items() if torch.is_tensor(v)}
    if capture:
        with capture:
            first = model(**model_in, use_cache=True, downsample_mode=mode)
    else:
        first = model(**model_in, use_cache=True, downsample_mode=mode)
    cache = first.past_key_values
    state = cache_tensors(cache, model.config.text_config.layer_types)
    logits, ids, step = [first.logits[0, -1].float()], [], first.logits[0, -1]
    for i in range(steps):
        ids.append(int(step.argmax()))
        if i + 1 == steps:
            break
        step = model(input_ids=torch.tensor([[ids[-1]]]), past_key_values=cache, use_cache=True).logits[0, -1]
        logits.append(step.float())
    return first.logits[0].float(), torch.stack(logits), ids, state


def pixels_to_u8(pixel_values: torch.Tensor) -> torch.Tensor:
    """Normalised pixels back to bytes; exact, because normalisation is (byte - 127.5) / 127.5."""
    b = torch.round(pixel_values * 127.5 + 127.5).clamp(0, 255).to(torch.uint8)
    mean = torch.tensor(0.5) * (1.0 / (1 / 255))
    assert torch.equal((b.float() - mean) / mean, pixel_values), "pixel values are not plain bytes"
    return b


def prepare(processor, case: dict) -> tuple[dict, str]:
    """Render the prompt, load the media, and run the processor."""
    messages, images, videos, metas = [], [], [], []
    for m in case["messages"]:
        m = dict(m)
        if isinstance(m.get("content"), list):
            parts = []
            for p in m["content"]:
                if p["type"] == "image":
                    images.append(p["image"])
                elif p["type"] == "video":
                    videos.append(p["video"]["frames"])
                    metas.append(p["video"]["meta"])
                parts.append({"type": p["type"]} if p["type"] != "text" else p)
            m["content"] = parts
        messages.append(m)
    text = processor.apply_chat_template(
        messages, tools=case.get("tools"), add_generation_prompt=case.get("add_generation_prompt", True),
        tokenize=False, **case.get("template", {}))
    kwargs = dict(case.get("processor", {}))
    if videos:
        kwargs["video_metadata"] = metas
    inputs = processor(text=[text], images=[images] if images else None, videos=videos or None,
                       return_tensors="pt", **kwargs)
    return dict(inputs), text


def dump_case(model, processor, case: dict, out: Path, steps: int, layers: bool, all_logits: bool,
              with_cache: bool, compact: bool = False) -> dict:
    name, mode = case["name"], case.get("processor", {}).get("downsample_mode", "16x")
    inputs, prompt = prepare(processor, case)
    cap = Capture(model, layers or compact)
    full_logits, step_logits, ids, state = greedy(model, inputs, mode, steps, cap)
    tensors = {"input_ids": inputs["input_ids"][0].to(torch.int32),
               "position_ids": torch.arange(inputs["input_ids"].shape[1], dtype=torch.int32),
               "step_logits": step_logits, "generated_ids": torch.tensor(ids, dtype=torch.int32)}
    for key in ("pixel_values", "pixel_values_videos"):
        if inputs.get(key) is not None:
            tensors[key + ".u8"] = pixels_to_u8(inputs[key])[0].contiguous()
    for key in ("target_sizes", "target_sizes_videos"):
        if inputs.get(key) is not None:
            tensors[key] = inputs[key].to(torch.int32)
    if not compact:
        keep = cap.out if layers else {k: v for k, v in cap.out.items() if k == "vision.merged"}
        tensors.update(keep)
    if compact:  # true dimensions: last position of every activation, and the 64 best logits of every step
        tensors.update({k: v[-1:] for k, v in cap.out.items()})
        best = tensors.pop("step_logits").topk(64, dim=-1)
        tensors.update({"step_top_logits": best.values, "step_top_ids": best.indices.to(torch.int32)})
        if "vision.merged" in cap.out:
            tensors["vision.merged"] = cap.out["vision.merged"]
    elif all_logits:
        tensors["logits"] = full_logits
    if not compact and not all_logits:  # the best of each step tell as much, in a twentieth of the room
        best = tensors.pop("step_logits").topk(64, dim=-1)
        tensors.update({"step_top_logits": best.values, "step_top_ids": best.indices.to(torch.int32)})
    if with_cache and not compact:
        tensors.update(state)
    save_file({k: v.contiguous() for k, v in tensors.items()}, out / f"{name}.safetensors")

    top = step_logits.topk(2, dim=-1).values
    check = model.generate(**{k: v for k, v in inputs.items() if torch.is_tensor(v)}, downsample_mode=mode,
                           max_new_tokens=steps, do_sample=False, eos_token_id=None, temperature=None,
                           top_p=None, top_k=None)[0, inputs["input_ids"].shape[1]:].tolist()
    assert check == ids, f"{name}: generate() disagrees with the step loop"
    spread = {k: round(float(v.std()), 4) for k, v in cap.out.items()
              if k in ("vision.embed", "vision.vit_merger", "vision.post_norm", "vision.merged",
                       "text.inputs_embeds", "text.final_norm")}
    tok = processor.tokenizer
    record = {
        "name": name, "file": f"{name}.safetensors", "prompt": prompt, "downsample_mode": mode,
        "template": case.get("template", {}), "processor": case.get("processor", {}),
        "tools": case.get("tools"), "messages": case.get("plain", case["messages"]),
        "media": case.get("media", []), "prompt_tokens": int(inputs["input_ids"].shape[1]),
        "generated_ids": ids, "generated_text": tok.decode(ids, skip_special_tokens=False),
        "distinct_generated": len(set(ids)), "smallest_top2_gap": round(float((top[:, 0] - top[:, 1]).min()), 5),
        "std": spread,
    }
    print(f"{name:22s} tokens {record['prompt_tokens']:4d}  distinct {record['distinct_generated']:2d}/{steps}"
          f"  gap {record['smallest_top2_gap']:.4f}  {spread}")
    return record


# ----------------------------------------------------------------------------------------- made-up media

def picture(width: int, height: int, seed: int, alpha: bool = False) -> Image.Image:
    """A small deterministic picture: a colour ramp, rings, bars and a little noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    ring = np.sin(np.hypot(x - width * 0.35, y - height * 0.6) / (2.0 + seed % 5)) * 70
    rgb = np.stack([x / max(width - 1, 1) * 255, y / max(height - 1, 1) * 255, 128 + ring], -1)
    rgb[(x.astype(int) // 11 + seed) % 4 == 0] += [60, -40, 10]
    rgb[height // 4: height // 2, width // 2: width // 2 + max(3, width // 6)] = [230, 30, 40]
    rgb += rng.integers(-3, 4, size=(height, width, 1))
    out = np.clip(np.rint(rgb), 0, 255).astype(np.uint8)
    if alpha:
        a = np.clip(np.rint(255 - np.hypot(x - width / 2, y - height / 2) * 4), 0, 255).astype(np.uint8)
        return Image.fromarray(np.dstack([out, a]))
    return Image.fromarray(out)


def save_ppm(image: Image.Image, path: Path) -> None:
    """The picture as the engine gets it: raw pixels, alpha composited over white as the reference's processor does."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, (255,) * 4), image)
    image.convert("RGB").save(path, format="PPM")


def clip(frames: int, width: int, height: int, seed: int) -> np.ndarray:
    """A clip in which a square moves over a slowly changing ramp: [frames, height, width, 3] bytes."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    got = []
    for t in range(frames):
        rgb = np.stack([x * 255 / width, y * 255 / height, np.full_like(x, 20 + 230 * t / frames)], -1)
        cx, cy = int((t + 1) * (width - 14) / (frames + 1)), int(abs(math.sin(t + seed)) * (height - 14))
        rgb[cy:cy + 14, cx:cx + 14] = [255 - 9 * t, 250, 11 * t % 255]
        got.append(np.clip(np.rint(rgb), 0, 255).astype(np.uint8))
    return np.stack(got)


WEATHER_TOOLS = [
    {"type": "function", "function": {
        "name": "get_weather", "description": "Get the current weather for a given location",
        "parameters": {"type": "object", "properties": {
            "location": {"type": "string", "description": "City name"},
            "days": {"type": "integer", "description": "How many days – up to 7"}},
            "required": ["location"]}}},
    {"type": "function", "function": {
        "name": "save_note", "description": "Save a note",
        "parameters": {"type": "object", "properties": {
            "note": {"type": "object", "description": "title and tags"}}, "required": ["note"]}}},
]

TOOL_TURNS = [
    {"role": "system", "content": "You are a careful assistant."},
    {"role": "user", "content": "Weather in Beijing and Paris? Then save a note."},
    {"role": "assistant", "content": "I will look both up.", "reasoning_content": "Two calls are needed.\n",
     "tool_calls": [
         {"type": "function", "function": {"name": "get_weather",
                                           "arguments": {"location": "北京", "days": 3}}},
         {"type": "function", "function": {"name": "save_note", "arguments": {
             "note": {"title": "Trip", "tags": ["a", "b"], "urgent": False}}}}]},
    {"role": "tool", "content": "{\"temperature\": 21, \"sky\": \"clear\"}"},
    {"role": "tool", "content": "saved"},
]


def text_turn(text: str) -> dict:
    return {"role": "user", "content": text}


def cases(out: Path, size: str) -> list[dict]:
    """All cases; pictures and clips are written next to the dumps so that an engine can decode them."""
    media = out / "media"
    media.mkdir(parents=True, exist_ok=True)
    big = size == "full"
    scale = 4 if big else 1
    pics = {"small": (90, 70, 1, False), "photo": (200, 150, 2, False), "wide": (320, 64, 3, False),
            "page": (200, 290, 4, False), "alpha": (61, 83, 5, True)}
    image = {}
    for key, (w, h, seed, alpha) in pics.items():
        image[key] = picture(w * scale, h * scale, seed, alpha)
        save_ppm(image[key], media / f"{key}.ppm")
    clips = {"short": (14, 64, 48, 1, 4.0), "long": (42, 48, 36, 2, 6.0)}
    video = {}
    for key, (n, w, h, seed, fps) in clips.items():
        frames = clip(n, w * scale, h * scale, seed)
        save_file({"frames": torch.from_numpy(frames)}, media / f"{key}.safetensors")
        video[key] = {"frames": frames, "meta": {"total_num_frames": n, "fps": fps, "duration": n / fps}}

    def see(name, question, parts, processor=None, template=None, **more):
        content, plain, used = [], [], []
        for kind, key in parts:
            if kind == "image":
                content.append({"type": "image", "image": image[key]})
                used.append(f"media/{key}.ppm")
            else:
                content.append({"type": "video", "video": video[key]})
                used.append({"file": f"media/{key}.safetensors", **video[key]["meta"]})
            plain.append({"type": kind})
        content.append({"type": "text", "text": question})
        plain.append(content[-1])
        return {"name": name, "messages": [{"role": "user", "content": content}],
                "plain": [{"role": "user", "content": plain}], "media": used,
                "processor": processor or {}, "template": template or {}, **more}

    vid = {"max_slice_nums": 1, "use_image_id": False}
    return [
        {"name": "text", "messages": [text_turn("Hello, what can you help me with? 你好！")], "layers": True,
         "logits": True, "cache": True},
        {"name": "text_thinking", "template": {"enable_thinking": True}, "messages": [
            {"role": "system", "content": "You are brief."}, text_turn("What is 84 * 3 / 2?")], "layers": True},
        {"name": "text_long", "cache": True, "messages": [text_turn(
            "Count slowly and describe every patch of the picture in detail, please. " * 6)]},
        {"name": "text_turns", "messages": [
            text_turn("First question?"),
            {"role": "assistant", "content": "<think>\nsome thought\n</think>\n\nFirst answer."},
            text_turn("Second question?"),
            {"role": "assistant", "content": "Second answer.", "reasoning_content": "hidden"},
            text_turn("Third question?")]},
        {"name": "tools", "messages": [text_turn("the weather of Beijing")], "tools": WEATHER_TOOLS[:1]},
        {"name": "tool_results", "messages": TOOL_TURNS, "tools": WEATHER_TOOLS,
         "template": {"enable_thinking": True}},
        see("image_16x", "What is this?", [("image", "small")], {"downsample_mode": "16x"}, layers=True, cache=True),
        see("image_4x", "What is this?", [("image", "small")], {"downsample_mode": "4x"}, layers=True),
        see("image_16x_thinking", "Why?", [("image", "alpha")], template={"enable_thinking": True}),
        see("slices_2x2_16x", "Describe the image.", [("image", "photo")], layers=True),
        see("slices_1x3_4x", "Read it.", [("image", "wide")], {"downsample_mode": "4x"}),
        see("slices_page_16x", "Read it.", [("image", "page")], {"max_slice_nums": 36}),
        see("slices_off", "Read it.", [("image", "page")], {"slice_mode": False, "use_image_id": False}),
        see("two_images_16x", "Compare them.", [("image", "small"), ("image", "wide")]),
        see("two_images_4x", "Compare them.", [("image", "alpha"), ("image", "small")], {"downsample_mode": "4x"}),
        see("video_stack1_16x", "What moves?", [("video", "short")], {**vid, "stack_frames": 1}),
        see("video_stack3_16x", "What moves?", [("video", "short")], {**vid, "stack_frames": 3}),
        see("video_stack1_4x", "What moves?", [("video", "short")],
            {**vid, "stack_frames": 1, "downsample_mode": "4x"}),
        see("video_long_stack3", "Summarise.", [("video", "long")],
            {**vid, "stack_frames": 3, "max_num_frames": 4}),
        see("image_and_video", "Is it in the clip?", [("image", "small"), ("video", "short")],
            {"max_slice_nums": 1}),
    ]


def cmd_dump(args) -> None:
    torch.manual_seed(0)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    model, processor = load(args.model, torch.float32, args.attn)
    size = "full" if model.config.text_config.hidden_size >= 512 else "tiny"
    want = set(args.cases.split(",")) if args.cases else None
    index = []
    for case in cases(out, size):
        if want and case["name"] not in want:
            continue
        index.append(dump_case(model, processor, case, out, args.steps, case.get("layers", False) and not args.slim,
                               case.get("logits", False) and not args.slim,
                               case.get("cache", False) and not args.slim, size == "full"))
    (out / "index.json").write_text(json.dumps({
        "made_by": "make_reference.py dump", "torch": torch.__version__, "attention": args.attn,
        "transformers": importlib.import_module("transformers").__version__,
        "arithmetic": "float32 on weights rounded to bfloat16", "steps": args.steps, "cases": index},
        indent=1, ensure_ascii=False) + "\n")
    total = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"{len(index)} cases, {total / 1e6:.2f} MB in {out}")


# ------------------------------------------------------------------------------------------------ units

def cmd_units(args) -> None:
    from torchvision.transforms.v2 import functional as TF
    from transformers import AutoProcessor
    from transformers.models.minicpmv4_6.image_processing_minicpmv4_6 import MiniCPMV4_6ImageProcessor
    from transformers.models.minicpmv4_6.video_processing_minicpmv4_6 import MiniCPMV4_6VideoProcessor
    from transformers.models.qwen3_5 import modeling_qwen3_5 as q35
    from transformers.video_utils import VideoMetadata
    from transformers.vision_utils import get_vision_nearest_position_ids

    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    rng, gen = np.random.default_rng(7), torch.Generator().manual_seed(7)
    tensors, table = {}, {}

    # Resize: bicubic with antialias on bytes, up and down, one axis at a time and both.
    src = torch.from_numpy(rng.integers(0, 256, (3, 37, 53), dtype=np.uint8))
    tensors["resize.in"] = src
    for h, w in [(56, 56), (28, 84), (14, 28), (37, 112), (84, 53), (112, 168)]:
        tensors[f"resize.{h}x{w}"] = TF.resize(src, [h, w], interpolation=TF.InterpolationMode.BICUBIC,
                                               antialias=True)

    # Slicing decisions at the released settings.
    ip = MiniCPMV4_6ImageProcessor()
    rows = []
    sizes = [(1, 1), (30, 40), (224, 224), (448, 448), (449, 448), (640, 480), (480, 640), (800, 600),
             (1024, 768), (1280, 720), (1920, 1080), (1080, 1920), (2048, 512), (300, 3000), (4032, 3024),
             (3024, 4032), (100, 5000), (1000, 1000), (1344, 896), (896, 1344), (2240, 2240), (500, 333)]
    sizes += [(int(a), int(b)) for a, b in rng.integers(16, 3000, (60, 2))]
    for w, h in sizes:
        for most in (1, 4, 9, 36):
            for mode in ("16x", "4x"):
                grid = ip.get_sliced_grid((h, w), most, 448)
                source = ip.find_best_resize((h, w), 448, 14, mode, allow_upscale=grid is None)
                refine = ip.get_refine_size((h, w), grid, 448, 14, mode, allow_upscale=True) if grid else None
                rows.append([w, h, most, mode, list(grid) if grid else None, list(source),
                             list(refine) if refine else None])
    table["slicing"] = {"columns": ["width", "height", "max_slice_nums", "mode", "grid_rows_cols",
                                    "source_h_w", "refine_h_w"], "rows": rows}

    # Position buckets: for an axis of n patches, the row (or column) of the 70-wide table used by each.
    buckets = {}
    for n in list(range(2, 73, 2)) + [96, 128, 140]:
        ids = get_vision_nearest_position_ids(torch.tensor([[n, 1]]), 70)
        buckets[n] = (ids // 70).tolist()
    table["position_buckets_70"] = buckets
    table["position_buckets_32"] = {n: (get_vision_nearest_position_ids(torch.tensor([[n, 1]]), 32) // 32).tolist()
                                    for n in range(2, 41, 2)}

    # Frame sampling and frame composites.
    vp = MiniCPMV4_6VideoProcessor()
    rows = []
    for total, fps in [(14, 4.0), (42, 6.0), (1, 30.0), (30, 30.0), (31, 30.0), (100, 29.97), (250, 25.0),
                       (3000, 24.0), (5, 0.5), (4000, 30.0), (91, 10.0)]:
        for most in (4, 128):
            for stack in (1, 2, 3, 5):
                meta = VideoMetadata(total_num_frames=total, fps=fps, duration=total / fps)
                rows.append([total, fps, total / fps, most, stack,
                             [int(i) for i in vp.sample_frames(meta, most, stack)]])
    table["frame_sampling"] = {"columns": ["total_frames", "fps", "duration", "max_num_frames", "stack_frames",
                                           "indices"], "rows": rows}
    rows = []
    for n in (1, 2, 3, 4, 5):
        for w, h in [(64, 48), (48, 64), (40, 40), (100, 30), (30, 100), (46, 40), (40, 46)]:
            frames = torch.full((n, 3, h, w), 255, dtype=torch.uint8)
            canvas = vp.concat_frames_as_image(frames)[0]
            rows.append([n, w, h, canvas.shape[2], canvas.shape[1]])
    table["composites"] = {"columns": ["frames", "width", "height", "canvas_width", "canvas_height"], "rows": rows}

    # Gated delta rule: 70 tokens cross the 64-token chunk of the reference.
    heads, dk, dv, n = 2, 16, 16, 70
    q, k = (torch.randn(1, n, heads, dk, generator=gen) for _ in range(2))
    v = torch.randn(1, n, heads, dv, generator=gen)
    g = -torch.rand(1, n, heads, generator=gen) * 1.5
    beta = torch.rand(1, n, heads, generator=gen)
    o, s = q35.torch_chunk_gated_delta_rule(q, k, v, g=g, beta=beta, output_final_state=True,
                                            use_qk_l2norm_in_kernel=True)
    o2, s2 = q35.torch_recurrent_gated_delta_rule(q, k, v, g=g, beta=beta, output_final_state=True,
                                                  use_qk_l2norm_in_kernel=True)
    table["delta_rule_chunk_vs_recurrent"] = {"output": float((o - o2).abs().max()),
                                              "state": float((s - s2).abs().max())}
    for name, t in dict(q=q, k=k, v=v, g=g, beta=beta, out=o2, state=s2).items():
        tensors[f"delta.{name}"] = t[0]

    # Rotary table at the released settings (64 of 256 dimensions, theta 1e7).
    pos = torch.tensor([0, 1, 2, 3, 17, 255, 4096, 100000, 262143])
    inv = 1.0 / (10000000.0 ** (torch.arange(0, 64, 2, dtype=torch.float) / 64))
    ang = pos[:, None].float() * inv
    tensors.update({"rope.pos": pos.to(torch.int32), "rope.inv_freq": inv, "rope.cos": ang.cos(),
                    "rope.sin": ang.sin()})

    # Pointwise functions.
    x = torch.cat([torch.linspace(-12, 12, 241), torch.tensor([-60.0, -25.0, 25.0, 60.0])])
    tensors.update({"act.x": x, "act.gelu_tanh": F.gelu(x, approximate="tanh"), "act.gelu_erf": F.gelu(x),
                    "act.silu": F.silu(x), "act.softplus": F.softplus(x), "act.sigmoid": torch.sigmoid(x)})

    # Prompts and tokens.
    processor = AutoProcessor.from_pretrained(args.model)
    tok = processor.tokenizer
    convs = [
        ([text_turn("Hi")], None), ([{"role": "system", "content": "  Be kind.\n"}, text_turn(" Hi \n")], None),
        ([text_turn("the weather of Beijing")], WEATHER_TOOLS), (TOOL_TURNS, WEATHER_TOOLS), (TOOL_TURNS, None),
        (TOOL_TURNS + [{"role": "assistant", "content": "Done.", "reasoning_content": "ok"}, text_turn("Thanks")], None),
        ([text_turn("q1"), {"role": "assistant", "content": "<think>\nt1\n</think>\n\na1"}, text_turn("q2"),
          {"role": "assistant", "content": "<think>\n\nt2\n</think>\n\na2"}], None),
        ([{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "A"}, {"type": "image"},
                                       {"type": "text", "text": "B"}, {"type": "video"}]}], None),
        ([text_turn("<tool_response>\nx\n</tool_response>"), text_turn("real"),
          {"role": "assistant", "content": "", "tool_calls": [{"name": "f", "arguments": {"a": True, "b": None,
                                                                                         "c": 1.5, "d": "x\ny"}}]},
          {"role": "tool", "content": "r1"}, {"role": "tool", "content": [{"type": "text", "text": "r2"}]},
          text_turn("and?")], None),
    ]
    rows = []
    for messages, tools in convs:
        for thinking in (None, False, True):
            for gen_prompt in (True, False):
                extra = {} if thinking is None else {"enable_thinking": thinking}
                rows.append({"messages": messages, "tools": tools, "enable_thinking": thinking,
                             "add_generation_prompt": gen_prompt,
                             "text": processor.apply_chat_template(messages, tools=tools, tokenize=False,
                                                                   add_generation_prompt=gen_prompt, **extra)})
    table["prompts"] = rows
    texts = ["", " ", "\n", "\n\n \n", "Hello world", " Hello  world ", "don't we'll I'M", "3.14159 and 2026-05-11",
             "图片里有什么？", "Größe naïve cafe\u0301 ca\u0301t", "a\tb\r\nc", "🚀 (normal) 😶‍🌫️", "कि नमस्ते", "ｆｕｌｌ　ｗｉｄｔｈ",
             "<|im_start|>user\nHi<|im_end|>\n", "<image_id>0</image_id><image><|image_pad|></image>\n<slice></slice>",
             "<think>\n\n</think>\n\n", "<tool_call>\n<function=f>\n", "x<unk>y", "   three leading", "tail   ",
             "人力资源和社会保障", "ﬁne Å Å", "\u200bzero", "def f(x):\n    return x**2  # ok\n", "''''''```````\"\"\"\"......!!!!!!"]
    table["tokens"] = [{"text": t, "ids": tok.encode(t, add_special_tokens=False),
                        "decoded": tok.decode(tok.encode(t, add_special_tokens=False)),
                        "decoded_clean": tok.decode(tok.encode(t, add_special_tokens=False), skip_special_tokens=True)}
                       for t in texts]

    save_file({k: v.contiguous() for k, v in tensors.items()}, out / "units.safetensors")
    (out / "units.json").write_text(json.dumps(table, ensure_ascii=False) + "\n")
    print({k: len(v) if hasattr(v, "__len__") else v for k, v in table.items()},
          (out / "units.safetensors").stat().st_size + (out / "units.json").stat().st_size, "bytes")


# ------------------------------------------------------------------------------------------- run / time

def read_video(path: str) -> dict:
    import av

    with av.open(path) as box:
        stream = box.streams.video[0]
        fps = float(stream.average_rate)
        frames = np.stack([f.to_ndarray(format="rgb24") for f in box.decode(video=0)])
    return {"frames": frames, "meta": {"total_num_frames": len(frames), "fps": fps, "duration": len(frames) / fps}}


def cmd_run(args) -> None:
    from PIL import ImageOps

    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    model, processor = load(args.model, getattr(torch, args.dtype), args.attn)
    content = [{"type": "image", "image": ImageOps.exif_transpose(Image.open(p))} for p in args.image]
    content += [{"type": "video", "video": read_video(p)} for p in args.video]
    plain = [{"type": p["type"]} for p in content]
    content.append({"type": "text", "text": args.prompt})
    proc = {"downsample_mode": args.downsample_mode, "max_slice_nums": args.max_slice_nums}
    if args.video:
        proc.update(stack_frames=args.stack_frames, max_num_frames=args.max_num_frames)
    if args.no_image_id:
        proc["use_image_id"] = False
    case = {"name": args.name, "messages": [{"role": "user", "content": content}], "processor": proc,
            "plain": [{"role": "user", "content": plain + [content[-1]]}],
            "media": args.image + args.video, "template": {"enable_thinking": args.thinking}}
    record = dump_case(model, processor, case, out, args.steps, args.layers, False, False)
    (out / f"{args.name}.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")


@torch.no_grad()
def cmd_time(args) -> None:
    def rss():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20

    t0 = time.perf_counter()
    model, processor = load(args.model, getattr(torch, args.dtype), args.attn)
    torch.set_num_threads(args.threads)
    load_s = time.perf_counter() - t0
    pic = picture(448, 448, 9)
    case = {"name": "t", "messages": [{"role": "user", "content": [
        {"type": "image", "image": pic}, {"type": "text", "text": "Describe this image in one sentence."}]}],
        "processor": {"downsample_mode": args.downsample_mode}}
    t0 = time.perf_counter()
    inputs, _ = prepare(processor, case)
    prep_s = time.perf_counter() - t0
    mode = args.downsample_mode
    got = []
    for _ in range(2):  # the first round warms up
        marks = [(time.perf_counter(), time.process_time())]

        def mark():
            marks.append((time.perf_counter(), time.process_time()))

        feats = model.get_image_features(inputs["pixel_values"], inputs["target_sizes"], downsample_mode=mode)
        mark()
        first = model(input_ids=inputs["input_ids"], mm_encoder_outputs={"image": feats}, use_cache=True)
        mark()
        cache, token = first.past_key_values, first.logits[:, -1:].argmax(-1)
        for _ in range(args.steps):
            token = model(input_ids=token, past_key_values=cache, use_cache=True).logits[:, -1:].argmax(-1)
        mark()
        (wv, cv), (wp, cp), (wd, cd) = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(marks, marks[1:])]
        got.append(dict(vision_s=round(wv, 2), prefill_s=round(wp, 2), decode_tok_s=round(args.steps / wd, 2),
                        vision_cpu_s=round(cv, 2), prefill_cpu_s=round(cp, 2),
                        decode_cpu_s_per_token=round(cd / args.steps, 3)))
    print(json.dumps(dict(dtype=args.dtype, threads=args.threads, mode=mode, load_s=round(load_s, 2),
                          preprocess_s=round(prep_s, 3), patches=int(inputs["target_sizes"].prod(-1).sum()),
                          prompt_tokens=int(inputs["input_ids"].shape[1]), cold=got[0], warm=got[1],
                          peak_rss_gib=round(rss(), 2))))


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    sub = p.add_subparsers(dest="cmd", required=True)
    b = sub.add_parser("build", help="write a random checkpoint of the true architecture")
    b.add_argument("--size", choices=("tiny", "full"), default="tiny")
    b.add_argument("--out", required=True)
    b.add_argument("--seed", type=int, default=20)
    b.add_argument("--tokenizer", help="a tokenizer.json to copy instead of training a small one")
    b.add_argument("--chat-template", help="a chat_template.jinja to copy instead of the built-in equal one")
    b.set_defaults(go=cmd_build)
    d = sub.add_parser("dump", help="dump the built-in cases")
    d.add_argument("--cases", help="comma-separated names; default all")
    d.add_argument("--slim", action="store_true", help="tokens and the best logits only")
    d.set_defaults(go=cmd_dump)
    u = sub.add_parser("units", help="dump model-independent tables")
    u.set_defaults(go=cmd_units)
    r = sub.add_parser("run", help="dump your own prompt")
    r.add_argument("--name", default="run")
    r.add_argument("--prompt", default="Describe it.")
    r.add_argument("--image", action="append", default=[])
    r.add_argument("--video", action="append", default=[])
    r.add_argument("--downsample-mode", choices=("4x", "16x"), default="16x")
    r.add_argument("--max-slice-nums", type=int, default=9)
    r.add_argument("--stack-frames", type=int, default=1)
    r.add_argument("--max-num-frames", type=int, default=128)
    r.add_argument("--no-image-id", action="store_true")
    r.add_argument("--thinking", action="store_true")
    r.add_argument("--layers", action="store_true", help="also store every layer's output")
    r.add_argument("--dtype", default="float32")
    r.set_defaults(go=cmd_run)
    t = sub.add_parser("time", help="time one 448x448 caption")
    t.add_argument("--dtype", default="bfloat16")
    t.add_argument("--threads", type=int, default=os.cpu_count())
    t.add_argument("--downsample-mode", choices=("4x", "16x"), default="16x")
    t.set_defaults(go=cmd_time)
    for s in (d, u, r, t):
        s.add_argument("--model", required=True)
        s.add_argument("--attn", choices=("sdpa", "eager"), default="sdpa")
        s.add_argument("--steps", type=int, default=64, help="tokens to decode")
    for s in (d, u, r):
        s.add_argument("--out", required=True)
    args = p.parse_args()
    args.go(args)


if __name__ == "__main__":
    main()
