#!/usr/bin/env python3
"""Tables of what the reference implementation does to pictures and frames before the model sees them.

    make_unit_tables.py units --out Tests/Fixtures/Reference/units [--seed N] [--more N]
    make_unit_tables.py copies --dump FOLDER --tokenizer tokenizer.json --out Tests/Fixtures/Reference/units
    make_unit_tables.py media FOLDER

`units` asks the classes of transformers (and torchvision's resize) for slices, sizes, resized bytes, pixel values, frame
choices and composites: for sizes that matter and for `--more` random ones of a seed. `copies` takes the tables and resized
tensors of make_reference.py's own `units` and the expanded prompts of its cases, where they are. `media` writes beside each PNG of a
folder the same pixels as a PPM, alpha over white, so that tests need no PNG decoder. Needs torch, torchvision,
transformers 5.23, numpy, safetensors and pillow.

Large results are not stored but summed up: `checksum` here and in Tests/MiniCPMVTests/Processing are the same function.
The pictures are made by `noise` on both sides.
"""
import argparse
import json
import math
from pathlib import Path

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
SIZES = [
    (1, 1), (30, 40), (224, 224), (448, 448), (449, 448), (640, 480), (480, 640), (800, 600), (1024, 768), (1280, 720),
    (1920, 1080), (1080, 1920), (2048, 512), (300, 3000), (4032, 3024), (3024, 4032), (100, 5000), (1000, 1000),
    (1344, 896), (896, 1344), (2240, 2240), (500, 333),
    # No shape is too odd: lines, columns, and sides so different that int(S/√a) or its product is 0.
    (1, 2), (2, 1), (1, 300), (300, 1), (10000, 1), (1, 10000), (3, 40000), (200704, 1), (200705, 1), (300000, 1),
    (1000000, 1), (1000000, 4), (65535, 3), (65535, 65535), (5, 65535), (12000, 12000),
]
OPTIONS = [(1, "16x"), (2, "16x"), (4, "4x"), (9, "16x"), (9, "4x"), (36, "16x"), (64, "4x")]
# The longest unit that is made: see ImagePlan.unitPatchLimit. Longer ones are ours alone.
PATCH_LIMIT = 16384


