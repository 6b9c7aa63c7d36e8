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

for groups, shape in ((2, (3, 6)), (3, (2, 3, 2, 6)), (1, (2, 2, 2, 4)), (4, (2, 2, 3, 4))):
    case(f"group-norm {groups} groups {list(shape)}", "group-norm", {"groups": groups, "epsilon": 0.001}, 2 * numbers(*shape) + 1,
         lambda x, p, s, g=groups: F.group_norm(x, g, p["gamma"], p["beta"], 0.001) if x.dim() == 2
         else nhwc(F.group_norm(nchw(x), g, p["gamma"], p["beta"], 0.001)),
         {"gamma": numbers(shape[-1]), "beta": numbers(shape[-1])})
case("instance-norm", "instance-norm", {}, 2 * numbers(2, 3, 2, 3) + 1, lambda x, p, s: nhwc(F.instance_norm(nchw(x), eps=1e-5)))
case("instance-norm, affine", "instance-norm", {"isAffine": True, "epsilon": 0.01}, numbers(2, 3, 2, 3),
     lambda x, p, s: nhwc(F.instance_norm(nchw(x), weight=p["gamma"], bias=p["beta"], eps=0.01)), {"gamma": numbers(3), "beta": numbers(3)})
for shape in ((3, 5), (2, 2, 3, 4)):
    case(f"pixel-norm {list(shape)}", "pixel-norm", {}, numbers(*shape), lambda x, p, s: x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-8))


def self_attention(x, p, s, pools):
    n, height, width, channels = x.shape

    def part(name, pooled):
        y = F.conv2d(nchw(x), p[name].T[:, :, None, None])
        return (F.max_pool2d(y, 2) if pooled else y).flatten(2)

    keys, queries, values = part("key", pools), part("query", False), part("value", pools)
    weights = torch.softmax(torch.einsum("nci,ncj->nij", keys, queries), 1)
    seen = torch.einsum("nci,nij->ncj", values, weights).view(n, -1, height, width)
    return x + p["gamma"] * nhwc(F.conv2d(seen, p["output"].T[:, :, None, None]))


case("self-attention", "self-attention", {"reduction": 2, "valueReduction": 4}, numbers(2, 3, 2, 4), lambda x, p, s: self_attention(x, p, s, False),
     {"key": numbers(4, 2), "query": numbers(4, 2), "value": numbers(4, 1), "output": numbers(1, 4), "gamma": numbers(1)})
case("self-attention, pooled", "self-attention", {"reduction": 4, "valueReduction": 2, "pools": True}, numbers(2, 4, 2, 4),
     lambda x, p, s: self_attention(x, p, s, True),
     {"key": numbers(4, 1), "query": numbers(4, 1), "value": numbers(4, 2), "output": numbers(2, 4), "gamma": numbers(1)})


