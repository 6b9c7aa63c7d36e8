"""Writes the reference numbers of the built-in layers, computed by PyTorch in float64.

Usage: python Tests/Reference/make_layer_references.py [Tests/NetworksTests/Fixtures/layers.json]

Needs torch (any 2.x). Each case holds a layer's name and fields, its input, parameters and state, and what they must give:

- output: y, and newState: the state after the call;
- inputGradient and parameterGradients: the derivatives of s = sum(cotangent * y);
- penaltyInputGradient and penaltyParameterGradients: the derivatives of p = sum((ds/dx)^2), which take second derivatives.

Images are NHWC, kernels HWIO (transposed convolutions: [kh, kw, out, in]); the script moves axes to PyTorch's order and back.
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(20240611)


def numbers(*shape):
    """Normal numbers of four decimals, exact in the file."""
    return torch.round(torch.randn(*shape, dtype=torch.float64), decimals=4)


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def conv2d(x, p, s, kernel, stride, padding, dilation=1, bias=True):
    x = nchw(x)
    if padding == "same":
        pads = []
        for size in (x.shape[3], x.shape[2]):
            outputs = -(-size // stride)
            total = max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size)
            pads += [total // 2, total - total // 2]
        x = F.pad(x, pads)
    y = F.conv2d(x, p["kernel"].permute(3, 2, 0, 1), p.get("bias"), stride=stride, dilation=dilation)
    return nhwc(y)


def conv_transpose2d(x, p, s, kernel, stride, padding):
    height, width = x.shape[1] * stride, x.shape[2] * stride
    y = F.conv_transpose2d(nchw(x), p["kernel"].permute(3, 2, 0, 1), stride=stride)
    if padding == "same":
        y = F.pad(y, (0, max(0, width - y.shape[3]), 0, max(0, height - y.shape[2])))
        low = max(0, kernel - stride) // 2
        y = y[:, :, low : low + height, low : low + width]
    return nhwc(y) + p["bias"]


def batch_norm(x, p, s, training, momentum=0.1, epsilon=1e-5):
    channels_first = nchw(x) if x.dim() == 4 else x
    y = F.batch_norm(
        channels_first, s["moving_mean"], s["moving_variance"], p["gamma"], p["beta"], training, momentum, epsilon)
    return nhwc(y) if x.dim() == 4 else y


def layer_norm(x, p, s):
    if x.dim() == 2:
        return F.layer_norm(x, (x.shape[1],), p["gamma"], p["beta"], 1e-5)
    return nhwc(F.group_norm(nchw(x), 1, p["gamma"], p["beta"], 1e-5))


def minibatch_discrimination(x, p, s, kernels, dimensions):
    m = (x @ p["weight"]).view(-1, kernels, dimensions)
    rows = []
    for i in range(x.shape[0]):
        others = [j for j in range(x.shape[0]) if j != i]
        rows.append(sum(torch.exp(-(m[i] - m[j]).abs().sum(1)) for j in others))
    return torch.cat([x, torch.stack(rows)], 1)


def minibatch_standard_deviation(x, p, s):
    deviation = torch.sqrt(x.var(0, unbiased=False) + 1e-8).mean()
    return torch.cat([x, deviation.expand(*x.shape[:-1], 1)], -1)


cases = []


def case(title, layer, fields, x, function, parameters=None, state=None, training=True):
    parameters = {k: v.clone().requires_grad_() for k, v in (parameters or {}).items()}
    before = {k: v.clone() for k, v in (state or {}).items()}
    after = {k: v.clone() for k, v in before.items()}
    x = x.clone().requires_grad_()
    y = function(x, parameters, after)
    cotangent = numbers(*y.shape)
    variables = [x] + list(parameters.values())

    def derivatives(scalar):
        if not scalar.requires_grad:
            return [torch.zeros_like(v) for v in variables]
        found = torch.autograd.grad(scalar, variables, create_graph=True, allow_unused=True)
        return [torch.zeros_like(v) if g is None else g for v, g in zip(variables, found)]

    first = derivatives((cotangent * y).sum())
    second = derivatives((first[0] ** 2).sum())

    def values(tensor):
        return {"shape": list(tensor.shape), "values": [float(f"{v:.10g}") for v in tensor.detach().reshape(-1).tolist()]}

    def named(tensors):
        return {name: values(tensor) for name, tensor in zip(parameters, tensors)}

    cases.append({
        "title": title, "layer": layer, "fields": fields, "isTraining": training, "input": values(x),
        "parameters": named(parameters.values()), "state": {k: values(v) for k, v in before.items()},
        "cotangent": values(cotangent), "output": values(y), "newState": {k: values(v) for k, v in after.items()},
        "inputGradient": values(first[0]), "parameterGradients": named(first[1:]),
        "penaltyInputGradient": values(second[0]), "penaltyParameterGradients": named(second[1:]),
    })


case("dense", "dense", {"units": 3}, numbers(4, 5), lambda x, p, s: x @ p["weight"] + p["bias"],
     {"weight": numbers(5, 3), "bias": numbers(3)})
case("dense without bias", "dense", {"units": 3, "usesBias": False}, numbers(4, 5), lambda x, p, s: x @ p["weight"],
     {"weight": numbers(5, 3)})

for kernel, stride, padding, dilation, size in [
    (4, 2, "same", 1, 6), (3, 2, "same", 1, 5), (4, 1, "same", 1, 5), (3, 1, "valid", 1, 5), (3, 2, "valid", 1, 6),
    (2, 1, "same", 2, 5), (1, 1, "valid", 1, 3), (2, 3, "valid", 1, 7), (3, 2, "same", 2, 6),
]:
    case(f"conv2d kernel {kernel}, stride {stride}, {padding}, dilation {dilation}", "conv2d",
         {"filters": 3, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation},
         numbers(2, size, size - 1 if size > 3 else size, 2),
         lambda x, p, s, k=kernel, t=stride, a=padding, d=dilation: conv2d(x, p, s, k, t, a, d),
         {"kernel": numbers(kernel, kernel, 2, 3), "bias": numbers(3)})
case("conv2d without bias", "conv2d", {"filters": 2, "kernel": 3, "stride": 2, "usesBias": False}, numbers(2, 4, 4, 3),
     lambda x, p, s: conv2d(x, p, s, 3, 2, "same"), {"kernel": numbers(3, 3, 3, 2)})

for kernel, stride, padding in [(4, 2, "same"), (3, 2, "same"), (5, 2, "same"), (4, 1, "valid"), (3, 2, "valid"), (2, 3, "same"), (2, 2, "same")]:
    case(f"conv-transpose2d kernel {kernel}, stride {stride}, {padding}", "conv-transpose2d",
         {"filters": 2, "kernel": kernel, "stride": stride, "padding": padding}, numbers(2, 3, 2, 3),
         lambda x, p, s, k=kernel, t=stride, a=padding: conv_transpose2d(x, p, s, k, t, a),
         {"kernel": numbers(kernel, kernel, 2, 3), "bias": numbers(2)})

for training in (True, False):
    for shape in ((6, 3), (3, 2, 2, 3)):
        case(f"batch-norm {list(shape)}, {'training' if training else 'use'}", "batch-norm", {}, 2 * numbers(*shape) + 1,
             lambda x, p, s, t=training: batch_norm(x, p, s, t), {"gamma": numbers(3), "beta": numbers(3)},
             {"moving_mean": numbers(3), "moving_variance": numbers(3).abs() + 0.5}, training)
case("batch-norm momentum 0.25, epsilon 0.01", "batch-norm", {"momentum": 0.25, "epsilon": 0.01}, numbers(4, 2),
     lambda x, p, s: batch_norm(x, p, s, True, 0.25, 0.01), {"gamma": numbers(2), "beta": numbers(2)},
     {"moving_mean": numbers(2), "moving_variance": numbers(2).abs() + 0.5})
for shape in ((3, 5), (2, 3, 2, 4)):
    case(f"layer-norm {list(shape)}", "layer-norm", {}, 2 * numbers(*shape) + 1, layer_norm,
         {"gamma": numbers(shape[-1]), "beta": numbers(shape[-1])})

case("flatten", "flatten", {}, numbers(2, 2, 3, 2), lambda x, p, s: x.flatten(1))
case("reshape", "reshape", {"shape": [2, -1, 3]}, numbers(2, 12), lambda x, p, s: x.view(2, 2, 2, 3))
case("upsample", "upsample", {"factor": 3}, numbers(2, 2, 3, 2),
     lambda x, p, s: nhwc(F.interpolate(nchw(x), scale_factor=3, mode="nearest")))
for window, stride in ((2, 2), (3, 2), (2, 3), (3, 1)):
    case(f"average-pool window {window}, stride {stride}", "average-pool", {"window": window, "stride": stride},
         numbers(2, 6, 5, 2), lambda x, p, s, w=window, t=stride: nhwc(F.avg_pool2d(nchw(x), w, t)))
    case(f"max-pool window {window}, stride {stride}", "max-pool", {"window": window, "stride": stride},
         numbers(2, 6, 5, 2), lambda x, p, s, w=window, t=stride: nhwc(F.max_pool2d(nchw(x), w, t)))
case("max-pool with ties", "max-pool", {}, torch.ones(1, 4, 4, 1, dtype=torch.float64),
     lambda x, p, s: nhwc(F.max_pool2d(nchw(x), 2, 2)))
case("global-average-pool", "global-average-pool", {}, numbers(2, 3, 4, 2), lambda x, p, s: x.mean((1, 2)))

signs = torch.tensor([[-30.0, -4.0, -1.5, -0.25, 0.0, 0.25, 1.5, 4.0, 30.0]], dtype=torch.float64)
for name, fields, function in [
    ("relu", {}, F.relu), ("leaky-relu", {}, lambda x: F.leaky_relu(x, 0.2)),
    ("leaky-relu", {"slope": 0.01}, lambda x: F.leaky_relu(x, 0.01)), ("tanh", {}, torch.tanh),
    ("sigmoid", {}, torch.sigmoid), ("softplus", {}, lambda x: F.softplus(x, threshold=1e9)), ("elu", {}, F.elu),
    ("elu", {"alpha": 0.5}, lambda x: F.elu(x, 0.5)), ("gelu", {}, F.gelu), ("silu", {}, F.silu),
]:
    # ELU's second derivative jumps at 0, where either side is right.
    first = torch.where(signs == 0, 0.125, signs) if name == "elu" else signs
    case(" ".join([name] + [f"{k} {v}" for k, v in fields.items()]), name, fields, torch.cat([first, numbers(2, 9)]),
         lambda x, p, s, f=function: f(x))

case("minibatch-discrimination", "minibatch-discrimination", {"kernels": 3, "dimensions": 2}, numbers(4, 5),
     lambda x, p, s: minibatch_discrimination(x, p, s, 3, 2), {"weight": torch.round(0.3 * numbers(5, 6), decimals=4)})
for shape in ((4, 3), (3, 2, 2, 2)):
    case(f"minibatch-standard-deviation {list(shape)}", "minibatch-standard-deviation", {}, numbers(*shape),
         minibatch_standard_deviation)
case("position", "position", {"size": 3}, numbers(4, 2), lambda x, p, s: p["value"].expand(4, 3), {"value": numbers(3)})
case("dropout in use", "dropout", {"rate": 0.4}, numbers(3, 4), lambda x, p, s: F.dropout(x, 0.4, False), training=False)


def placed(*layers):
    return {"layers": [{"name": name, "fields": fields} for name, fields in layers]}


case("residual, the input itself", "residual", {"path": placed(("softplus", {}), ("dense", {"units": 3})), "shortcut": placed()},
     numbers(4, 3), lambda x, p, s: x + F.softplus(x) @ p["path/01_dense/weight"] + p["path/01_dense/bias"],
     {"path/01_dense/weight": numbers(3, 3), "path/01_dense/bias": numbers(3)})
convolution = {"filters": 3, "kernel": 3, "usesBias": False}
pooling = ("average-pool", {"window": 2, "stride": 2})
case("residual with a shortcut", "residual",
     {"path": placed(("conv2d", convolution), pooling), "shortcut": placed(pooling, ("conv2d", convolution | {"kernel": 1}))},
     numbers(2, 4, 4, 2),
     lambda x, p, s: nhwc(F.avg_pool2d(nchw(conv2d(x, {"kernel": p["path/00_conv2d/kernel"]}, s, 3, 1, "same")), 2))
     + conv2d(nhwc(F.avg_pool2d(nchw(x), 2)), {"kernel": p["shortcut/01_conv2d/kernel"]}, s, 1, 1, "same"),
     {"path/00_conv2d/kernel": numbers(3, 3, 2, 3), "shortcut/01_conv2d/kernel": numbers(1, 1, 2, 3)})

path = sys.argv[1] if len(sys.argv) > 1 else "Tests/NetworksTests/Fixtures/layers.json"
with open(path, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases")
