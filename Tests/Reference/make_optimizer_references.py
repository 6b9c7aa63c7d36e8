"""Writes the reference numbers of optimizers and of whole rounds of training, computed by PyTorch in float64.

Usage: python Tests/Reference/make_optimizer_references.py [Tests/AdversarialTests/Fixtures/training.json]

Needs torch (any 2.x) and numpy. The file holds

- descents: the first 20 points of each optimizer on ½ (x − c)ᵀ A (x − c);
- runs: a small GAN's weights and real batches, and its weights after three rounds, for several losses, penalties, optimizers and
  update rules.

Latent vectors and penalty points are drawn here as the framework documents its streams: Philox4x32-10, keyed by names through FNV-1a
and SplitMix64, normal numbers by Box and Muller in float32.
"""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

MASK = (1 << 64) - 1
torch.set_default_dtype(torch.float64)


def mixed(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def root(seed):
    return mixed((seed + 0x9E3779B97F4A7C15) & MASK)


def derived(key, name):
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return mixed(key ^ mixed(value))


def philox(counter, key):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def uniform(count, key, step):
    words = []
    for block in range(-(-count // 4)):
        words += philox((block & 0xFFFFFFFF, block >> 32, step, 0), (key & 0xFFFFFFFF, key >> 32))
    return (np.array(words[:count], dtype=np.uint32) >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)


def normal(shape, key, step):
    count = int(np.prod(shape))
    one = np.float32(1)
    radius = np.sqrt(np.float32(-2) * np.log(one - uniform(count, key, step)))
    angle = np.float32(2 * np.pi) * uniform(count, derived(key, "angle"), step)
    return torch.tensor((radius * np.cos(angle)).reshape(shape).astype(np.float64))


def optimizer(specification, parameters):
    name, _, fields = specification.partition(":")
    values = {k: float(v) for k, v in (f.split("=") for f in fields.split(",") if f)}
    rate = values["learningRate"]
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=values.get("momentum", 0))
    if name == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, alpha=values.get("decay", 0.99), eps=1e-8)
    return torch.optim.Adam(
        parameters, lr=rate, betas=(values.get("beta1", 0.5), values.get("beta2", 0.999)), eps=1e-8)


def descents():
    matrix = torch.tensor([[2.0, 0.5, 0.0], [0.5, 1.0, -0.3], [0.0, -0.3, 4.0]])
    centre = torch.tensor([1.0, -2.0, 0.5])
    cases = []
    for specification in [
        "sgd:learningRate=0.1", "sgd:learningRate=0.05,momentum=0.9",
        "rmsprop:learningRate=0.05", "rmsprop:learningRate=0.02,decay=0.9",
        "adam:learningRate=0.1", "adam:learningRate=0.05,beta1=0.9,beta2=0.99", "adam:learningRate=0.1,beta1=0",
    ]:
        x = torch.tensor([0.0, 1.0, -1.0], requires_grad=True)
        steps = optimizer(specification, [x])
        points = []
        for _ in range(20):
            steps.zero_grad()
            (0.5 * (x - centre) @ matrix @ (x - centre)).backward()
            steps.step()
            points.append(x.tolist())
        cases.append({"optimizer": specification, "points": points})
    return {"matrix": matrix.tolist(), "centre": centre.tolist(), "start": [0.0, 1.0, -1.0], "cases": cases}


BATCH, SEED, ROUNDS = 6, 11, 3
SHAPES = {
    "generator/params/00_dense/weight": (2, 8), "generator/params/00_dense/bias": (8,),
    "generator/params/02_dense/weight": (8, 2), "generator/params/02_dense/bias": (2,),
    "discriminator/params/00_dense/weight": (2, 8), "discriminator/params/00_dense/bias": (8,),
    "discriminator/params/02_dense/weight": (8, 1), "discriminator/params/02_dense/bias": (1,),
}


def run(loss, specification, steps, penalty, smoothing, alternating, batches, initial):
    weights = {path: torch.tensor(values).requires_grad_() for path, values in initial.items()}
    players = {p: [w for path, w in weights.items() if path.startswith(p)] for p in ("generator", "discriminator")}
    optimizers = {p: optimizer(specification, players[p]) for p in players}

    def generator(z):
        w1, b1, w2, b2 = players["generator"]
        return F.relu(z @ w1 + b1) @ w2 + b2

    def discriminator(x):
        w1, b1, w2, b2 = players["discriminator"]
        return F.leaky_relu(x @ w1 + b1, 0.2) @ w2 + b2

    def phase(component, player, batch, name):
        return derived(derived(derived(root(SEED), component), f"{player}/{batch}"), name)

    def squared_slope(x):
        x = x.detach().clone().requires_grad_()
        return torch.autograd.grad(discriminator(x).sum(), x, create_graph=True)[0].square().sum(1)

    def discriminator_loss(step, batch):
        fake = generator(normal((BATCH, 2), phase("", "discriminator", batch, "latent"), step)).detach()
        real = batches[step * steps + batch]
        r, f = discriminator(real), discriminator(fake)
        if loss in ("non-saturating", "minimax"):
            total = F.binary_cross_entropy_with_logits(r, torch.full_like(r, smoothing))
            total = total + F.binary_cross_entropy_with_logits(f, torch.zeros_like(f))
        elif loss == "least-squares":
            total = 0.5 * (r - smoothing).square().mean() + 0.5 * f.square().mean()
        elif loss == "wasserstein":
            total = f.mean() - r.mean()
        else:
            total = F.relu(1 - r).mean() + F.relu(1 + f).mean()
        if penalty == "r1-penalty:gamma=0.5":
            total = total + 0.25 * squared_slope(real).mean()
        if penalty == "gradient-penalty:weight=2":
            key = phase("heuristics/gradient-penalty", "discriminator", batch, "epsilon")
            mix = torch.tensor(uniform(BATCH, key, step).astype(np.float64)).reshape(BATCH, 1)
            slope = (squared_slope(mix * real + (1 - mix) * fake) + 1e-12).sqrt()
            total = total + 2 * (slope - 1).square().mean()
        return total

    def generator_loss(step):
        f = discriminator(generator(normal((BATCH, 2), phase("", "generator", 0, "latent"), step)))
        if loss == "non-saturating":
            return F.softplus(-f).mean()
        if loss == "minimax":
            return -F.softplus(f).mean()
        return 0.5 * (f - 1).square().mean() if loss == "least-squares" else -f.mean()

    def gradient(value, player):
        for weight, slope in zip(players[player], torch.autograd.grad(value, players[player])):
            weight.grad = slope

    for step in range(ROUNDS):
        if alternating:
            for batch in range(steps):
                gradient(discriminator_loss(step, batch), "discriminator")
                optimizers["discriminator"].step()
            gradient(generator_loss(step), "generator")
            optimizers["generator"].step()
        else:
            gradient(discriminator_loss(step, 0), "discriminator")
            gradient(generator_loss(step), "generator")
            for each in optimizers.values():
                each.step()
    return {path: weight.flatten().tolist() for path, weight in weights.items()}


def runs():
    random = np.random.default_rng(20240612)
    initial = {path: np.round(random.normal(0, 0.5, shape), 3).tolist() for path, shape in SHAPES.items()}
    batches = [torch.tensor(np.round(random.normal(0, 1, (BATCH, 2)), 3)) for _ in range(2 * ROUNDS)]
    cases = []
    for loss, specification, steps, penalty, smoothing, alternating in [
        ("non-saturating", "adam:learningRate=0.01", 1, "", 1.0, True),
        ("non-saturating", "adam:learningRate=0.01,beta1=0.9", 2, "r1-penalty:gamma=0.5", 0.9, True),
        ("wasserstein", "rmsprop:learningRate=0.005", 2, "gradient-penalty:weight=2", 1.0, True),
        ("least-squares", "sgd:learningRate=0.05,momentum=0.5", 1, "r1-penalty:gamma=0.5", 1.0, False),
        ("minimax", "sgd:learningRate=0.1", 1, "", 0.9, False),
        ("hinge", "adam:learningRate=0.01,beta1=0", 1, "", 1.0, True),
    ]:
        heuristics = ([penalty] if penalty else []) + ([f"label-smoothing:real={smoothing}"] if smoothing < 1 else [])
        rule = f"alternating:discriminatorSteps={steps}" if alternating else "simultaneous"
        cases.append({
            "loss": loss, "optimizer": specification, "updateRule": rule, "heuristics": heuristics,
            "final": run(loss, specification, steps, penalty, smoothing, alternating, batches, initial),
        })
    flat = {path: np.array(values).flatten().tolist() for path, values in initial.items()}
    return {
        "seed": SEED, "batchSize": BATCH, "rounds": ROUNDS, "initial": flat,
        "batches": [b.flatten().tolist() for b in batches], "cases": cases,
    }


if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else "Tests/AdversarialTests/Fixtures/training.json"
    with open(path, "w") as file:
        json.dump({"descents": descents(), "runs": runs()}, file, indent=None, separators=(", ", ": "))
        file.write("\n")
