"""Compares Tintype's reader of lines with rapidocr and onnxruntime, which run the same networks.

    compare_first_look.py graphs PATH-OF-TINTYPE-BENCH MODELS COUNT PICTURE...  max|a-b| / max|b| of each network
    compare_first_look.py lines  PATH-OF-TINTYPE-BENCH MODELS PICTURE...        the same words, and the time of both
    compare_first_look.py tags   PATH-OF-TINTYPE-BENCH MODELS PICTURE...        kinds against screen_judgements.tsv

Needs rapidocr, onnx, onnxruntime, numpy and Pillow. Pictures are decoded once, here: decoders are not what is compared.
onnxruntime's sigmoid is off by 2e-7 whatever it results in, more than 1e-4 of a map in which nothing is likelier than
0.002. So a network's last function is also computed in float64, from the numbers that onnxruntime gives to it. Where that
still differs by more than 1e-4, the whole network is computed in float64, which tells who is off.
"""

import collections
import hashlib
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata

import numpy as np

THREADS = 2
# Readers' widths are often one off a multiple of 32; the detector takes multiples only.
NETWORKS = {
    "detection": ("PP-OCRv6_det_small.onnx", lambda: (1, 32 * random.randint(1, 16), 32 * random.randint(1, 16))),
    "direction": ("ch_ppocr_mobile_v2.0_cls_mobile.onnx", lambda: (random.randint(1, 6), 48, 192)),
    "recognition": ("PP-OCRv6_rec_small.onnx",
                    lambda: (random.randint(1, 6), 48, 32 * random.randint(10, 28) + random.choice([0, 1, 31, 7]))),
    "tagging": ("efficientnet-lite2-9656183e.pth", lambda: (1, 260, 260)),
}
# Runs of a picture, so that small networks' times are of warm ones.
REPEATS = 9


def session(path):
    """onnxruntime's, which also gives what the last function is computed of; and that function's name."""
    import onnx
    import onnxruntime

    model = onnx.load(path)
    makers = {output: node for node in model.graph.node for output in node.output}
    last = makers[model.graph.output[0].name]
    while last.op_type == "Identity":
        last = makers[last.input[0]]
    model.graph.output.append(onnx.helper.make_tensor_value_info(last.input[0], onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]), last.op_type


