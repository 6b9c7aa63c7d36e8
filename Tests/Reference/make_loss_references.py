"""Writes the reference numbers of losses and of the terms beside them, computed by PyTorch (and SciPy) in float64 from the papers' formulas.

Usage: python Tests/Reference/make_loss_references.py [Tests/AdversarialTests/Fixtures/losses.json]

- losses: value of each player's loss at given logits, and its derivatives by them.
- bounds: for two known distributions on three points, the f-divergence by its definition, and the logits of the optimal discriminator.
- evaluated: losses that look at samples, labels, codes or state.
- terms: heuristics that read features of the discriminator by networks of their own, with the weights of these.
"""

import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F
from scipy.special import lambertw

torch.manual_seed(20250117)


def numbers(*shape, scale=1.0):
    """Normal numbers of three decimals, exact in the file."""
    return torch.round(scale * torch.randn(*shape, dtype=torch.float64), decimals=3)


def values(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.12g}") for v in tensor.detach().reshape(-1).tolist()]}


def variable(tensor):
    return tensor.clone().requires_grad_()


def slope(value, x):
    if not value.requires_grad:
        return torch.zeros_like(x)
    found = torch.autograd.grad(value, x, retain_graph=True, allow_unused=True)[0]
    return torch.zeros_like(x) if found is None else found


# --- Losses of logits.
def f_logistic(y):
    return torch.log1p(torch.exp(-y))


def f_squares(y):
    return (y - 1) ** 2


def f_hinge(y):
    return torch.clamp(1 - y, min=0)


def relativistic(f, averaged):
    def one(winner, loser):
        if averaged:
            return f(winner - loser.mean()).mean() + f(winner.mean() - loser).mean()
        return f(winner - loser).mean()

    return lambda r, g: (one(r, g), one(g, r))


LOG2 = math.log(2)


class Lambert(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        w = torch.tensor(np.real(lambertw(x.detach().numpy())), dtype=torch.float64)
        ctx.save_for_backward(x, w)
        return w

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return g * w / (x * (1 + w))


def jeffreys(t):
    w = Lambert.apply(torch.exp(1 - t))
    return w + 1 / w + t - 2


def alpha_conjugate(a):
    # Above 1 the conjugate over u >= 0 is constant below its pole.
    return lambda t: ((torch.clamp(t * (a - 1) + 1, min=0) if a > 1 else t * (a - 1) + 1) ** (a / (a - 1)) - 1) / a


# name: f(u), output activation g(v), conjugate f*(t), f'(u), inverse of g: Nowozin et al. 2016, tables 1, 2 and 6.
def alpha_row(a):
    return (
        lambda u: (u ** a - 1 - a * (u - 1)) / (a * (a - 1)),
        (lambda v: v) if a > 1 else (lambda v: 1 / (1 - a) - torch.log1p(torch.exp(-v))),
        alpha_conjugate(a),
        lambda u: (u ** (a - 1) - 1) / (a - 1),
        (lambda t: t) if a > 1 else (lambda t: -torch.log(torch.expm1(1 / (1 - a) - t))),
    )


divergences = {
    "kl": (lambda u: u * torch.log(u), lambda v: v, lambda t: torch.exp(t - 1), lambda u: 1 + torch.log(u), lambda t: t),
    "reverse-kl": (
        lambda u: -torch.log(u), lambda v: -torch.exp(-v), lambda t: -1 - torch.log(-t), lambda u: -1 / u, lambda t: -torch.log(-t)),
    "pearson": (lambda u: (u - 1) ** 2, lambda v: v, lambda t: t * t / 4 + t, lambda u: 2 * (u - 1), lambda t: t),
    "neyman": (
        lambda u: (1 - u) ** 2 / u, lambda v: 1 - torch.exp(-v), lambda t: 2 - 2 * torch.sqrt(1 - t), lambda u: 1 - u ** -2,
        lambda t: -torch.log(1 - t)),
    "squared-hellinger": (
        lambda u: (torch.sqrt(u) - 1) ** 2, lambda v: 1 - torch.exp(-v), lambda t: t / (1 - t), lambda u: 1 - u ** -0.5,
        lambda t: -torch.log(1 - t)),
    "jensen-shannon": (
        lambda u: u * torch.log(u) - (u + 1) * torch.log((u + 1) / 2), lambda v: LOG2 - torch.log1p(torch.exp(-v)),
        lambda t: -torch.log(2 - torch.exp(t)), lambda u: torch.log(2 * u / (u + 1)),
        lambda t: -torch.log(torch.exp(LOG2 - t) - 1)),
    "jeffreys": (lambda u: (u - 1) * torch.log(u), lambda v: v, jeffreys, lambda u: 1 - 1 / u + torch.log(u), lambda t: t),
    "total-variation": (lambda u: torch.abs(u - 1) / 2, lambda v: torch.tanh(v) / 2, lambda t: t, None, None),
    "gan": (
        lambda u: u * torch.log(u) - (u + 1) * torch.log(u + 1), lambda v: -torch.log1p(torch.exp(-v)),
        lambda t: -torch.log(1 - torch.exp(t)), lambda u: torch.log(u / (u + 1)), lambda t: -torch.log(torch.exp(-t) - 1)),
}
specifications = {f"f-divergence:divergence={name}": row for name, row in divergences.items()}
for order in (0.5, 0.25, -0.5, 2.0, 1.5):
    specifications[f"f-divergence:divergence=alpha,alpha={order}"] = alpha_row(order)


def f_divergence(row, saturating=False):
    _, g, conjugate, _, _ = row
    return lambda r, y: (
        conjugate(g(y)).mean() - g(r).mean(), -conjugate(g(y)).mean() if saturating else -g(y).mean())


def off_diagonal_mean(matrix):
    n = matrix.shape[0]
    return sum(matrix[i, j] for i in range(n) for j in range(n) if i != j) / (n * (n - 1))


def squared(a, b):
    return ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)


