#!/usr/bin/env python3
"""Random conversations, pictures and clips of a seed, with what the reference implementation makes of them.

    make_fresh_cases.py --model CHECKPOINT --seed N --out FOLDER [--count 12] [--slim]

The layout is that of make_reference.py's `dump`, so the same tests read it. Pictures are of any shape that the reference itself
takes; a case whose best two tokens are ever closer than 1e-3 is drawn anew, since no two orders of summation agree there.
"""
import argparse
import json
import random
from pathlib import Path

import torch
from safetensors.torch import save_file

import make_reference as reference

WORDS = "What is in this picture describe the video please list every line of text 图片里有什么 Größe день 写真 why 42 3.14".split()
LEAST_GAP = 1e-3


def sentence(rng: random.Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 24))) + rng.choice(["", "?", ".", "\n\n- a\n- b"])


def size(rng: random.Random) -> tuple[int, int]:
    kind = rng.random()
    if kind < 0.2:  # as thin as the reference takes them
        long, short = rng.randint(150, 700), rng.randint(2, 12)
        return (long, short) if rng.random() < 0.5 else (short, long)
    if kind < 0.35:
        return rng.randint(1, 30), rng.randint(1, 30)
    return rng.randint(30, 420), rng.randint(30, 420)


def case(rng: random.Random, name: str, out: Path) -> dict:
    """A conversation whose media lie beside the dumps."""
    content, plain, media, videos = [], [], [], 0
    for part in range(rng.choice([0, 1, 1, 1, 2, 3])):
        if videos == 0 and rng.random() < 0.3:
            frames, fps = rng.randint(2, 26), rng.choice([2.0, 3.0, 4.0, 7.5])
            width, height = rng.randint(16, 90), rng.randint(16, 90)
            clip = reference.clip(frames, width, height, rng.randint(1, 99))
            meta = {"total_num_frames": frames, "fps": fps, "duration": frames / fps}
            file = f"media/{name}-{part}.safetensors"
            save_file({"frames": torch.from_numpy(clip)}, out / file)
            content.append({"type": "video", "video": {"frames": clip, "meta": meta}})
            media.append({"file": file, **meta})
            videos += 1
        else:
            picture = reference.picture(*size(rng), rng.randint(1, 99), rng.random() < 0.2)
            file = f"media/{name}-{part}.ppm"
            reference.save_ppm(picture, out / file)
            content.append({"type": "image", "image": picture})
            media.append(file)
        plain.append({"type": content[-1]["type"]})
    text = {"type": "text", "text": sentence(rng)}
    place = rng.randint(0, len(content))
    content.insert(place, text)
    plain.insert(place, text)
    processor = {"downsample_mode": rng.choice(["16x", "4x"]), "max_slice_nums": rng.choice([1, 2, 4, 9, 16]),
                 "use_image_id": rng.random() < 0.5}
    if videos:
        processor.update(stack_frames=rng.randint(1, 5), max_num_frames=rng.choice([2, 4, 128]))
    turns = []
    if rng.random() < 0.3:
        turns.append({"role": "system", "content": sentence(rng)})
    if rng.random() < 0.3:
        turns += [{"role": "user", "content": sentence(rng)}, {"role": "assistant", "content": sentence(rng)}]
    return {"name": name, "messages": turns + [{"role": "user", "content": content}],
            "plain": turns + [{"role": "user", "content": plain}], "media": media, "processor": processor,
            "template": {"enable_thinking": rng.random() < 0.4},
            "tools": reference.WEATHER_TOOLS if rng.random() < 0.15 else None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--slim", action="store_true", help="tokens and the best logits only")
    args = parser.parse_args()
    torch.manual_seed(0)
    out, rng, index, tries = Path(args.out), random.Random(args.seed), [], 0
    (out / "media").mkdir(parents=True, exist_ok=True)
    model, processor = reference.load(args.model)
    while len(index) < args.count and tries < 6 * args.count:
        tries += 1
        one = case(rng, f"fresh{tries}", out)
        try:
            record = reference.dump_case(model, processor, one, out, 64, not args.slim, False, False)
        except (ValueError, ZeroDivisionError, RuntimeError) as error:
            print(f"{one['name']}: the reference does not take it: {str(error)[:100]}")
            continue
        if record["smallest_top2_gap"] >= LEAST_GAP:
            index.append(record)
    (out / "index.json").write_text(json.dumps({"made_by": "make_fresh_cases.py", "seed": args.seed, "cases": index},
                                               indent=1, ensure_ascii=False) + "\n")
    print(f"{len(index)} cases of {tries} in {out}")


if __name__ == "__main__":
    main()
