#!/usr/bin/env python3
"""Blocks of the quantised formats with the numbers that the `gguf` package reads in them.

    make_block_cases.py --seed 1 --out FOLDER

One safetensors file a format: `blocks` are bytes, `values` the float32 numbers. Blocks are random bytes with scales that are
finite; the first few have scales of 0, of the largest and smallest halves, and below 0.
"""
import argparse
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import save_file

# For each format the places of its half-precision scales in a block.
SCALES = {"Q8_0": [0], "Q4_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
EDGES = [0.0, -0.0, 65504.0, -65504.0, 2.0**-24, -(2.0**-24), 2.0**-14, 1.0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    rng, out = np.random.default_rng(args.seed), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for name, places in SCALES.items():
        kind = getattr(gguf.GGMLQuantizationType, name)
        _, size = gguf.GGML_QUANT_SIZES[kind]
        blocks = rng.integers(0, 256, (24, size), dtype=np.uint8)
        for place in places:
            scales = rng.normal(0, 0.05, len(blocks)).astype(np.float16)
            scales[: len(EDGES)] = EDGES
            blocks[:, place: place + 2] = scales.view(np.uint8).reshape(-1, 2)
        values = gguf.quants.dequantize(blocks, kind).astype(np.float32)
        save_file({"blocks": blocks, "values": values}, out / f"{name}.safetensors")


if __name__ == "__main__":
    main()