def gaussian(widths):
    return lambda a, b: sum(torch.exp(-squared(a, b) / (2 * w * w)) for w in widths)


def quadratic(widths):
    return lambda a, b: sum((1 + squared(a, b) / (2 * w)) ** -w for w in widths)


def mmd(kernel, repulsive=False):
    def losses(r, y):
        r, y = r.flatten(1), y.flatten(1)
        m = off_diagonal_mean(kernel(r, r)) - 2 * kernel(r, y).mean() + off_diagonal_mean(kernel(y, y))
        return off_diagonal_mean(kernel(r, r)) - off_diagonal_mean(kernel(y, y)) if repulsive else -m, m

    return losses


def cramer(r, y):
    r, y = r.flatten(1), y.flatten(1)

    def distance(a, b):
        return torch.sqrt(squared(a, b) + 1e-12)

    def length(a):
        return torch.sqrt((a * a).sum(1) + 1e-12).mean()

    critic_real = distance(r, y).mean() - length(r)
    critic_fake = off_diagonal_mean(distance(y, y)) - length(y)
    return critic_fake - critic_real, 2 * distance(r, y).mean() - off_diagonal_mean(distance(y, y))


def qp(r, y, distance=1.0, weight=10.0):
    gain = (r - y).flatten(1).mean(1)
    return (-gain + gain ** 2 / (2 * weight * distance)).mean(), -y.mean()