def in_double(function, numbers):
    """A network's last function; `None` where it ends with a product."""
    numbers = numbers.astype(np.float64)
    if function == "Sigmoid":
        return 1 / (1 + np.exp(-numbers))
    if function != "Softmax":
        return None
    powers = np.exp(numbers - numbers.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def whole_in_double(path, picture):
    import onnx
    from onnx.reference import ReferenceEvaluator

    def widen(tensor):
        if tensor.data_type == onnx.TensorProto.FLOAT:
            numbers = onnx.numpy_helper.to_array(tensor).astype(np.float64)
            tensor.CopyFrom(onnx.numpy_helper.from_array(numbers, tensor.name))

    model = onnx.load(path)
    for tensor in model.graph.initializer:
        widen(tensor)
    for node in model.graph.node:
        for attribute in node.attribute:
            widen(attribute.t)
    return ReferenceEvaluator(model).run(None, {model.graph.input[0].name: picture.astype(np.float64)})[0]


def drawn(turn, shape, numbers, pictures):
    """Noise, flat grounds with strokes on them, and what is in pictures: what the networks were made for."""
    batch, rows, columns = shape
    made = numbers.uniform(-1, 1, (*shape, 3)).astype(np.float32)
    if turn % 4 == 1:
        made[:] = numbers.uniform(-1, 1)
        for _ in range(40):
            y, x = numbers.integers(rows), numbers.integers(columns)
            made[:, y : y + 3, x : x + 9] = numbers.uniform(-1, 1)
    for place in range(batch if turn % 4 > 1 and pictures else 0):
        picture = pictures[numbers.integers(len(pictures))]
        height = min(int(rows * numbers.uniform(0.5, 2)), picture.height)
        width = min(max(height * columns // rows, 1), picture.width)
        x, y = numbers.integers(picture.width - width + 1), numbers.integers(picture.height - height + 1)
        part = picture.crop((x, y, x + width, y + height)).resize((columns, rows))
        made[place] = np.asarray(part, np.float32)[:, :, ::-1] / 127.5 - 1
    return made


def compare_graphs(bench, models, count, paths):
    from PIL import Image

    random.seed(1)
    numbers = np.random.default_rng(1)
    pictures = [Image.open(path).convert("RGB") for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        given, got = folder + "/in", folder + "/out"
        for name, (file, size) in NETWORKS.items():
            path = os.path.join(models, file)
            if file.endswith(".pth"):
                import tagger_network

                with open(folder + "/tagger.onnx", "wb") as made:
                    made.write(tagger_network.network(path))
                path = made.name
            other, function = session(path)
            errors, errors_in_double, ours, theirs = [], [], [], []
            for turn in range(count):
                picture = drawn(turn, size(), numbers, pictures)
                picture.tofile(given)
                printed = subprocess.run(
                    [bench, "network", path, "--shape", *map(str, picture.shape),
                     "--input", given, "--output", got, "--threads", str(THREADS), "--repeats", str(REPEATS), "--json"],
                    check=True, capture_output=True, text=True).stdout
                ours.append(seconds(printed, "run"))
                wanted, times = np.ascontiguousarray(picture.transpose(0, 3, 1, 2)), []
                for _ in range(REPEATS):
                    start = time.perf_counter()
                    result, before = other.run(None, {other.get_inputs()[0].name: wanted})
                    times.append(time.perf_counter() - start)
                theirs.append(statistics.median(times))
                mine = np.fromfile(got, np.float32).reshape(result.shape)
                errors.append(relative(mine, result))
                last = in_double(function, before)
                if last is not None:
                    last = last.reshape(result.shape)
                    errors_in_double.append(relative(mine, last))
                if last is not None and errors_in_double[-1] > 1e-4:
                    exact = whole_in_double(path, wanted)
                    print(f"    {picture.shape}: {errors_in_double[-1]:.1e}; from float64, ours "
                          f"{relative(mine, exact):.1e}, onnxruntime's {relative(last, exact):.1e}", flush=True)
            again = f"; its {function.lower()} in float64: {described(errors_in_double)}" if errors_in_double else ""
            print(f"{name}: {count} inputs, {described(errors)}{again}; "
                  f"time ÷ onnxruntime's: {statistics.median(a / b for a, b in zip(ours, theirs)):.2f}", flush=True)


def relative(a, b):
    return float(np.abs(a - b).max() / np.abs(b).max())


def described(errors):
    return (f"median {statistics.median(errors):.1e}, largest {max(errors):.1e}, "
            f"beyond 1e-4: {sum(error > 1e-4 for error in errors)}")


def seconds(printed, name):
    for line in printed.splitlines():
        figure = json.loads(line)
        if figure.get("name", figure.get("figure")) == name:
            return figure["value"]
    raise SystemExit(f"tintype-bench printed no figure “{name}”: {printed}")


def reading(engine, picture, use_cls):
    """rapidocr's lines, with or without its turning of lines: text, how sure it is, the corners."""
    found = engine(picture, use_cls=use_cls)
    return [] if found.txts is None else list(zip(map(folded, found.txts), found.scores, found.boxes))


def surer(some, others):
    """Of two readings of a picture each line as it is read more surely, and those that only one of them has."""
    chosen = {tuple(line[2].ravel()): line for line in others}
    for line in some:
        other = chosen.get(tuple(line[2].ravel()))
        if other is None or line[1] >= other[1]:
            chosen[tuple(line[2].ravel())] = line
    return list(chosen.values())


class Agreement:
    """How many lines of two readings are the same: of each picture's texts as many as both have, wherever they are."""

    def __init__(self, title):
        self.title, self.same, self.theirs, self.ours = title, 0, 0, 0

    def add(self, name, wanted, got, is_shown):
        left = collections.Counter(text for text, _ in got)
        for text, place in wanted:
            if left[text] > 0:
                left[text] -= 1
                self.same += 1
            elif is_shown:
                near = min(got, key=lambda line: np.abs(line[1] - place).max(), default=("", None))
                print(f"{name}: “{text}”; ours, nearest: “{near[0]}”")
        self.theirs += len(wanted)
        self.ours += len(got)

    def __str__(self):
        either = self.theirs + self.ours - self.same
        return (f"{self.title}: {self.same} of {self.theirs} lines the same "
                f"({100 * self.same / max(self.theirs, 1):.1f} %); ours has {self.ours - self.same} others "
                f"({100 * self.same / max(either, 1):.1f} % of all that either has)")


def compare_lines(bench, models, paths):
    from PIL import Image, ImageOps
    from rapidocr import RapidOCR

    logging.disable(logging.CRITICAL)
    engine = RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": THREADS})
    with tempfile.TemporaryDirectory() as folder:
        pictures = []
        for path in paths:
            try:
                picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
            except Exception as problem:
                print(f"left out: {path}: {problem}")
                continue
            pictures.append((path, f"{folder}/{len(pictures)}.png", picture))
            picture.save(pictures[-1][1])
        as_it_is = Agreement("rapidocr as it is")
        # It takes upright lines for such upside down, and reads garbage; ours reads them both ways. So should what ours is
        # compared with, to tell such lines from those that differ for another reason.
        both_ways = Agreement("each line as rapidocr reads it more surely, turned or not")
        ours, theirs = [], []
        run = subprocess.run(
            [bench, "firstlook", *[p[1] for p in pictures], "--models", models, "--lines", "--threads", str(THREADS)],
            check=True, capture_output=True, text=True).stdout
        answers = {answer["file"]: answer for answer in map(json.loads, run.splitlines())}
        for path, copy, picture in pictures:
            pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
            start = time.perf_counter()
            turned = reading(engine, pixels, use_cls=True)
            theirs.append(time.perf_counter() - start)
            ours.append(answers[copy]["seconds"])
            got = [(folded(line["text"]), np.mean(line["corners"], axis=0)) for line in answers[copy]["lines"]]
            for agreement, wanted in (
                (as_it_is, turned), (both_ways, surer(turned, reading(engine, pixels, use_cls=False)))
            ):
                lines = [(text, np.mean(box, axis=0)) for text, _, box in wanted]
                agreement.add(os.path.basename(path), lines, got, is_shown=agreement is both_ways)
    print(f"{len(pictures)} pictures", as_it_is, both_ways, sep="\n")
    print(f"time: {sum(ours):.2f} s, rapidocr {sum(theirs):.2f} s, ratio {sum(ours) / sum(theirs):.2f}; "
          f"median ratio {statistics.median(a / b for a, b in zip(ours, theirs)):.2f}")


def compare_tags(bench, models, paths):
    table = os.path.join(os.path.dirname(os.path.abspath(__file__)), "screen_judgements.tsv")
    rows = [line.rstrip("\n").split("\t") for line in open(table, encoding="utf-8") if not line.startswith("#")]
    judgements = {row[0]: set(row[1].split(",")) for row in rows}
    right = shown = named = judged = 0
    run = subprocess.run([bench, "firstlook", *paths, "--models", models, "--lines", "--threads", str(THREADS)],
                         check=True, capture_output=True, text=True).stdout
    for answer in map(json.loads, run.splitlines()):
        wanted = judgements.get(hashlib.sha256(open(answer["file"], "rb").read()).hexdigest())
        name, kinds = os.path.basename(answer["file"]), answer["kinds"]
        print(f"{name}: {', '.join(kinds) or '-'}; {answer.get('application') or '-'}; {answer['facts']}")
        if wanted is None:
            continue
        judged += 1
        shown += len(kinds)
        right += sum(kind in wanted for kind in kinds)
        named += any(kind in wanted for kind in kinds)
        if not set(kinds) <= wanted:
            print(f"    wrong: {set(kinds) - wanted}; a person says {wanted}")
    print(f"screen_tag_precision {right / max(shown, 1):.2f} ({right} of {shown}); "
          f"pictures with a right kind: {named} of {judged}")


def folded(text):
    return unicodedata.normalize("NFC", text).strip()


if __name__ == "__main__":
    command, bench, models, *rest = sys.argv[1:]
    if command == "graphs":
        compare_graphs(bench, models, int(rest[0]), rest[1:])
    elif command == "tags":
        compare_tags(bench, models, rest)
    else:
        compare_lines(bench, models, rest)
