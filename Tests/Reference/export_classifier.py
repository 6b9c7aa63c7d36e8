#!/usr/bin/env python3
"""Writes a PyTorch classifier as a file that `rival metrics` takes features and class probabilities from.

    python3 export_classifier.py [directory]

As a module, `export(model, input_shape, path)` writes a torch.nn.Sequential of your own; `write_network` writes any feed-forward
network that you describe as Rival's layers. Run as a program it writes the two small classifiers that the tests read, and what they
must give: ring-classifier.h5, image-classifier.h5 and references.json. Needs h5py, numpy and torch.

What the file holds (Docs/metrics.md says it in full):

    bytes 0-511                               the header: length, SHA-256, CRC-32C
    /                                         attributes format, format_major, format_minor, producer, step, epoch, complete
    /config/discriminator                     JSON: input shape, layers by name with their fields
    /discriminator/params/NN_layer/<name>     float32, contiguous; attribute crc32c
    /discriminator/buffers/NN_layer/<name>    moving means and variances of batch normalization, likewise
"""

import hashlib
import json
import os
import struct
import sys

import h5py
import numpy as np

HEADER = 512

CRC_TABLE = []
for value in range(256):
    for _ in range(8):
        value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    CRC_TABLE.append(value)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def text(value):
    """A string of fixed length in UTF-8: the only kind of text that checkpoints hold."""
    data = value.encode()
    return np.array(data, dtype=h5py.string_dtype("utf-8", max(1, len(data))))


def write_network(path, input_shape, layers, params, buffers=()):
    """Writes a network.

    input_shape: of one sample: [n], or [height, width, channels].
    layers: (name, fields) pairs, as `rival plugins describe NAME` shows them: ("dense", {"units": 10}).
    params, buffers: (path, array) pairs such as ("00_dense/weight", w): layer's number and name (- becomes _), then the tensor's name.
    """

    def add(group, name, data):
        dataset = group.create_dataset(name, data=data, track_times=False)
        dataset.attrs["crc32c"] = np.uint32(crc32c(dataset[()].tobytes()))

    config = {"schema": 1, "input": list(input_shape), "layers": [{"name": name, "fields": fields} for name, fields in layers]}
    with h5py.File(path, "w", libver=("v108", "v108"), userblock_size=HEADER, track_order=True) as file:
        for name, value in [
            ("format", text("rival-checkpoint")), ("format_major", np.int32(1)), ("format_minor", np.int32(0)),
            ("producer", text("export_classifier.py")), ("step", np.int64(0)), ("epoch", np.int64(0)), ("complete", np.uint8(1)),
        ]:
            file.attrs.create(name, value)
        add(file, "config/discriminator", text(json.dumps(config, sort_keys=True)))
        for kind, tensors in [("params", params), ("buffers", buffers)]:
            for name, array in tensors:
                add(file, f"discriminator/{kind}/{name}", np.ascontiguousarray(array, dtype="<f4"))
    with open(path, "rb") as stream:
        body = stream.read()[HEADER:]
    block = bytearray(HEADER)
    block[0:8] = b"RIVALCK\0"
    struct.pack_into("<IIQ", block, 8, 1, HEADER, HEADER + len(body))
    block[24:56] = hashlib.sha256(body).digest()
    # Step 0, no time, layout 1.0, no metric.
    struct.pack_into("<QQIId", block, 56, 0, 0, 1, 0, float("nan"))
    struct.pack_into("<I", block, 508, crc32c(bytes(block[:508])))
    with open(path, "wb") as stream:
        stream.write(bytes(block) + body)