widths = [1, 2 ** 0.5, 2, 2 * 2 ** 0.5, 4]
losses = {
    "minimax": lambda r, y: (f_logistic(r).mean() + f_logistic(-y).mean(), -f_logistic(-y).mean()),
    "non-saturating": lambda r, y: (f_logistic(r).mean() + f_logistic(-y).mean(), f_logistic(y).mean()),
    "least-squares": lambda r, y: (0.5 * ((r - 1) ** 2).mean() + 0.5 * (y ** 2).mean(), 0.5 * ((y - 1) ** 2).mean()),
    "wasserstein": lambda r, y: (y.mean() - r.mean(), -y.mean()),
    "hinge": lambda r, y: (f_hinge(r).mean() + f_hinge(-y).mean(), -y.mean()),
    "relativistic": relativistic(f_logistic, False),
    "relativistic:base=least-squares": relativistic(f_squares, False),
    "relativistic:base=hinge": relativistic(f_hinge, False),
    "relativistic:pairing=averaged": relativistic(f_logistic, True),
    "relativistic:base=least-squares,pairing=averaged": relativistic(f_squares, True),
    "relativistic:base=hinge,pairing=averaged": relativistic(f_hinge, True),
    **{name: f_divergence(row) for name, row in specifications.items()},
    "f-divergence:divergence=kl,isSaturating=true": f_divergence(divergences["kl"], True),
    "f-divergence:divergence=neyman,isSaturating=true": f_divergence(divergences["neyman"], True),
    "quadratic-potential": qp,
    "mmd-loss": mmd(gaussian(widths)),
    "mmd-loss:isRepulsive=true": mmd(gaussian(widths), True),
    "mmd-loss:kernel=rational-quadratic,widths=[0.2 0.5 1 2 5]": mmd(quadratic([0.2, 0.5, 1, 2, 5])),
    "cramer": cramer,
    "energy-based:margin=1.5": lambda r, y: ((-r).mean() + torch.clamp(1.5 + y, min=0).mean(), (-y).mean()),
    "boundary-equilibrium": lambda r, y: ((-r).mean() - (-y).mean(), (-y).mean()),
    "multi-hinge": lambda r, y: (f_hinge(r).mean() + f_hinge(-y).mean(), f_hinge(y).mean()),
}
loss_cases = []
for name, function in losses.items():
    for shape in ((5, 1), (4, 3)) if name.split(":")[0] in ("mmd-loss", "cramer") else ((5, 1),):
        real, fake = variable(numbers(*shape)), variable(numbers(*shape))
        d, g = function(real, fake)
        loss_cases.append({
            "loss": name, "real": values(real), "fake": values(fake), "d": d.item(), "g": g.item(), "dReal": values(slope(d, real)),
            "dFake": values(slope(d, fake)), "gFake": values(slope(g, fake))})

# --- Bounds: P and Q on three points, as batches of eight samples.
p, q = torch.tensor([4, 3, 1], dtype=torch.float64) / 8, torch.tensor([1, 3, 4], dtype=torch.float64) / 8
bounds = []
for name, (f, g, conjugate, derivative, inverse) in specifications.items():
    ratio = p / q
    divergence = (q * f(ratio)).sum().item()
    optimum = inverse(derivative(ratio)) if derivative else 40 * torch.sign(ratio - 1)
    bounds.append({"loss": name, "divergence": divergence, "optimum": optimum.tolist(), "points": [4, 3, 1], "generated": [1, 3, 4]})

# --- Losses that look at more than logits.
evaluated = []


def evaluation(name, d, g, real_logits, fake_logits, **more):
    evaluated.append({
        "loss": name, "d": d.item(), "g": g.item(), "realLogits": values(real_logits), "fakeLogits": values(fake_logits),
        "dReal": values(slope(d, real_logits)), "dFake": values(slope(d, fake_logits)), "gFake": values(slope(g, fake_logits)), **more})


samples, generated = numbers(4, 3), numbers(4, 3)
r, y = variable(numbers(4, 1)), variable(numbers(4, 1))
evaluation("quadratic-potential:weight=3", *qp(r, y, (samples - generated).abs().mean(1), 3.0), r, y, real=values(samples), fake=values(generated))
evaluation("quadratic-potential:weight=3,distance=euclidean", *qp(r, y, (samples - generated).pow(2).mean(1).sqrt(), 3.0), r, y,
           real=values(samples), fake=values(generated))

code = numbers(4, 5)
unit = code / code.norm(dim=1, keepdim=True)
pulling = off_diagonal_mean((unit @ unit.T) ** 2)
evaluation("energy-based:margin=2,pullingAway=0.1", (-r).mean() + torch.clamp(2 + y, min=0).mean(), (-y).mean() + 0.1 * pulling, r, y,
           code=values(code))

k = 0.3
evaluation("boundary-equilibrium:diversity=0.7,rate=0.2", (-r).mean() - k * (-y).mean(), (-y).mean(), r, y, k=k,
           newK=min(max(k + 0.2 * (0.7 * -r.mean().item() + y.mean().item()), 0), 1))

r, y = variable(numbers(5, 4)), variable(numbers(5, 4))
labels, wanted = [0, 2, 1, 2, 0], [1, 1, 0, 2, 2]


