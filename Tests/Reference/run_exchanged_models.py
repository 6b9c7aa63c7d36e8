"""Runs the models that the tests of exchange write, in onnxruntime, PyTorch and Keras, and compares with what Rival computed.

Usage: RIVAL_KEEP_MODELS=DIR swift test … --filter ExchangedModelsTests
       python Tests/Reference/run_exchanged_models.py DIR

Needs onnx, onnxruntime, safetensors, torch and keras 3. Ends with status 1 where a number is off by 1e-5 or more. The digests of files that it
found to be right stand in Tests/ExchangeTests/Fixtures/models.json (RIVAL_RECORD=1 writes them anew).

With --write it also makes Tests/ExchangeTests/Fixtures/{torch.safetensors,keras.weights.h5,nested.weights.h5,half.onnx,foreign.json}: weights
that these programs wrote themselves, with an input and what their model made of it, for the tests that read them.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy as np
import onnx
import onnxruntime
import torch
from safetensors.numpy import load_file, save_file
from torch import nn

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "ExchangeTests" / "Fixtures"
L = keras.layers


class Same(nn.Module):
    """A transposed convolution whose output is its input times the stride: zeros are cut off as Rival and TensorFlow do, the odd one at the end."""

    def __init__(self, convolution, stride):
        super().__init__()
        self.convolution, self.stride = convolution, stride

    def forward(self, x):
        y = self.convolution(x)
        rows, columns = x.shape[2] * self.stride, x.shape[3] * self.stride
        top, left = (y.shape[2] - rows) // 2, (y.shape[3] - columns) // 2
        return y[:, :, top : top + rows, left : left + columns]


def transposed(*arguments, stride, **options):
    return Same(nn.ConvTranspose2d(*arguments, stride=stride, **options), stride)


class SamePad(nn.Module):
    """Zeros in front of a convolution with stride, as Rival and TensorFlow put them: the odd one behind."""

    def __init__(self, convolution):
        super().__init__()
        self.convolution = convolution

    def forward(self, x):
        pads = []
        for size, kernel, stride in zip(x.shape[:1:-1], self.convolution.kernel_size[::-1], self.convolution.stride[::-1]):
            total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
            pads += [total // 2, total - total // 2]
        return self.convolution(nn.functional.pad(x, pads))


TORCH = {
    "dense": lambda: nn.Sequential(
        nn.Linear(8, 12), nn.LayerNorm(12), nn.LeakyReLU(0.2), nn.Linear(12, 12, bias=False), nn.BatchNorm1d(12), nn.ReLU(), nn.Linear(12, 3),
        nn.Tanh()),
    "generator": lambda: nn.Sequential(
        nn.Linear(8, 48, bias=False), nn.BatchNorm1d(48), nn.ReLU(), nn.Unflatten(1, (6, 2, 4)),
        transposed(6, 5, 4, stride=2, bias=False), nn.BatchNorm2d(5), nn.LeakyReLU(0.2), transposed(5, 4, 5, stride=2), nn.ReLU(),
        nn.ConvTranspose2d(4, 4, 3, stride=2), nn.ReLU(), nn.Conv2d(4, 3, 3, padding=1), nn.Tanh()),
    "critic": lambda: nn.Sequential(
        SamePad(nn.Conv2d(3, 4, 4, stride=2)), nn.LeakyReLU(0.2), nn.Conv2d(4, 6, 3), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(72, 5),
        nn.Sigmoid(), nn.Linear(5, 1)),
}

KERAS = {
    "dense": lambda: keras.Sequential([
        keras.Input((8,)), L.Dense(12), L.LayerNormalization(epsilon=1e-5), L.LeakyReLU(0.2), L.Dense(12, use_bias=False),
        L.BatchNormalization(epsilon=1e-5), L.ReLU(), L.Dense(3, activation="tanh")]),
    "generator": lambda: keras.Sequential([
        keras.Input((8,)), L.Dense(48, use_bias=False), L.BatchNormalization(epsilon=1e-5), L.ReLU(), L.Reshape((2, 4, 6)),
        L.Conv2DTranspose(5, 4, 2, padding="same", use_bias=False), L.BatchNormalization(epsilon=1e-5), L.LeakyReLU(0.2),
        L.Conv2DTranspose(4, 5, 2, padding="same", activation="relu"), L.Conv2DTranspose(4, 3, 2, activation="relu"),
        L.Conv2D(3, 3, padding="same", activation="tanh")]),
    "critic": lambda: keras.Sequential([
        keras.Input((11, 9, 3)), L.Conv2D(4, 4, 2, padding="same"), L.LeakyReLU(0.2), L.Conv2D(6, 3), L.LeakyReLU(0.2), L.Flatten(),
        L.Dense(5, activation="sigmoid"), L.Dense(1)]),
}


def channels_first(x):
    return np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim == 4 else x


def channels_last(x):
    return np.moveaxis(x, 1, -1) if x.ndim == 4 else x


def run_torch(module, path, x):
    state = {name.replace(".weight", ".convolution.weight").replace(".bias", ".convolution.bias")
             if isinstance(module[int(name.split(".")[0])], (Same, SamePad)) else name: torch.tensor(value)
             for name, value in load_file(path).items()}
    module.load_state_dict(state)  # strict: every name and shape
    with torch.no_grad():
        return channels_last(module.eval()(torch.tensor(channels_first(x))).numpy())


def check(folder):
    worst = 0.0
    for path in sorted(folder.glob("*.onnx")):
        name = path.stem
        example = load_file(folder / f"{name}.example.safetensors")
        expected = example.pop("output")
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(path)
        taken = {port.name for port in session.get_inputs()}
        found = {"onnxruntime": session.run(None, {k: v for k, v in example.items() if k in taken})[0]}
        if name in TORCH:
            found["PyTorch"] = run_torch(TORCH[name](), folder / f"{name}-pytorch.safetensors", example["input"])
        if name in KERAS:
            network = KERAS[name]()
            network.load_weights(folder / f"{name}.weights.h5")
            found["Keras"] = network.predict(example["input"], verbose=0)
        for program, values in found.items():
            error = float(np.abs(values - expected).max() / max(1.0, np.abs(expected).max()))
            worst = max(worst, error if np.isfinite(error) else float("inf"))
            print(f"{name:24s}{program:14s}{str(list(values.shape)):20s}{error:.2e}")
    print(f"largest difference {worst:.2e}")
    return worst < 1e-5


def write():
    torch.manual_seed(3)
    keras.utils.set_random_seed(3)
    known = {}
    x = np.random.default_rng(3).standard_normal((1, 8)).astype(np.float32)

    module = TORCH["generator"]().eval()
    for name, value in module.state_dict().items():
        if "running" in name:
            value.copy_(torch.rand_like(value) + 0.5)
    state = {k.replace(".convolution", ""): v.numpy() for k, v in module.state_dict().items()}
    save_file({"net." + k: v for k, v in state.items()}, FIXTURES / "torch.safetensors")
    with torch.no_grad():
        known["torch"] = channels_last(module(torch.tensor(x)).numpy()).ravel().tolist()

    model = KERAS["generator"]()
    model.save_weights(FIXTURES / "keras.weights.h5")
    known["keras"] = model.predict(x, verbose=0).ravel().tolist()

    nested = keras.Sequential([
        keras.Input((8,)), keras.Sequential([L.Dense(6), L.LeakyReLU(0.2), L.Dense(4)]), L.Dense(3),
        keras.Sequential([L.Dense(2), L.Dense(2)])])
    nested.save_weights(FIXTURES / "nested.weights.h5")
    known["nested"] = nested.predict(x, verbose=0).ravel().tolist()
    keras.Sequential([keras.Input((8,)), L.Dense(3), L.BatchNormalization(scale=False)]).save_weights(FIXTURES / "unscaled.weights.h5")

    # Half-precision, a list of floats instead of raw bytes, and packed integers that are no weights.
    weight, bias = np.linspace(-1, 1, 24, dtype=np.float16).reshape(8, 3), np.array([0.25, -0.5, 1], np.float32)
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["h"]), onnx.helper.make_node("Add", ["h", "b"], ["y"])], "g",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, 8])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, 3])],
        [onnx.numpy_helper.from_array(weight, "w"), onnx.helper.make_tensor("b", onnx.TensorProto.FLOAT, [3], bias),
         onnx.numpy_helper.from_array(np.array([1, 2]), "axes")])
    onnx.save(onnx.helper.make_model(graph), FIXTURES / "half.onnx")
    known = {name: [round(value, 7) for value in values] for name, values in known.items()}
    known["input"] = x.ravel().tolist()
    known["half"] = (x @ weight.astype(np.float32) + bias).ravel().tolist()
    (FIXTURES / "foreign.json").write_text(json.dumps(known) + "\n")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write()
    folders = [pathlib.Path(argument) for argument in sys.argv[1:] if not argument.startswith("--")]
    sys.exit(0 if all([check(folder) for folder in folders]) else 1)
