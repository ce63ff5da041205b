#!/usr/bin/env python3
"""Tintype's tagger against the package's own code, picture by picture: the relative error of the thousand sums.

    compare_tagger.py --bench .build/debug/tintype-bench --models FOLDER --package FOLDER \
        [--samples ../shared/samples] [--random 120] [--seed 1]

FOLDER holds efficientnet-lite2-9656183e.pth, and the unpacked wheel efficientnet_lite_pytorch 0.1.0. The pictures are drawn
(noise, gradients, blocks) or cut out of samples, of many sizes from 1 × 1 up, as PNG so that no decoder matters. Needs torch,
numpy and pillow. Pillow's resize works on float32 here: the picture is not rounded between scaling and the network.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SIDE, SHARE, MEAN, DEVIATION = 260, 260 / 292, 127, 128


def drawn(rng) -> Image.Image:
    longest = int(rng.choice([8, 40, 300, 900, 2500]))
    height, width = rng.integers(1, longest + 1, 2)
    kind = rng.integers(3)
    if kind == 0:
        pixels = rng.integers(0, 256, (height, width, 3))
    elif kind == 1:
        slope = rng.uniform(-1, 1, (2, 3))
        pixels = 127 + 120 * np.sin(np.arange(height)[:, None, None] * slope[0] + np.arange(width)[None, :, None] * slope[1])
    else:
        size = int(rng.integers(1, 40))
        blocks = rng.integers(0, 256, (height // size + 1, width // size + 1, 3))
        pixels = blocks.repeat(size, 0).repeat(size, 1)[:height, :width]
    return Image.fromarray(pixels.astype(np.uint8))


def cut(rng, path: Path) -> Image.Image:
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    scale = rng.uniform(0.3, 1.5)
    picture = picture.resize([max(1, round(side * scale)) for side in picture.size])
    width, height = [int(rng.integers(max(side // 2, 1), side + 1)) for side in picture.size]
    left, top = int(rng.integers(picture.width - width + 1)), int(rng.integers(picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def square(picture: Image.Image) -> np.ndarray:
    length = min(picture.size) * SHARE
    left, top = (picture.width - length) / 2, (picture.height - length) / 2
    channels = [
        Image.fromarray(np.asarray(channel, dtype=np.float32)).resize(
            (SIDE, SIDE), Image.Resampling.BICUBIC, box=(left, top, left + length, top + length))
        for channel in picture.split()
    ]
    return (np.stack([np.asarray(channel) for channel in channels]) - MEAN) / DEVIATION


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("bench", "models", "package"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--samples")
    parser.add_argument("--random", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.package)
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    rng = np.random.default_rng(arguments.seed)
    pictures = [drawn(rng) for _ in range(arguments.random)]
    if arguments.samples:
        for path in sorted(Path(arguments.samples).glob("*/*.[jpw]*[gp]")):
            if path.parent.name != "corrupt":
                pictures.append(cut(rng, path))
    model = EfficientNet.from_name("efficientnet-lite2")
    model.load_state_dict(torch.load(arguments.models + "/efficientnet-lite2-9656183e.pth", weights_only=True))
    model.eval()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/{number:04}.png" for number in range(len(pictures))]
        for path, picture in zip(paths, pictures):
            picture.save(path)
        command = [arguments.bench, "tags", "--sums", "--models", arguments.models, *paths]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    errors = []
    for line, picture in zip(lines, pictures, strict=True):
        with torch.no_grad():
            expected = model(torch.from_numpy(square(picture)[None]).float())[0].numpy()
        actual = np.array(json.loads(line)["sums"])
        errors.append(np.abs(actual - expected).max() / np.abs(expected).max())
        if errors[-1] > 1e-4:
            print(picture.size, errors[-1])
    print(f"{len(errors)} pictures: largest relative error {max(errors):.2e}, median {np.median(errors):.2e}")
    sys.exit(int(max(errors) > 1e-4))


if __name__ == "__main__":
    main()