def crammer(scores, places):
    total = 0
    for row, place in zip(scores, places):
        other = max(row[j] for j in range(4) if j != place)
        total = total + torch.clamp(1 - row[place] + other, min=0)
    return total / len(places)


evaluation("multi-hinge", crammer(r, labels) + crammer(y, [3] * 5), crammer(y, wanted), r, y, realLabels=labels, fakeLabels=wanted, classes=3)

# --- Terms by networks of their own, of the features [n, 6] that the discriminator's last layer takes.
terms = []


def term(name, d, g, real, fake, parameters, **more):
    terms.append({
        "term": name, "classes": 3, "realFeatures": values(real), "fakeFeatures": values(fake), "realLabels": labels, "fakeLabels": wanted,
        "parameters": {path: values(t) for path, t in parameters.items()},
        "d": None if d is None else d.item(), "g": g.item(), "dReal": None if d is None else values(slope(d, real)),
        "dFake": None if d is None else values(slope(d, fake)), "gFake": values(slope(g, fake)), **more})


def linear(outputs):
    return numbers(6, outputs, scale=0.7), numbers(outputs, scale=0.3)


def surprise(features, head, places):
    return F.cross_entropy(features @ head[0] + head[1], torch.tensor(places))


real, fake = variable(numbers(5, 6)), variable(numbers(5, 6))
head, twin, double = linear(3), linear(3), linear(6)


def named(network, layer, head):
    return {f"{network}/params/00_{layer}/weight": head[0], f"{network}/params/00_{layer}/bias": head[1]}


a_real, a_fake = surprise(real, head, labels), surprise(fake, head, wanted)
own = named("auxiliary-classifier", "class_outputs", head)
term("auxiliary-classifier:weight=0.5", 0.5 * (a_real + a_fake), 0.5 * a_fake, real, fake, own)
term("auxiliary-classifier:includesGenerated=false", a_real, a_fake, real, fake, own)
t_fake = surprise(fake, twin, wanted)
term("twin-classifier:weight=0.5,twinWeight=2", 0.5 * (a_real + a_fake) + 2 * t_fake, 0.5 * a_fake - 2 * t_fake, real, fake,
     {**named("twin-classifier", "class_outputs", head), **named("twin-of-classifier", "class_outputs", twin)})
wrong = [place + 3 for place in wanted]
term("adversarial-classifier:weight=0.5", 0.5 * (surprise(real, double, labels) + surprise(fake, double, wrong)),
     0.5 * (surprise(fake, double, wanted) - surprise(fake, double, wrong)), real, fake,
     named("adversarial-classifier", "class_outputs", double))

embedding, table = linear(4), numbers(3, 4)


def cosines(features, places):
    f = F.normalize(features @ embedding[0] + embedding[1], dim=1)
    v = F.normalize(table[torch.tensor(places)], dim=1)
    return (f * v).sum(1), f @ f.T


def contrast(features, places, t):
    own, pairs = cosines(features, places)
    total = 0
    for i, c in enumerate(places):
        others = [j for j in range(len(places)) if j != i]
        same = sum((torch.exp(pairs[i, j] / t) for j in others if places[j] == c), torch.exp(own[i] / t))
        every = sum((torch.exp(pairs[i, j] / t) for j in others), torch.exp(own[i] / t))
        total = total - torch.log(same / every)
    return total / len(places)


def data_to_data(features, places, t, positive, negative):
    own, pairs = cosines(features, places)
    total = 0
    for i, c in enumerate(places):
        a = torch.exp(torch.clamp(own[i] - positive, max=0) / t)
        pushed = sum((torch.exp(torch.clamp(pairs[i, j] - negative, min=0) / t) for j in range(len(places)) if places[j] != c), torch.zeros(()))
        total = total - torch.log(a / (a + pushed))
    return total / len(places)


for name, function in [
    ("conditional-contrast:weight=0.5,temperature=0.7,dimensions=4", lambda f, c: 0.5 * contrast(f, c, 0.7)),
    ("data-to-data-cross-entropy:weight=2,temperature=0.5,dimensions=4", lambda f, c: 2 * data_to_data(f, c, 0.5, 0.98, 0.02)),
    ("data-to-data-cross-entropy:positiveMargin=0.2,negativeMargin=-0.3,dimensions=4",
     lambda f, c: data_to_data(f, c, 0.5, 0.2, -0.3)),
]:
    network = name.split(":")[0]
    term(name, function(real, labels), function(fake, wanted), real, fake,
         {**named(network, "dense", embedding), f"{network}-classes/params/00_class_embedding/embedding": table})