def export(model, input_shape, path, mean=None, std=None):
    """Writes a torch.nn.Sequential; its last layer gives logits, no softmax.

    input_shape: of one sample as Rival has it: [n], or [height, width, channels].
    mean, std: of each channel, where the model was trained on images in [0, 1] normalized with them (torchvision's Normalize). For
    images in [0, 1] without normalization give [0.0] and [1.0]; for images in [-1, 1], and points, leave both out. Rival's images lie
    in [-1, 1], so a batch normalization with these moments goes in front.
    """
    from torch import nn

    layers, params, buffers = [], [], []
    shape = list(input_shape)

    def array(tensor):
        return tensor.detach().cpu().numpy()

    def layer(name, **fields):
        layers.append((name, fields))
        return f"{len(layers) - 1:02d}_{name.replace('-', '_')}/"

    def normalization(gamma, beta, moving_mean, moving_variance, epsilon):
        place = layer("batch-norm", epsilon=epsilon)
        params.extend([(place + "gamma", gamma), (place + "beta", beta)])
        buffers.extend([(place + "moving_mean", moving_mean), (place + "moving_variance", moving_variance)])

    def refuse(module, why):
        raise ValueError(f"{module} cannot be written: {why}")

    if mean is not None:
        mean, std = (np.broadcast_to(np.asarray(values, dtype=float), shape[-1:]) for values in (mean, std))
        # (x + 1) / 2 is in [0, 1]: (that - mean) / std = (x - (2 mean - 1)) / (2 std).
        epsilon = 1e-5
        normalization(np.ones(shape[-1]), np.zeros(shape[-1]), 2 * mean - 1, (2 * std) ** 2 - epsilon, epsilon)

    flattened = None
    for module in model:
        if isinstance(module, nn.Linear):
            place = layer("dense", units=module.out_features, usesBias=module.bias is not None)
            weight = array(module.weight)
            if flattened:
                # The columns stand in the order channels, rows, columns; Rival flattens rows, columns, channels.
                height, width, channels = flattened
                weight = weight.reshape(-1, channels, height, width).transpose(0, 2, 3, 1).reshape(len(weight), -1)
                flattened = None
            params.append((place + "weight", weight.T))
            if module.bias is not None:
                params.append((place + "bias", array(module.bias)))
            shape = [module.out_features]
        elif isinstance(module, nn.Conv2d):
            (kernel, other), (stride, _), (dilation, _) = module.kernel_size, module.stride, module.dilation
            if kernel != other or len({*module.stride}) > 1 or len({*module.dilation}) > 1 or module.groups > 1:
                refuse(module, "only square kernels without groups")
            extent = dilation * (kernel - 1) + 1
            padding = module.padding if isinstance(module.padding, str) else module.padding[0]
            if padding in ("valid", 0):
                padding = "valid"
                shape[:2] = [(size - extent) // stride + 1 for size in shape[:2]]
            elif stride == 1 and extent % 2 == 1 and padding in ("same", (extent - 1) // 2):
                padding = "same"
            else:
                refuse(module, "with a stride or an even kernel the zeros stand elsewhere than in Rival; train with padding=0")
            place = layer(
                "conv2d", filters=module.out_channels, kernel=kernel, stride=stride, dilation=dilation, padding=padding,
                usesBias=module.bias is not None)
            params.append((place + "kernel", array(module.weight).transpose(2, 3, 1, 0)))
            if module.bias is not None:
                params.append((place + "bias", array(module.bias)))
            shape[2] = module.out_channels
        elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            count = module.num_features
            normalization(
                array(module.weight) if module.affine else np.ones(count), array(module.bias) if module.affine else np.zeros(count),
                array(module.running_mean), array(module.running_var), module.eps)
        elif isinstance(module, (nn.MaxPool2d, nn.AvgPool2d)):
            window, stride = module.kernel_size, module.stride
            if not isinstance(window, int) or not isinstance(stride, int) or module.padding != 0 or module.ceil_mode:
                refuse(module, "only square windows without padding")
            layer("max-pool" if isinstance(module, nn.MaxPool2d) else "average-pool", window=window, stride=stride)
            shape[:2] = [(size - window) // stride + 1 for size in shape[:2]]
        elif isinstance(module, nn.AdaptiveAvgPool2d):
            if module.output_size not in (1, (1, 1)):
                refuse(module, "only the mean over all pixels")
            layer("global-average-pool")
            shape = [shape[2]]
        elif isinstance(module, nn.Flatten):
            if len(shape) == 3:
                layer("flatten")
                flattened, shape = list(shape), [int(np.prod(shape))]
        elif isinstance(module, nn.LeakyReLU):
            layer("leaky-relu", slope=module.negative_slope)
        elif type(module) in (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.SiLU):
            layer(type(module).__name__.lower())
        elif isinstance(module, (nn.Dropout, nn.Dropout2d, nn.Identity)):
            pass
        else:
            refuse(module, "there is no rule for it; call write_network with the layers yourself")
    write_network(path, input_shape, layers, params, buffers)


def main(directory):
    import torch
    from torch import nn

    torch.manual_seed(20240917)

    # Which of eight Gaussians on the unit circle a point is from.
    angles = torch.arange(8) * (2 * torch.pi / 8)
    centres = torch.stack([angles.cos(), angles.sin()], 1)
    ring = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.LeakyReLU(0.1), nn.Linear(16, 8))
    optimizer = torch.optim.Adam(ring.parameters(), lr=0.02)
    for _ in range(400):
        labels = torch.randint(8, (256,))
        points = centres[labels] + 0.1 * torch.randn(256, 2)
        loss = nn.functional.cross_entropy(ring(points), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    # Colour images with a bright bar, upright or level, in one of three channels.
    def bars(count):
        labels = torch.randint(6, (count,))
        images = 0.2 * torch.rand(count, 3, 12, 12)
        for image, label in zip(images, labels.tolist()):
            place = int(torch.randint(1, 10, ()))
            (image[label % 3, :, place:place + 2] if label < 3 else image[label % 3, place:place + 2, :]).add_(0.7)
        return images, labels

    mean, std = [0.3, 0.31, 0.32], [0.25, 0.26, 0.27]
    image = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, stride=1, bias=False), nn.SiLU(),
        nn.Flatten(), nn.Dropout(0.2), nn.Linear(128, 12), nn.ReLU(), nn.Linear(12, 6))
    optimizer = torch.optim.Adam(image.parameters(), lr=0.01)
    def normalized(x):
        centre, scale = (torch.tensor(values, dtype=x.dtype)[:, None, None] for values in (mean, std))
        return (x - centre) / scale

    for _ in range(150):
        images, labels = bars(64)
        loss = nn.functional.cross_entropy(image(normalized(images)), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    export(ring, [2], os.path.join(directory, "ring-classifier.h5"))
    export(image, [12, 12, 3], os.path.join(directory, "image-classifier.h5"), mean=mean, std=std)

    def rounded(tensor):
        return [round(value, 9) for value in tensor.flatten().tolist()]

    # The score of Salimans et al. 2016, in one part.
    def score(probabilities):
        marginal = probabilities.mean(0)
        return float((probabilities * (probabilities / marginal).log()).sum(1).mean().exp())

    references = {}
    labels = torch.randint(8, (40,))
    points = torch.round(centres[labels] + 0.1 * torch.randn(40, 2), decimals=4)
    images, labels = bars(10)
    # As bytes, and as Rival sees them: rows, columns, channels in [-1, 1].
    pixels = (images * 255).round().clamp(0, 255)
    for name, model, hidden, inputs, seen in [
        ("ring-classifier", ring, 4, points, points),
        ("image-classifier", image, 10, normalized(pixels.double() / 255), pixels.permute(0, 2, 3, 1)),
    ]:
        model = model.double().eval()
        inputs = inputs.double()
        with torch.no_grad():
            features = model[:hidden](inputs)
            probabilities = model(inputs).softmax(1)
        references[name] = {
            "samples": rounded(seen) if name == "ring-classifier" else [int(value) for value in seen.flatten().tolist()],
            "features": rounded(features), "width": features.shape[1],
            "probabilities": rounded(probabilities), "classes": probabilities.shape[1], "score": score(probabilities),
        }
    with open(os.path.join(directory, "references.json"), "w") as stream:
        json.dump(references, stream, sort_keys=True, separators=(",", ":"))
        stream.write("\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "Networks"))
