"""Reference numbers for the Inception features, computed in float64 by pytorch-fid and by torch-fidelity with made-up weights.

    pip install torch torchvision numpy==2.4.6 pytorch-fid==0.3.0 torch-fidelity==0.4.0
    python Tests/Reference/inception_features.py [Tests/Reference/Networks/inception.json]
    python Tests/Reference/inception_features.py --weights weights.safetensors      (needs safetensors: for trying and timing)

The weights are a function of a tensor's name and an element's index, in arithmetic that the tests repeat bit for bit; so are the
images. Written are, for each image, way of resizing and block: sixteen of the features, their sum and their sum of squares.
Beside them, on standard error: how much a feature changes where the network is a little wrong, in units of its tolerance.
"""

import json
import sys
import tempfile

import numpy as np
import pytorch_fid.inception
import torch
import torch.nn.functional as F
from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

# Name and shape: rows, columns, channels.
IMAGES = [("colour", (32, 24, 3)), ("grey", (28, 28, 1)), ("large", (310, 301, 3))]
BLOCKS = [64, 192, 768, 2048]
# What the largest image is asked for; it shows how images are made smaller.
LARGE = [("bilinear", 64), ("tensorflow", 64)]


def numbers(name, count):
    """Numbers in [0, 1) with 24 bits: a mixed hash of the name (FNV-1a) and the index."""
    seed = 2166136261
    for byte in name.encode():
        seed = (seed ^ byte) * 16777619 % (1 << 32)
    x = np.uint32(seed) + np.arange(count, dtype=np.uint32) * np.uint32(2654435761)
    x ^= x >> np.uint32(16)
    x *= np.uint32(2246822507)
    x ^= x >> np.uint32(13)
    x *= np.uint32(3266489909)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)


def tensor(name, shape):
    """Kernels with the variance 2/(fan-in); batch norms near the identity."""
    u = numbers(name, int(np.prod(shape)))
    if name.endswith("running_var"):
        values = u + np.float32(0.5)
    elif name.endswith("bn.weight"):
        values = u * np.float32(0.5) + np.float32(0.75)
    elif len(shape) == 1:
        values = (u - np.float32(0.5)) * np.float32(0.5)
    else:
        fan = int(np.prod(shape[1:]))
        values = (u - np.float32(0.5)) * np.float32(np.sqrt(24.0 / fan))
    assert values.dtype == np.float32
    return torch.from_numpy(values.reshape(shape))


def image(name, shape):
    """Bytes, as a batch of one in PyTorch's order with three channels."""
    values = (numbers(name, int(np.prod(shape))) * np.float32(256)).astype(np.uint8).reshape(shape)
    return torch.from_numpy(np.repeat(values, 3 // shape[2], axis=2)).permute(2, 0, 1)[None]


def weights():
    """The state dictionary, filled in; its names and shapes are those of pytorch-fid."""
    kept = {}

    def stop(*arguments, **fields):
        raise StopIteration

    # The network is built before its weights are asked for; catch it there.
    build = pytorch_fid.inception._inception_v3
    pytorch_fid.inception._inception_v3 = lambda *a, **k: kept.setdefault("network", build(*a, **k))
    pytorch_fid.inception.load_state_dict_from_url = stop
    try:
        pytorch_fid.inception.fid_inception_v3()
    except StopIteration:
        pass
    pytorch_fid.inception._inception_v3 = build
    shapes = {name: tuple(value.shape) for name, value in kept["network"].state_dict().items()}
    return {name: tensor(name, shape) for name, shape in shapes.items() if not name.endswith("num_batches_tracked")}


def means(maps):
    return F.adaptive_avg_pool2d(maps, (1, 1))[0, :, 0, 0].double().numpy()


def networks(state):
    """The two references, as functions of bytes [1, 3, h, w]: a dictionary of features by block."""
    pytorch_fid.inception.load_state_dict_from_url = lambda *a, **k: state
    first = pytorch_fid.inception.InceptionV3([0, 1, 2, 3]).double().eval()
    with tempfile.NamedTemporaryFile(suffix=".pth") as file:
        torch.save(state, file.name)
        second = FeatureExtractorInceptionV3(
            "reference", [str(b) for b in BLOCKS], feature_extractor_weights_path=file.name, feature_extractor_internal_dtype="float64"
        )
    return {
        "bilinear": lambda x: dict(zip(BLOCKS, (means(maps) for maps in first(x.double() / 255)))),
        "tensorflow": lambda x: dict(zip(BLOCKS, (f[0].double().numpy() for f in second(x)))),
    }, first


def scale(features):
    return np.sqrt(np.mean(features**2))


def report(found, first):
    """Whether the numbers would show a fault, in units of 1e-4 of the features' scale."""

    def distance(a, b):
        return np.max(np.abs(a - b)) / scale(a) / 1e-4

    print("features' scale", {f"{k[0]} {k[1]} {k[2]}": round(float(scale(v)), 4) for k, v in found.items()}, file=sys.stderr)
    for block in BLOCKS:
        ways = distance(found["colour", "bilinear", block], found["colour", "tensorflow", block])
        others = distance(found["colour", "bilinear", block], found["grey", "bilinear", block])
        print(f"{block}: another way of resizing {ways:.0f}, another image {others:.0f}", file=sys.stderr)
    x = image(*IMAGES[0]).double() / 255
    average, largest = F.avg_pool2d, F.max_pool2d
    F.avg_pool2d = lambda y, **k: average(y, **{**k, "count_include_pad": True})
    print(f"averages count padding: {distance(found['colour', 'bilinear', 2048], means(first(x)[3])):.0f}", file=sys.stderr)
    F.avg_pool2d = average
    F.max_pool2d = lambda y, *a, **k: average(y, count_include_pad=False, **k) if k.get("padding") else largest(y, *a, **k)
    print(f"averages in the last block: {distance(found['colour', 'bilinear', 2048], means(first(x)[3])):.0f}", file=sys.stderr)
    F.max_pool2d = largest


def main(path):
    torch.set_grad_enabled(False)
    by_way, first = networks(weights())
    found = {}
    for name, shape in IMAGES:
        for way, network in by_way.items():
            for block, features in network(image(name, shape)).items():
                if name != "large" or (way, block) in LARGE:
                    found[name, way, block] = features
    report(found, first)
    cases = [
        {
            "image": name,
            "shape": list(dict(IMAGES)[name]),
            "resizing": way,
            "features": block,
            "values": [float(v) for v in features[:: block // 16]],
            "sum": float(features.sum()),
            "squares": float((features**2).sum()),
        }
        for (name, way, block), features in found.items()
    ]
    with open(path, "w") as file:
        file.write("[\n" + ",\n".join("  " + json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--weights"]:
        from safetensors.torch import save_file

        save_file(weights(), sys.argv[2])
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else "Tests/Reference/Networks/inception.json")