latents, mean, both = numbers(5, 7), linear(2), linear(4)
code = latents[:, 5:]
term("mutual-information:weight=0.3", None, 0.15 * ((fake @ mean[0] + mean[1] - code) ** 2).sum(1).mean(), real, fake,
     named("posterior", "dense", mean), latents=values(latents))
q = fake @ both[0] + both[1]
normal = torch.distributions.Normal(q[:, :2], torch.exp(0.5 * q[:, 2:]))
constant = 2 * 0.5 * math.log(2 * math.pi)
term("mutual-information:weight=0.3,learnsVariance=true", None, 0.3 * (-normal.log_prob(code).sum(1).mean() - constant), real, fake,
     named("posterior", "dense", both), latents=values(latents))

# The features are the images themselves, 2×2 pixels of one channel, flattened; heads of 4 outputs.
images, made, turns = variable(numbers(3, 2, 2, 1)), variable(numbers(3, 2, 2, 1)), (numbers(4, 4), numbers(4))


def turned(x):
    total = 0
    for quarter in range(4):
        features = torch.rot90(x, quarter, (1, 2)).flatten(1)
        total = total + F.cross_entropy(features @ turns[0] + turns[1], torch.full((3,), quarter)) / 4
    return total


terms_rotation = {
    "term": "self-supervised-rotation:discriminatorWeight=2,generatorWeight=0.5", "real": values(images), "fake": values(made),
    "parameters": {path: values(t) for path, t in named("self-supervised-rotation", "dense", turns).items()},
    "d": (2 * turned(images)).item(), "g": (0.5 * turned(made)).item(), "gFake": values(slope(0.5 * turned(made), made))}

# Feature maps of 2×2 pixels with 3 channels, and the features [n, 6].
map_real, map_fake = variable(numbers(5, 2, 2, 3)), variable(numbers(5, 2, 2, 3))
local = [(numbers(3, 4, scale=0.7), numbers(4, scale=0.3)), (numbers(4, 4, scale=0.7), numbers(4, scale=0.3))]
whole = [linear(4), (numbers(4, 4, scale=0.7), numbers(4, scale=0.3))]


def information(features, maps):
    def two(x, heads):
        return F.relu(x @ heads[0][0] + heads[0][1]) @ heads[1][0] + heads[1][1]

    images, pixels = two(features, whole), two(maps.flatten(1, 2), local)
    total = 0
    for i in range(5):
        others = torch.cat([pixels[j] @ images[i] for j in range(5) if j != i])
        for q in range(4):
            own = pixels[i, q] @ images[i]
            total = total - torch.log(torch.exp(own) / (torch.exp(own) + torch.exp(others).sum()))
    return total / 20


heads = {}
for network, layer, parts in (("local-features", "conv2d", local), ("global-features", "dense", whole)):
    for index, (weight, bias) in zip((0, 2), parts):
        kernel = weight[None, None] if layer == "conv2d" else weight
        heads[f"{network}/params/0{index}_{layer}/{'kernel' if layer == 'conv2d' else 'weight'}"] = kernel
        heads[f"{network}/params/0{index}_{layer}/bias"] = bias
term("information-maximum:tap=00_conv2d,discriminatorWeight=0.5,generatorWeight=2,dimensions=4", 0.5 * information(real, map_real),
     2 * information(fake, map_fake), real, fake, heads, realMap=values(map_real), fakeMap=values(map_fake))

path = sys.argv[1] if len(sys.argv) > 1 else "Tests/AdversarialTests/Fixtures/losses.json"
with open(path, "w") as file:
    json.dump({"losses": loss_cases, "bounds": bounds, "evaluated": evaluated, "terms": terms, "rotation": terms_rotation}, file,
              separators=(",", ":"))
    file.write("\n")
print(len(loss_cases), "losses,", len(bounds), "bounds,", len(evaluated), "evaluated,", len(terms), "terms")
