#!/usr/bin/env python3
"""Strings with their tokens as the `tokenizers` package makes them: random, multilingual and adversarial.

    make_tokenizer_cases.py --tokenizer tokenizer.json --seed 1 --count 1500 --out cases.json

Each case is {"text", "ids", "decoded", "clean"}: `decoded` shows special tokens, `clean` hides them. The same seed gives the
same strings.
"""
import argparse
import json
import random
import unicodedata
from pathlib import Path

from tokenizers import Tokenizer

RANGES = [
    (0x20, 0x7E), (0x20, 0x7E), (0x00, 0x1F), (0x80, 0xFF), (0x100, 0x24F), (0x300, 0x36F), (0x370, 0x3FF),
    (0x400, 0x4FF), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0xF00, 0xFFF), (0x1100, 0x11FF),
    (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x20CF), (0x2100, 0x21FF), (0x2460, 0x24FF),
    (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFB4F), (0xFE00, 0xFE6F),
    (0xFF00, 0xFFEF), (0x10300, 0x1034F), (0x11080, 0x110BF), (0x1D400, 0x1D7FF), (0x1F300, 0x1F6FF), (0x1F1E6, 0x1F1FF), (0x20000, 0x2A6D0),
    (0x2F800, 0x2FA1D), (0xE0100, 0xE01EF),
]
FRAGMENTS = [
    "'s", "'S", "'t", "'re", "'RE", "'ll", "'LL", "'d", "'m", "'ve", "'\u017f", "''s", "don't", "I'M", " ", "  ", "   ", "\n", "\r\n",
    "\n\n", "\t", "\u00a0", "\u3000", "\u2028", "\u0085", "\x1c", "\x0b", "\x0c", "\u200b", "\u200d", "\ufeff", "\ufffd", "e\u0301", "\u0301", "A\u030a\u0301",
    "\u1100\u1161\u11a8", "\u0958", "\u2126", "\u212b", "\ufb01", "1", "12", "3.14", "\u0661\u0662", "\u2167", "\u00b2", "\u00bd", "<|im_start|>", "<|im_end|>", "<|im_",
    "end|>", "<think>", "</think>", "<image>", "<<image>>", "<|image_pad|><|image_pad|>", "<tool_call>", "<unk>", "<", ">", "|", "_", "__init__",
    "def f(x):\n    return x", "https://example.org/a?b=c#d", "\U0001F469\u200d\U0001F469\u200d\U0001F467", "\U0001F1E9\U0001F1EA", "\u0928\u092e\u0938\u094d\u0924\u0947",
    "\u4f60\u597d\uff01", "\u00fcber", "na\u00efve", "\u00d7", "\u2026", "---", "....", "!!!\n", " \n ", " a", "a ", "\u0e01\u0e33", "\u05e9\u05c1", "\u064b",
]


def character(rng: random.Random) -> str:
    low, high = rng.choice(RANGES)
    return chr(rng.randint(low, high))


def text(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.35:
        return "".join(rng.choice(FRAGMENTS) for _ in range(rng.randint(0, 12)))
    if kind < 0.6:
        return "".join(character(rng) for _ in range(rng.randint(0, 24)))
    if kind < 0.7:
        low, high = rng.choice(RANGES)
        return "".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 40)))
    if kind < 0.75:
        return rng.choice(FRAGMENTS + [character(rng)]) * rng.randint(2, 90)
    parts = [rng.choice(FRAGMENTS) if rng.random() < 0.5 else character(rng) for _ in range(rng.randint(1, 30))]
    return "".join(parts)


def is_settled(string: str) -> bool:
    """Whether all characters are assigned in this Python's Unicode: newer ones differ between libraries' tables."""
    return all(unicodedata.category(c) not in ("Cn", "Cs") for c in string)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1500)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    tokenizer, rng, cases = Tokenizer.from_file(args.tokenizer), random.Random(args.seed), []
    while len(cases) < args.count:
        string = text(rng)
        if not is_settled(string):
            continue
        ids = tokenizer.encode(string, add_special_tokens=False).ids
        cases.append({"text": string, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False),
                      "clean": tokenizer.decode(ids, skip_special_tokens=True)})
    Path(args.out).write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
