#!/usr/bin/env python3
"""A small EfficientNet-Lite with random weights as a PyTorch file, and what the package's code makes of random pictures.

    make_tagger_cases.py --package FOLDER --out Tests/Fixtures/Reference/tagger [--seed N]

FOLDER holds the unpacked wheel efficientnet_lite_pytorch 0.1.0; needs torch too. As in the released file, some weights lie in
another order than their sides, and counts of training steps stand between them.
"""
import argparse
import json
import sys
from pathlib import Path

import torch

SIDE = 21
# As in the released networks the first block of a stage changes the channels: one that did not would be added to what it began
# with by TensorFlow's code, and not by the package's.
BLOCKS = ["r1_k3_s11_e1_i32_o64", "r2_k3_s22_e6_i64_o96", "r2_k5_s22_e6_i96_o128", "r2_k5_s11_e6_i128_o160"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.package)
    from efficientnet_lite_pytorch import EfficientNet
    from efficientnet_lite_pytorch.utils import BlockDecoder, efficientnet_lite

    torch.manual_seed(arguments.seed)
    _, parameters = efficientnet_lite(
        width_coefficient=0.25, depth_coefficient=1, image_size=SIDE, num_classes=7)
    model = EfficientNet(BlockDecoder.decode(BLOCKS), parameters._replace(fix_head_stem=False))
    weights = model.state_dict()
    for name, tensor in weights.items():
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 2)
        elif "_bn" in name and tensor.dtype == torch.float32:
            tensor.normal_(1 if name.endswith("weight") else 0, 0.3)
        elif name.endswith("_expand_conv.weight") or name == "_fc.weight":
            order = list(range(tensor.dim()))[::-1]
            weights[name] = tensor.permute(order).contiguous().permute(order)
    model.load_state_dict(weights)
    model.eval()
    torch.save(weights, arguments.out / "tiny.pth", _use_new_zipfile_serialization=False)
    cases = []
    for _ in range(3):
        picture = torch.randint(-16, 17, (1, 3, SIDE, SIDE)) / 16
        with torch.no_grad():
            sums = model(picture)[0]
        cases.append({"input": picture[0].permute(1, 2, 0).flatten().tolist(), "output": sums.tolist()})
    (arguments.out / "cases.json").write_text(json.dumps(cases))


if __name__ == "__main__":
    main()