def mixed(x: np.ndarray) -> np.ndarray:
    """SplitMix64's finaliser."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def checksum(values: np.ndarray) -> str:
    """Of bytes, or of float32 as its bits: the sum of each value mixed with its place."""
    flat = np.ascontiguousarray(values).ravel()
    flat = flat.view(np.uint32) if flat.dtype == np.float32 else flat.astype(np.uint8)
    place = np.arange(1, flat.size + 1, dtype=np.uint64) * GOLDEN
    return f"{int(mixed(place ^ flat.astype(np.uint64)).sum(dtype=np.uint64)):016x}"


def noise(width: int, height: int, seed: int, hard: bool) -> np.ndarray:
    """[height, width, 3] of noise: all bytes, or only black and white, which overshoots most."""
    place = np.arange(1, 3 * width * height + 1, dtype=np.uint64) * GOLDEN
    values = (mixed(place + np.uint64(seed)) >> np.uint64(56)).astype(np.uint8)
    if hard:
        values = np.where(values < 128, 0, 255).astype(np.uint8)
    return values.reshape(height, width, 3)


def random_sizes(rng, count: int, low: int, high: int) -> list:
    """Sizes whose sides are spread evenly in the logarithm."""
    sides = np.exp(rng.uniform(math.log(low), math.log(high), (count, 2)))
    return [(int(a), int(b)) for a, b in sides]


def slicing(processor, rng, more: int) -> list:
    rows = []
    for width, height in SIZES + random_sizes(rng, more, 1, 8000):
        for most, mode in OPTIONS:
            for scale in (448, 112):
                grid = processor.get_sliced_grid((height, width), most, scale)
                source = processor.find_best_resize((height, width), scale, 14, mode, allow_upscale=grid is None)
                refine = processor.get_refine_size((height, width), grid, scale, 14, mode, allow_upscale=True) if grid else None
                tile = (refine[0] // grid[0], refine[1] // grid[1]) if grid else None
                if any(h * w > PATCH_LIMIT * 196 for h, w in filter(None, (source, tile))):
                    continue
                rows.append([width, height, most, mode, scale, list(grid or []), list(source), list(tile or [])])
    return rows


def resizes(rng, more: int) -> list:
    import torch
    from torchvision.transforms.v2 import functional as vision
    sizes = [(53, 37, 56, 56), (53, 37, 53, 90), (53, 37, 20, 37), (1, 1, 5, 7), (1, 40, 6, 3), (400, 1, 56, 56), (3, 3, 3, 3), (2, 900, 56, 28),
             (12000, 2, 56, 56), (2, 30000, 28, 84)]
    for (a, b), (c, d) in zip(random_sizes(rng, more, 1, 500), random_sizes(rng, more, 1, 300)):
        sizes.append((a, b, c, d))
    rows = []
    for place, (w, h, to_w, to_h) in enumerate(sizes):
        hard = place % 3 == 2
        source = torch.from_numpy(noise(w, h, place, hard)).permute(2, 0, 1).contiguous()
        try:
            out = vision.resize(source, [to_h, to_w], interpolation=vision.InterpolationMode.BICUBIC, antialias=True)
        except RuntimeError as fault:
            # PyTorch's own kernel asserts on some pictures that are one pixel wide.
            print(f"{w}x{h} to {to_w}x{to_h}: {str(fault)[:60]}")
            continue
        rows.append([w, h, place, hard, to_w, to_h, checksum(out.permute(1, 2, 0).numpy())])
    return rows


def pictures(processor, rng, more: int) -> list:
    """Pixel values of whole pictures as a patch matrix: [patches, (colour, y, x)]."""
    import torch
    sizes = [(1, 1), (1, 300), (300, 1), (4000, 1), (1, 4000), (448, 448), (640, 480), (333, 500), (1300, 900)]
    rows = []
    for place, (width, height) in enumerate(sizes + random_sizes(rng, more, 8, 900)):
        for most, mode, scale in ((9, "16x", 448), (9, "4x", 112), (4, "16x", 112)):
            picture = torch.from_numpy(noise(width, height, place, False)).permute(2, 0, 1).contiguous()
            out = processor(picture, max_slice_nums=most, downsample_mode=mode, scale_resolution=scale, image_mean=[0.5] * 3,
                            image_std=[0.5] * 3, return_tensors="pt")
            values = out["pixel_values"][0].numpy().astype(np.float32)
            patches = values.reshape(3, 14, -1, 14).transpose(2, 0, 1, 3)
            rows.append([width, height, place, most, mode, scale, out["target_sizes"].tolist(), checksum(patches)])
    return rows


def sampling(processor, rng, more: int) -> list:
    from transformers.video_utils import VideoMetadata
    clips = [(14, 4.0), (42, 6.0), (1, 30.0), (30, 30.0), (31, 30.0), (100, 29.97), (250, 25.0), (3000, 24.0), (5, 0.5),
             (4000, 30.0), (91, 10.0), (100000, 29.97)]
    clips += [(int(rng.integers(1, 9000)), round(float(rng.uniform(0.5, 61)), 3)) for _ in range(more)]
    rows = []
    for total, fps in clips:
        for most, stack in ((4, 1), (4, 2), (4, 3), (4, 5), (128, 1), (128, 2), (1, 3), (37, 4)):
            duration = total / fps
            meta = VideoMetadata(total_num_frames=total, fps=fps, duration=duration)
            chosen = [int(i) for i in processor.sample_frames(meta, most, stack)]
            # The reference goes on to fail where a frame after the last is chosen; ours takes the last.
            rows.append([total, fps, duration, most, stack, len(chosen), checksum(np.array(
                [(min(i, total - 1) >> shift) & 255 for i in chosen for shift in (0, 8, 16, 24)], dtype=np.uint8))])
    return rows


def composites(processor) -> list:
    import torch
    rows = []
    for count in (1, 2, 3, 4, 5, 7):
        for width, height in [(64, 48), (48, 64), (40, 40), (100, 30), (30, 100), (46, 40), (40, 46), (1, 9), (22, 30)]:
            frames = np.stack([noise(width, height, place, False) for place in range(count)])
            canvas = processor.concat_frames_as_image(torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous())[0]
            rows.append([count, width, height, canvas.shape[2], canvas.shape[1], checksum(canvas.permute(1, 2, 0).numpy())])
    return rows


def clips(processor, rng) -> list:
    """Whole videos: the sizes and pixel values of every unit."""
    import torch
    from transformers.video_utils import VideoMetadata
    rows = []
    for total, fps, width, height, most, stack, slices in [
            (14, 4.0, 64, 48, 128, 1, 1), (14, 4.0, 64, 48, 128, 3, 1), (42, 6.0, 48, 36, 4, 3, 1), (9, 3.0, 150, 130, 128, 4, 9),
            (40, 2.0, 20, 90, 5, 5, 2), (3, 30.0, 33, 21, 128, 2, 9), (60, 5.0, 31, 30, 1, 2, 9)]:
        frames = np.stack([noise(width, height, place, False) for place in range(total)])
        meta = VideoMetadata(total_num_frames=total, fps=fps, duration=total / fps)
        out = processor([torch.from_numpy(frames).permute(0, 3, 1, 2).contiguous()], video_metadata=[meta],
                        max_num_frames=most, stack_frames=stack, max_slice_nums=slices, scale_resolution=112,
                        image_mean=[0.5] * 3, image_std=[0.5] * 3, return_tensors="pt")
        values = out["pixel_values_videos"][0].numpy().astype(np.float32)
        patches = values.reshape(3, 14, -1, 14).transpose(2, 0, 1, 3)
        rows.append([total, fps, width, height, most, stack, slices, out["target_sizes_videos"].tolist(), checksum(patches)])
    return rows


def write_units(args) -> None:
    import transformers
    from transformers.models.minicpmv4_6.image_processing_minicpmv4_6 import MiniCPMV4_6ImageProcessor
    from transformers.models.minicpmv4_6.video_processing_minicpmv4_6 import MiniCPMV4_6VideoProcessor
    images, videos = MiniCPMV4_6ImageProcessor(), MiniCPMV4_6VideoProcessor()
    rng = np.random.default_rng(args.seed)
    tables = {
        "slicing": slicing(images, rng, args.more), "resizes": resizes(rng, args.more),
        "pictures": pictures(images, rng, args.more // 8), "sampling": sampling(videos, rng, args.more),
        "composites": composites(videos), "clips": clips(videos, rng)}
    args.out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        text = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
        (args.out / f"{name}.json").write_text(f"[\n{text}\n]\n")
        print(f"{name}: {len(rows)} rows")
    print(f"transformers {transformers.__version__}, seed {args.seed}")


def write_copies(args) -> None:
    args.out.mkdir(parents=True, exist_ok=True)
    if (args.dump / "units.json").exists():
        from safetensors.numpy import load_file, save_file
        table = json.loads((args.dump / "units.json").read_text())
        kept = {name: table[name]["rows"] for name in ("slicing", "frame_sampling", "composites")}
        (args.out / "tables.json").write_text(json.dumps(kept, separators=(",", ":")) + "\n")
        tensors = load_file(args.dump / "units.safetensors")
        save_file({k: v for k, v in tensors.items() if k.startswith("resize.")}, args.out / "resize.safetensors")
    if (args.dump / "index.json").exists():
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer
        tokenizer = Tokenizer.from_file(str(args.tokenizer))
        rows = []
        for case in json.loads((args.dump / "index.json").read_text())["cases"]:
            if case["media"]:
                ids = load_file(args.dump / case["file"])["input_ids"]
                rows.append([case["name"], tokenizer.decode(ids.tolist(), skip_special_tokens=False)])
        (args.out / "prompts.json").write_text(json.dumps(rows, ensure_ascii=False, indent=0) + "\n")


def write_media(args) -> None:
    from PIL import Image
    for path in sorted(args.folder.glob("*.png")):
        picture = Image.open(path)
        if picture.mode == "RGBA":
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, (255,) * 4), picture)
        picture.convert("RGB").save(path.with_suffix(".ppm"))
        print(path.with_suffix(".ppm"))


def main() -> None:
    import make_reference  # noqa: F401  imports torchvision also where its operators do not fit torch
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    units = verbs.add_parser("units")
    units.add_argument("--out", type=Path, required=True)
    units.add_argument("--seed", type=int, default=1)
    units.add_argument("--more", type=int, default=40, help="random sizes in each table")
    units.set_defaults(go=write_units)
    copies = verbs.add_parser("copies")
    copies.add_argument("--dump", type=Path, required=True, help="what make_reference.py wrote")
    copies.add_argument("--tokenizer", type=Path, required=True)
    copies.add_argument("--out", type=Path, required=True)
    copies.set_defaults(go=write_copies)
    media = verbs.add_parser("media")
    media.add_argument("folder", type=Path)
    media.set_defaults(go=write_media)
    args = parser.parse_args()
    args.go(args)


if __name__ == "__main__":
    main()