def grouped_conv2d(x, p, s, kernel, stride, padding, groups):
    x = nchw(x)
    if padding == "same":
        pads = []
        for size in (x.shape[3], x.shape[2]):
            total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
            pads += [total // 2, total - total // 2]
        x = F.pad(x, pads)
    return nhwc(F.conv2d(x, p["kernel"].permute(3, 2, 0, 1), p.get("bias"), stride=stride, groups=groups))


for groups, channels, filters, kernel, stride, padding in [
    (2, 4, 6, 3, 1, "same"), (1, 2, 3, 3, 2, "same"), (3, 3, 3, 3, 1, "same"), (0, 3, 6, 3, 2, "same"), (2, 2, 2, 2, 1, "valid"),
    (2, 4, 2, 2, 2, "valid"), (0, 2, 4, 4, 2, "same"),
]:
    actual = groups or channels
    case(f"grouped-conv2d {groups} groups, {channels} to {filters}, kernel {kernel}, stride {stride}, {padding}", "grouped-conv2d",
         {"filters": filters, "groups": groups, "kernel": kernel, "stride": stride, "padding": padding}, numbers(2, 5, 4, channels),
         lambda x, p, s, k=kernel, t=stride, a=padding, g=actual: grouped_conv2d(x, p, s, k, t, a, g),
         {"kernel": numbers(kernel, kernel, channels // actual, filters), "bias": numbers(filters)})
case("maxout", "maxout", {"units": 3, "pieces": 4}, numbers(4, 5), lambda x, p, s: (x @ p["weight"] + p["bias"]).view(-1, 4, 3).amax(1),
     {"weight": numbers(5, 12), "bias": numbers(12)})
case("branches, concatenated", "branches", {"first": placed(), "second": placed(("dense", {"units": 2}), ("softplus", {}))}, numbers(3, 4),
     lambda x, p, s: torch.cat([x, F.softplus(x @ p["second/00_dense/weight"] + p["second/00_dense/bias"])], 1),
     {"second/00_dense/weight": numbers(4, 2), "second/00_dense/bias": numbers(2)})
for merging in ("add", "multiply"):
    case(f"branches, {merging}", "branches",
         {"merging": merging, "first": placed(("dense", {"units": 2, "usesBias": False})), "second": placed(("dense", {"units": 2, "usesBias": False}))},
         numbers(3, 4), lambda x, p, s, m=merging: (torch.add if m == "add" else torch.mul)(
             x @ p["first/00_dense/weight"], x @ p["second/00_dense/weight"]),
         {"first/00_dense/weight": numbers(4, 2), "second/00_dense/weight": numbers(4, 2)})
for power in (1, 2):
    case(f"reconstruction-score, power {power}", "reconstruction-score",
         {"power": power, "encoder": placed(("flatten", {}), ("dense", {"units": 2}), ("tanh", {})),
          "decoder": placed(("dense", {"units": 4}), ("reshape", {"shape": [2, 2, 1]}))}, numbers(3, 2, 2, 1),
         lambda x, p, s, q=power: -((torch.tanh(x.flatten(1) @ p["encoder/01_dense/weight"] + p["encoder/01_dense/bias"])
                                     @ p["decoder/00_dense/weight"] + p["decoder/00_dense/bias"]) - x.flatten(1)).abs().pow(q).mean(1, keepdim=True),
         {"encoder/01_dense/weight": numbers(4, 2), "encoder/01_dense/bias": numbers(2), "decoder/00_dense/weight": numbers(2, 4),
          "decoder/00_dense/bias": numbers(4)})
for factor in (1, 2, 3):
    case(f"bilinear-upsample {factor}", "bilinear-upsample", {"factor": factor}, numbers(2, 2, 3, 2),
         lambda x, p, s, f=factor: nhwc(F.interpolate(nchw(x), scale_factor=f, mode="bilinear", align_corners=False)))
case("gaussian-noise in use", "gaussian-noise", {"standardDeviation": 0.4}, numbers(3, 4), lambda x, p, s: x, training=False)

for name, fields, function in [
    ("selu", {}, F.selu), ("celu", {"alpha": 0.7}, lambda x: F.celu(x, 0.7)), ("mish", {}, lambda x: x * torch.tanh(torch.logaddexp(x, torch.zeros_like(x)))),
    ("softsign", {}, F.softsign), ("sine", {"frequency": 1.5}, lambda x: torch.sin(1.5 * x)),
    ("hard-tanh", {"lower": -1.25, "upper": 2}, lambda x: F.hardtanh(x, -1.25, 2.0)), ("hard-sigmoid", {}, lambda x: (x + 3).clamp(0, 6) / 6),
    ("hard-swish", {}, lambda x: x * (x + 3).clamp(0, 6) / 6), ("softmax", {}, lambda x: torch.softmax(x, -1)),
]:
    # Where the second derivative jumps, either side is right.
    first = torch.where(signs == 0, 0.125, signs)
    case(" ".join([name] + [f"{k} {v}" for k, v in fields.items()]), name, fields, torch.cat([first, numbers(2, 9)]),
         lambda x, p, s, f=function: f(x))
for shape in ((3, 4), (2, 2, 2, 3)):
    case(f"prelu {list(shape)}", "prelu", {}, numbers(*shape), lambda x, p, s: F.prelu(x, p["slope"]) if x.dim() == 2
         else nhwc(F.prelu(nchw(x), p["slope"])), {"slope": numbers(shape[-1])})
case("prelu, shared", "prelu", {"isShared": True}, numbers(3, 4), lambda x, p, s: F.prelu(x, p["slope"]), {"slope": numbers(1)})


def convolved(x, p, path, padding):
    return F.conv2d(x, p[f"{path}/kernel"].permute(3, 2, 0, 1), p.get(f"{path}/bias"), padding=padding)


def conv_parameters(path, kernel, inputs, outputs, bias=True):
    parts = {f"{path}/kernel": numbers(kernel, kernel, inputs, outputs)}
    return {**parts, f"{path}/bias": numbers(outputs)} if bias else parts


def generator_block(x, p, s, up, normalizes):
    def normalized(y, name):
        if not normalizes:
            return y
        return F.batch_norm(
            y, s[f"path/{name}/moving_mean"], s[f"path/{name}/moving_variance"], p[f"path/{name}/gamma"], p[f"path/{name}/beta"], True, 0.1)

    x = nchw(x)
    enlarged = (lambda y: F.interpolate(y, scale_factor=2, mode="nearest")) if up else (lambda y: y)
    norms = ["00_batch_norm", f"0{4 if up else 3}_batch_norm"]
    convs = [f"path/0{i}_conv2d" for i in ((3, 6) if up else (2, 5))] if normalizes else [f"path/0{i}_conv2d" for i in ((2, 4) if up else (1, 3))]
    y = convolved(enlarged(F.relu(normalized(x, norms[0]))), p, convs[0], 1)
    y = convolved(F.relu(normalized(y, norms[1])), p, convs[1], 1)
    shortcut = [k for k in p if k.startswith("shortcut")]
    if shortcut:
        return nhwc(y + convolved(enlarged(x), p, shortcut[0].rsplit("/", 1)[0], 0))
    return nhwc(y + x)


def norm_parts(*names, channels):
    return ({f"path/{n}/{k}": numbers(c) for n, c in zip(names, channels) for k in ("gamma", "beta")},
            {f"path/{n}/{k}": numbers(c).abs() + 0.5 for n, c in zip(names, channels) for k in ("moving_mean", "moving_variance")})


p, s = norm_parts("00_batch_norm", "04_batch_norm", channels=(2, 3))
case("generator-block, up", "generator-block", {"filters": 3}, numbers(3, 2, 2, 2), lambda x, p, s: generator_block(x, p, s, True, True),
     {**p, **conv_parameters("path/03_conv2d", 3, 2, 3), **conv_parameters("path/06_conv2d", 3, 3, 3), **conv_parameters("shortcut/01_conv2d", 1, 2, 3)}, s)
p, s = norm_parts("00_batch_norm", "03_batch_norm", channels=(2, 2))
case("generator-block, same", "generator-block", {"filters": 2, "upsamples": False}, numbers(3, 2, 2, 2),
     lambda x, p, s: generator_block(x, p, s, False, True),
     {**p, **conv_parameters("path/02_conv2d", 3, 2, 2), **conv_parameters("path/05_conv2d", 3, 2, 2)}, s)
case("generator-block without normalization", "generator-block", {"filters": 2, "normalization": "none"}, numbers(2, 2, 2, 2),
     lambda x, p, s: generator_block(x, p, s, True, False),
     {**conv_parameters("path/02_conv2d", 3, 2, 2), **conv_parameters("path/04_conv2d", 3, 2, 2), **conv_parameters("shortcut/01_conv2d", 1, 2, 2)})


def discriminator_block(x, p, s, first, down):
    x = nchw(x)
    pooled = (lambda y: F.avg_pool2d(y, 2)) if down else (lambda y: y)
    convs = [k.rsplit("/", 1)[0] for k in p if k.startswith("path") and k.endswith("kernel")]
    y = convolved(x if first else F.relu(x), p, convs[0], 1)
    y = pooled(convolved(F.relu(y), p, convs[1], 1))
    shortcut = [k.rsplit("/", 1)[0] for k in p if k.startswith("shortcut") and k.endswith("kernel")]
    if not shortcut:
        return nhwc(x + y)
    return nhwc(y + (convolved(pooled(x), p, shortcut[0], 0) if first else pooled(convolved(x, p, shortcut[0], 0))))


case("discriminator-block", "discriminator-block", {"filters": 3}, numbers(2, 4, 2, 2), lambda x, p, s: discriminator_block(x, p, s, False, True),
     {**conv_parameters("path/01_conv2d", 3, 2, 3), **conv_parameters("path/03_conv2d", 3, 3, 3), **conv_parameters("shortcut/00_conv2d", 1, 2, 3)})
case("discriminator-block, first", "discriminator-block", {"filters": 2, "isFirst": True}, numbers(2, 4, 2, 1),
     lambda x, p, s: discriminator_block(x, p, s, True, True),
     {**conv_parameters("path/00_conv2d", 3, 1, 2), **conv_parameters("path/02_conv2d", 3, 2, 2), **conv_parameters("shortcut/01_conv2d", 1, 1, 2)})
case("discriminator-block, same", "discriminator-block", {"filters": 2, "downsamples": False}, numbers(2, 3, 2, 2),
     lambda x, p, s: discriminator_block(x, p, s, False, False),
     {**conv_parameters("path/01_conv2d", 3, 2, 2), **conv_parameters("path/03_conv2d", 3, 2, 2)})


def bottleneck_block(x, p, s, groups):
    y = F.leaky_relu(convolved(nchw(x), p, "path/00_conv2d", 0), 0.2)
    y = F.conv2d(y, p["path/02_grouped_conv2d/kernel"].permute(3, 2, 0, 1), p["path/02_grouped_conv2d/bias"], padding=1, groups=groups)
    return x + nhwc(convolved(F.leaky_relu(y, 0.2), p, "path/04_conv2d", 0))


case("bottleneck-block", "bottleneck-block", {"groups": 2, "expansion": 2}, numbers(2, 3, 2, 2), lambda x, p, s: bottleneck_block(x, p, s, 2),
     {**conv_parameters("path/00_conv2d", 1, 2, 4), "path/02_grouped_conv2d/kernel": numbers(3, 3, 2, 4), "path/02_grouped_conv2d/bias": numbers(4),
      **conv_parameters("path/04_conv2d", 1, 4, 2, bias=False)})

def filtered(x, taps, up, down, low, high, gain):
    """Zeros between pixels, zeros around, a true convolution by the outer product of the taps, every down-th pixel (StyleGAN2's upfirdn2d)."""
    n, height, width, channels = x.shape
    y = nchw(x).reshape(n, channels, height, 1, width, 1)
    y = F.pad(y, (0, up - 1, 0, 0, 0, up - 1)).reshape(n, channels, height * up, width * up)
    y = F.pad(y, (low, high, low, high))
    t = torch.tensor(taps, dtype=torch.float64)
    kernel = torch.outer(t, t) / t.sum() ** 2 * gain
    y = F.conv2d(y, kernel.flip((0, 1)).expand(channels, 1, -1, -1), groups=channels)
    return nhwc(y[:, :, ::down, ::down])


for taps in ([1, 3, 3, 1], [1, 2, 1], [0.5, 1, 0.25, 2, 1]):
    k = len(taps)
    case(f"blur {taps}", "blur", {"taps": taps}, numbers(2, 4, 3, 2),
         lambda x, p, s, t=taps, k=k: filtered(x, t, 1, 1, k // 2, (k - 1) // 2, 1))
    case(f"filtered-upsample {taps}", "filtered-upsample", {"taps": taps}, numbers(2, 3, 2, 2),
         lambda x, p, s, t=taps, k=k: filtered(x, t, 2, 1, (k - 1) // 2 + 1, (k - 2) // 2, 4))
    case(f"filtered-downsample {taps}", "filtered-downsample", {"taps": taps}, numbers(2, 4, 6, 2),
         lambda x, p, s, t=taps, k=k: filtered(x, t, 1, 2, (k - 1) // 2, (k - 2) // 2, 1))
for factor in (2, 3):
    case(f"pixel-shuffle {factor}", "pixel-shuffle", {"factor": factor}, numbers(2, 2, 3, 2 * factor ** 2),
         lambda x, p, s, f=factor: nhwc(F.pixel_shuffle(nchw(x), f)))
    case(f"pixel-unshuffle {factor}", "pixel-unshuffle", {"factor": factor}, numbers(2, 2 * factor, factor, 2),
         lambda x, p, s, f=factor: nhwc(F.pixel_unshuffle(nchw(x), f)))
for border, mode in (("reflect", "reflect"), ("replicate", "replicate"), ("zeros", "constant")):
    case(f"border-padding, {border}", "border-padding", {"width": 2, "border": border}, numbers(2, 3, 4, 2),
         lambda x, p, s, m=mode: nhwc(F.pad(nchw(x), (2, 2, 2, 2), mode=m)))
case("constant-input", "constant-input", {"shape": [2, 3, 1]}, numbers(3, 4), lambda x, p, s: p["value"].expand(3, 2, 3, 1) + 0 * x.sum(),
     {"value": numbers(2, 3, 1)})
case("noise-injection in use", "noise-injection", {}, numbers(2, 3, 2, 2), lambda x, p, s: x + p["strength"] * s["noise"], {"strength": numbers(1)},
     {"noise": numbers(1, 3, 2, 1)}, training=False)


def mapping(x, p, prefix, layers, factor, normalizes=True):
    y = x / torch.sqrt((x * x).mean(1, keepdim=True) + 1e-8) if normalizes else x
    for i in range(layers):
        y = y @ (p[f"{prefix}weight_{i}"] * factor / y.shape[1] ** 0.5) + factor * p[f"{prefix}bias_{i}"]
        y = F.leaky_relu(y, 0.2) * 2 ** 0.5
    return y


for normalizes in (True, False):
    case(f"mapping-network{'' if normalizes else ', input as it is'}", "mapping-network",
         {"layers": 2, "units": 3, "rateFactor": 0.5, "normalizes": normalizes}, numbers(4, 5),
         lambda x, p, s, n=normalizes: mapping(x, p, "", 2, 0.5, n),
         {"weight_0": 2 * numbers(5, 3), "bias_0": numbers(3), "weight_1": 2 * numbers(3, 3), "bias_1": numbers(3)})


def modulated(x, w, p, prefix, demodulates):
    """A kernel of its own for every sample, as in the paper's equations 1 to 3."""
    style = w @ p[f"{prefix}style_weight"] + p[f"{prefix}style_bias"]
    kernel = p[f"{prefix}kernel"]
    kernel = kernel / (kernel.shape[0] * kernel.shape[1] * kernel.shape[2]) ** 0.5
    rows = []
    for i in range(x.shape[0]):
        own = kernel * style[i][None, None, :, None]
        if demodulates:
            own = own / torch.sqrt((own * own).sum((0, 1, 2)) + 1e-8)
        rows.append(F.conv2d(nchw(x[i : i + 1]), own.permute(3, 2, 0, 1), padding=kernel.shape[0] // 2))
    return nhwc(torch.cat(rows)) + p.get(f"{prefix}bias", 0)


def modulated_parameters(prefix, style, inputs, filters, kernel, bias=True):
    parts = {f"{prefix}style_weight": numbers(style, inputs), f"{prefix}style_bias": numbers(inputs) + 1,
             f"{prefix}kernel": numbers(kernel, kernel, inputs, filters)}
    return {**parts, f"{prefix}bias": numbers(filters)} if bias else parts


def adaptive(x, w, p, prefix):
    scale, shift = (w @ p[f"{prefix}{n}_weight"] + p[f"{prefix}{n}_bias"] for n in ("scale", "shift"))
    return nhwc(F.instance_norm(nchw(x), eps=1e-5) * scale[:, :, None, None] + shift[:, :, None, None])


prefixes = ["synthesis/01/00_modulated_conv2d/", "synthesis/02/00_adaptive_instance_norm/", "synthesis/03/00_modulated_conv2d/"]
case("style-network of modulated convolutions", "style-network",
     {"mapping": placed(("mapping-network", {"layers": 1, "units": 3, "rateFactor": 0.5})),
      "synthesis": placed(("constant-input", {"shape": [2, 3, 2]}), ("modulated-conv2d", {"filters": 3, "usesBias": False}),
                          ("adaptive-instance-norm", {}),
                          ("modulated-conv2d", {"filters": 2, "kernel": 1, "demodulates": False}))}, numbers(3, 4),
     lambda x, p, s: modulated(adaptive(modulated(p["synthesis/00/00_constant_input/value"].expand(3, 2, 3, 2),
                                                  mapping(x, p, "mapping/00_mapping_network/", 1, 0.5), p, prefixes[0], True),
                                        mapping(x, p, "mapping/00_mapping_network/", 1, 0.5), p, prefixes[1]),
                               mapping(x, p, "mapping/00_mapping_network/", 1, 0.5), p, prefixes[2], False),
     {"mapping/00_mapping_network/weight_0": 2 * numbers(4, 3), "mapping/00_mapping_network/bias_0": numbers(3),
      "synthesis/00/00_constant_input/value": numbers(2, 3, 2), **modulated_parameters(prefixes[0], 3, 2, 3, 3, bias=False),
      **{f"{prefixes[1]}{n}_{k}": numbers(*((3, 3) if k == "weight" else (3,))) for n in ("scale", "shift") for k in ("weight", "bias")},
      **modulated_parameters(prefixes[2], 3, 3, 2, 1)})


def self_modulated(x, z, p, s, prefix):
    h = F.relu(z @ p[f"{prefix}hidden_weight"] + p[f"{prefix}hidden_bias"])
    gamma, beta = (h @ p[f"{prefix}{n}_weight"] + p[f"{prefix}{n}_bias"] for n in ("gamma", "beta"))
    return gamma * F.batch_norm(x, s[f"{prefix}moving_mean"], s[f"{prefix}moving_variance"], None, None, True, 0.1) + beta


prefix = "synthesis/01/00_self_modulated_batch_norm/"
case("style-network of self-modulated batch norm", "style-network",
     {"mapping": placed(), "synthesis": placed(("dense", {"units": 3}), ("self-modulated-batch-norm", {"hidden": 2}))}, numbers(5, 4),
     lambda x, p, s: self_modulated(x @ p["synthesis/00/00_dense/weight"] + p["synthesis/00/00_dense/bias"], x, p, s, prefix),
     {"synthesis/00/00_dense/weight": numbers(4, 3), "synthesis/00/00_dense/bias": numbers(3), f"{prefix}hidden_weight": numbers(4, 2),
      f"{prefix}hidden_bias": numbers(2), f"{prefix}gamma_weight": numbers(2, 3), f"{prefix}gamma_bias": numbers(3) + 1,
      f"{prefix}beta_weight": numbers(2, 3), f"{prefix}beta_bias": numbers(3)},
     {f"{prefix}moving_mean": numbers(3), f"{prefix}moving_variance": numbers(3).abs() + 0.5})

path = sys.argv[1] if len(sys.argv) > 1 else "Tests/NetworksTests/Fixtures/layers.json"
with open(path, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases")
