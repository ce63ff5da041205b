#!/usr/bin/env python3
"""Small ONNX networks with random weights, and what onnxruntime makes of random pictures of several sizes.

    make_network_cases.py --out Tests/Fixtures/Reference/networks [--seed N]

One is built like a text detector, one like a reader of lines, one like a classifier: together they hold every operator that
Tintype's first look knows, in the forms in which exporters write them.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


class Builder:
    """Collects nodes; every method returns the name of its result."""

    def __init__(self, seed: int) -> None:
        self.rng, self.nodes, self.constants = np.random.default_rng(seed), [], []

    def constant(self, values) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def weight(self, *shape) -> str:
        scale = 1.5 / np.sqrt(max(np.prod(shape[1:]), 1))
        return self.constant((self.rng.standard_normal(shape) * scale).astype(np.float32))

    def number(self, value: float) -> str:
        return self.constant(np.float32(value))

    def node(self, kind: str, *inputs: str, **attributes) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def conv(self, x, inputs, outputs, kernel, stride=1, group=1, bias=True, **attributes):
        k = (kernel, kernel) if isinstance(kernel, int) else kernel
        s = (stride, stride) if isinstance(stride, int) else stride
        if "auto_pad" not in attributes:
            attributes["pads"] = [k[0] // 2, k[1] // 2] * 2
        x = self.node("Conv", x, self.weight(outputs, inputs // group, *k), kernel_shape=k, strides=s, group=group,
                      dilations=[1, 1], **attributes)
        return self.node("Add", x, self.weight(1, outputs, 1, 1)) if bias else x

    def gelu(self, x):
        erf = self.node("Erf", self.node("Div", x, self.number(2 ** 0.5)))
        return self.node("Mul", self.node("Mul", x, self.node("Add", erf, self.number(1))), self.number(0.5))

    def squeeze_excite(self, x, channels, mean):
        gate = self.node("ReduceMean", x, axes=[2, 3], keepdims=1) if mean else self.node("GlobalAveragePool", x)
        gate = self.node("Relu", self.conv(gate, channels, channels // 4, 1))
        gate = self.node("HardSigmoid", self.conv(gate, channels // 4, channels, 1), alpha=1 / 6, beta=0.5)
        return self.node("Mul", x, gate)

    def batch_norm(self, x, channels):
        positive = (self.rng.random(channels) + 0.5).astype(np.float32)
        return self.node("BatchNormalization", x, self.weight(channels), self.weight(channels), self.weight(channels),
                         self.constant(positive), epsilon=1e-5)

    def layer_norm(self, x, width):
        centred = self.node("Sub", x, self.node("ReduceMean", x, axes=[-1], keepdims=1))
        squares = self.node("ReduceMean", self.node("Pow", centred, self.number(2)), axes=[-1], keepdims=1)
        scaled = self.node("Div", centred, self.node("Sqrt", self.node("Add", squares, self.number(1e-5))))
        return self.node("Add", self.node("Mul", scaled, self.weight(width)), self.weight(width))

    def model(self, output: str, rank: int):
        graph = helper.make_graph(
            self.nodes, "network", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, "h", "w"])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["a", "b", "c", "d"][:rank])], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
        onnx.checker.check_model(model)
        return model


def detector(b: Builder):
    stem = b.node("Relu", b.conv("x", 3, 8, 3, 2))
    left = b.node("MaxPool", stem, kernel_shape=[2, 2], strides=[1, 1], auto_pad="SAME_UPPER")
    right = b.node("Relu", b.conv(stem, 8, 8, 2, auto_pad="SAME_UPPER"))
    x = b.node("Relu", b.conv(b.node("Concat", left, right, axis=1), 16, 20, 3, 2))
    x = b.node("Identity", b.squeeze_excite(b.conv(x, 20, 20, 3, group=20), 20, mean=True))
    wide = b.conv(b.gelu(b.conv(x, 20, 40, 1)), 40, 20, 1)
    x = b.node("Add", x, wide)
    deep = b.conv(b.conv(x, 20, 20, 7, 2, group=20), 20, 12, 1, bias=False)
    deep = b.node("Add", deep, b.squeeze_excite(deep, 12, mean=False))
    deep = b.node("Resize", deep, b.constant(np.zeros(0, np.float32)), b.constant(np.float32([1, 1, 2, 2])),
                  mode="nearest", nearest_mode="floor", coordinate_transformation_mode="asymmetric")
    x = b.node("Add", deep, b.conv(x, 20, 12, 1, bias=False))
    for outputs in (12, 1):
        x = b.node("ConvTranspose", x, b.weight(12, outputs, 2, 2), kernel_shape=[2, 2], strides=[2, 2])
        x = b.node("Add", x, b.weight(1, outputs, 1, 1))
        x = b.node("Relu", x) if outputs > 1 else b.node("Sigmoid", x)
    return x


def reader(b: Builder):
    width, heads = 24, 3
    x = b.node("Relu", b.conv("x", 3, width, 3, (2, 2)))
    x = b.node("AveragePool", x, kernel_shape=[3, 2], strides=[3, 2], count_include_pad=0)
    x = b.batch_norm(b.conv(x, width, width, (1, 7), group=width, bias=False), width)
    early = x = b.node("Mul", x, b.node("Sigmoid", x))
    sizes = b.node("Shape", x)
    first = b.node("Slice", sizes, b.constant(np.int64([0])), b.constant(np.int64([2])), b.constant(np.int64([0])))
    flat = b.node("Reshape", x, b.node("Concat", first, b.constant(np.int64([-1])), axis=0))
    x = b.node("Transpose", flat, perm=[0, 2, 1])
    mixed = b.node("Add", b.node("MatMul", b.layer_norm(x, width), b.weight(width, 3 * width)), b.weight(3 * width))
    mixed = b.node("Reshape", mixed, b.constant(np.int64([0, -1, 3, heads, width // heads])))
    mixed = b.node("Transpose", mixed, perm=[2, 0, 3, 1, 4])
    parts = []
    for part in range(3):
        piece = b.node("Slice", mixed, b.constant(np.int64([part])), b.constant(np.int64([part + 1])),
                       b.constant(np.int64([0])), b.constant(np.int64([1])))
        parts.append(b.node("Squeeze", piece, axes=[0]))
    query = b.node("Mul", parts[0], b.constant(np.float32([(width // heads) ** -0.5])))
    weights = b.node("Softmax", b.node("MatMul", query, b.node("Transpose", parts[1], perm=[0, 1, 3, 2])), axis=3)
    seen = b.node("Transpose", b.node("MatMul", weights, parts[2]), perm=[0, 2, 1, 3])
    seen = b.node("Reshape", seen, b.constant(np.int64([0, -1, width])))
    x = b.node("Add", x, b.node("Add", b.node("MatMul", seen, b.weight(width, width)), b.weight(width)))
    hidden = b.node("Add", b.node("MatMul", b.layer_norm(x, width), b.weight(width, 2 * width)), b.weight(2 * width))
    hidden = b.node("Mul", hidden, b.node("Sigmoid", hidden))
    x = b.node("Add", x, b.node("Add", b.node("MatMul", hidden, b.weight(2 * width, width)), b.weight(width)))
    length = b.node("Squeeze", b.node("Slice", b.node("Shape", early), b.constant(np.int64([3])),
                                      b.constant(np.int64([4])), b.constant(np.int64([0]))), axes=[0])
    length = b.node("Unsqueeze", b.node("Reshape", length, b.constant(np.zeros(0, np.int64))), axes=[0])
    shape = b.node("Concat", b.constant(np.int64([0])), b.constant(np.int64([1])), length, b.constant(np.int64([width])),
                   axis=0)
    x = b.node("Transpose", b.node("Reshape", x, shape), perm=[0, 3, 1, 2])
    x = b.node("Transpose", b.node("Squeeze", b.node("Add", x, early), axes=[2]), perm=[0, 2, 1])
    return b.node("Softmax", b.node("Add", b.node("MatMul", x, b.weight(width, 50)), b.weight(50)), axis=2)


def classifier(b: Builder):
    x = b.batch_norm(b.conv("x", 3, 8, 3, 2, bias=False), 8)
    gate = b.node("Clip", b.node("Add", x, b.number(3)), b.number(0), b.number(6))
    x = b.node("Div", b.node("Mul", x, gate), b.number(6))
    bias = b.node("Reshape", b.weight(16), b.constant(np.int64([1, -1, 1, 1])))
    x = b.node("Relu", b.node("Add", b.conv(x, 8, 16, 1, bias=False), bias))
    x = b.conv(x, 16, 16, 5, (2, 1), group=16)
    x = b.node("GlobalAveragePool", b.node("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2]))
    first = b.node("Slice", b.node("Shape", x), b.constant(np.int64([0])), b.constant(np.int64([1])))
    first = b.node("Cast", b.node("Cast", first, to=TensorProto.INT32), to=TensorProto.INT64)
    x = b.node("Reshape", x, b.node("Concat", first, b.constant(np.int64([16])), axis=-1))
    return b.node("Softmax", b.node("Add", b.node("MatMul", x, b.weight(16, 2)), b.weight(2)), axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    cases, rng = [], np.random.default_rng(args.seed)
    for name, make, rank, sizes in [
        ("detector", detector, 4, [(1, 32, 32), (2, 16, 48), (1, 64, 32)]),
        ("reader", reader, 3, [(1, 6, 16), (3, 6, 40), (2, 6, 9)]),
        ("classifier", classifier, 2, [(1, 12, 20), (4, 24, 9)]),
    ]:
        builder = Builder(args.seed)
        model = builder.model(make(builder), rank)
        onnx.save(model, args.out / f"{name}.onnx")
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        for batch, rows, columns in sizes:
            x = rng.standard_normal((batch, 3, rows, columns)).astype(np.float32)
            y = session.run(None, {"x": x})[0]
            cases.append({"network": name, "shape": [batch, rows, columns, 3], "result": list(y.shape),
                          "input": [round(float(v), 6) for v in x.transpose(0, 2, 3, 1).ravel()],
                          "output": None})
            rounded = np.float32(cases[-1]["input"]).reshape(batch, rows, columns, 3).transpose(0, 3, 1, 2)
            cases[-1]["output"] = [float(f"{v:.7g}") for v in session.run(None, {"x": rounded})[0].ravel()]
    (args.out / "cases.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}, {len(cases)} cases")


if __name__ == "__main__":
    main()
