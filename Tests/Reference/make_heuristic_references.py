"""Writes the reference numbers of heuristics: whole rounds of training with each of them, computed by PyTorch in float64.

Usage: python Tests/Reference/make_heuristic_references.py [Tests/AdversarialTests/Fixtures/heuristics.json]

Needs torch (any 2.x) and numpy. Each case holds the weights that a small GAN begins with, and its weights and the heuristic's state after
three rounds of alternating gradient descent. Every trick is written here from its paper, with the random streams that the framework documents.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).parent))
from make_optimizer_references import derived, normal, root, uniform  # noqa: E402

torch.set_default_dtype(torch.float64)
BATCH, SEED, ROUNDS, RATE = 6, 11, 3, 0.05


class Trick:
    """What a heuristic does at each place of a round; here nothing."""

    name = ""
    state = {}

    def initial(self, weights): return weights
    def seen(self, weights): return weights
    def latents(self, z, run): return z
    def inputs(self, x, role, run): return x
    def joined(self, x): return x
    def logits(self, y, x, role, run): return y
    def targets(self, real, fake, run): return real, fake
    def discriminator_term(self, e, run): return 0
    def generator_term(self, e, run): return 0
    def term(self, value, other, run): return value
    def gradient(self, slopes, paths, run): return slopes
    def moves(self, player): return True
    def updated(self, player, run): pass

    def key(self, run, name):
        return derived(derived(derived(root(SEED), "heuristics/" + self.name), run.phase), name)

    def uniform(self, run, name, shape):
        return torch.tensor(uniform(int(np.prod(shape)), self.key(run, name), run.step).astype(np.float64)).reshape(shape)

    def normal(self, run, name, shape):
        return normal(tuple(shape), self.key(run, name), run.step)


class Run:
    def __init__(self, tricks, loss, batches, initial, images):
        self.tricks, self.loss, self.batches, self.images = tricks, loss, batches, images
        weights = {path: torch.tensor(values) for path, values in initial.items()}
        for trick in tricks:
            weights = trick.initial(weights)
        self.initial = {path: w.flatten().tolist() for path, w in weights.items()}
        self.weights = {path: w.clone().requires_grad_() for path, w in weights.items()}
        self.step, self.phase, self.player = 0, "", ""

    def of(self, player):
        return {path: w for path, w in self.weights.items() if path.startswith(player)}

    def layers(self, player):
        weights = self.weights
        for trick in self.tricks:
            weights = trick.seen(weights)
        return weights

    def G(self, z):
        w = self.layers("generator")
        if self.images:
            x = z @ w["generator/params/00_dense/weight"] + w["generator/params/00_dense/bias"]
            return x.reshape(-1, 4, 4, 3)
        h = torch.tanh(z @ w["generator/params/00_dense/weight"] + w["generator/params/00_dense/bias"])
        return h @ w["generator/params/02_dense/weight"] + w["generator/params/02_dense/bias"]

    def hidden(self, x):
        w = self.layers("discriminator")
        first = "01_dense" if self.images else "00_dense"
        x = x.reshape(x.shape[0], -1)
        return F.leaky_relu(x @ w[f"discriminator/params/{first}/weight"] + w[f"discriminator/params/{first}/bias"], 0.2)

    def D(self, x):
        w = self.layers("discriminator")
        last = "03_dense" if self.images else "02_dense"
        if x.shape[0] == BATCH:
            for trick in self.tricks:
                x = trick.joined(x)
        return self.hidden(x) @ w[f"discriminator/params/{last}/weight"] + w[f"discriminator/params/{last}/bias"]

    def stream(self, name):
        return derived(derived(derived(root(SEED), ""), self.phase), name)

    def draw(self):
        z = normal((BATCH, 2), self.stream("latent"), self.step)
        drawn = z
        for trick in self.tricks:
            z = trick.latents(z, self)
        return drawn, z

    def see(self, x, role):
        for trick in self.tricks:
            x = trick.inputs(x, role, self)
        for trick in self.tricks:
            x = trick.joined(x)
        return x

    def judge(self, x, role):
        y = self.D(x)
        for trick in self.tricks:
            y = trick.logits(y, x, role, self)
        return y

    def evaluation(self, player):
        self.player, self.phase = player, player + "/0"
        drawn, z = self.draw()
        samples = self.G(z)
        if player == "discriminator":
            samples = samples.detach()
        x = self.see(self.batches[self.step], "real") if player == "discriminator" else None
        fake = self.see(samples, "fake")
        if not fake.requires_grad:
            fake = fake.clone().requires_grad_()
        e = dict(drawn=drawn, z=z, samples=samples, fake=fake)
        if x is not None:
            x = x.clone().requires_grad_()
            e.update(real=x, r=self.judge(x, "real"))
        e["f"] = self.judge(fake, "fake")
        return e

    def discriminator_loss(self):
        e = self.evaluation("discriminator")
        r, f = e["r"], e["f"]
        if self.loss == "non-saturating":
            real, fake = torch.ones_like(r), torch.zeros_like(f)
            for trick in self.tricks:
                real, fake = trick.targets(real, fake, self)
            total = F.binary_cross_entropy_with_logits(r, real) + F.binary_cross_entropy_with_logits(f, fake)
        else:
            total = F.relu(1 - r).mean() + F.relu(1 + f).mean()
        return total + self.terms("discriminator_term", e)

    def generator_loss(self):
        e = self.evaluation("generator")
        total = F.softplus(-e["f"]).mean() if self.loss == "non-saturating" else -e["f"].mean()
        return total + self.terms("generator_term", e)

    def terms(self, hook, e):
        total = 0
        for trick in self.tricks:
            value = getattr(trick, hook)(e, self)
            for other in self.tricks:
                value = other.term(value, trick, self)
            total = total + value
        return total

    def move(self, player, loss):
        own = self.of(player)
        slopes = torch.autograd.grad(loss, list(own.values()), allow_unused=True)
        slopes = [torch.zeros_like(w) if s is None else s for s, w in zip(slopes, own.values())]
        for trick in self.tricks:
            slopes = trick.gradient(slopes, [p[len(player) + 8:] for p in own], self)
        if all(trick.moves(player) for trick in self.tricks):
            for (path, w), slope in zip(own.items(), slopes):
                self.weights[path] = (w - RATE * slope).detach().requires_grad_()
        for trick in self.tricks:
            trick.updated(player, self)

    def play(self):
        for self.step in range(ROUNDS):
            self.move("discriminator", self.discriminator_loss())
            self.move("generator", self.generator_loss())
        return {path: w.flatten().tolist() for path, w in self.weights.items()}


def slopes(run, x, create=True):
    x = x.detach().clone().requires_grad_()
    y = run.D(x)
    return y, torch.autograd.grad(y.sum(), x, create_graph=create)[0].flatten(1).square().sum(1)


def each(x):
    return (x.shape[0],) + (1,) * (x.dim() - 1)


class R1(Trick):
    name = "r1-penalty"
    def __init__(self, gamma): self.gamma = gamma
    def discriminator_term(self, e, run): return self.gamma / 2 * slopes(run, e["real"])[1].mean()


class R2(Trick):
    name = "r2-penalty"
    def __init__(self, gamma): self.gamma = gamma
    def discriminator_term(self, e, run): return self.gamma / 2 * slopes(run, e["fake"])[1].mean()


class Between(Trick):
    def between(self, e, run):
        mix = self.uniform(run, "epsilon", each(e["real"]))
        return slopes(run, mix * e["real"] + (1 - mix) * e["fake"])[1]


class ZeroCentered(Between):
    name = "zero-centered-penalty"
    def discriminator_term(self, e, run): return 2 * self.between(e, run).mean()


class MaximumGradient(Between):
    name = "maximum-gradient-penalty"
    def discriminator_term(self, e, run): return 2 * self.between(e, run).max()


class DRAGAN(Trick):
    name = "dragan-penalty"
    def __init__(self, neighbors): self.neighbors = neighbors
    def discriminator_term(self, e, run):
        x = e["real"].detach()
        scale = 0.5 * x.std(unbiased=False)
        if self.neighbors == "normal":
            x = x + scale * self.normal(run, "delta", x.shape)
        else:
            x = x + self.uniform(run, "alpha", each(x)) * scale * self.uniform(run, "delta", x.shape)
        return 2 * (slopes(run, x)[1].sqrt() - 1).square().mean()


class JensenShannon(Trick):
    name = "jensen-shannon-regularizer"
    def discriminator_term(self, e, run):
        (r, real), (f, fake) = slopes(run, e["real"]), slopes(run, e["fake"])
        phi_real, phi_fake = torch.sigmoid(r)[:, 0], torch.sigmoid(f)[:, 0]
        return 0.75 * (((1 - phi_real) ** 2 * real).mean() + (phi_fake ** 2 * fake).mean())


class LeCam(Trick):
    name = "lecam-regularization"
    def __init__(self, one_sided): self.one_sided, self.means = one_sided, None
    def discriminator_term(self, e, run):
        now = e["r"].mean().item(), e["f"].mean().item()
        self.means = now if self.means is None else tuple(0.5 * b + 0.5 * n for b, n in zip(self.means, now))
        self.state = {"real": [self.means[0]], "fake": [self.means[1]]}
        a, b = e["r"] - self.means[1], self.means[0] - e["f"]
        if self.one_sided:
            a, b = F.relu(a), F.relu(b)
        return 0.4 * (a.square().mean() + b.square().mean())


class Consistency(Trick):
    name = "consistency-regularization"
    def __init__(self, shift=0, noise=0.0, weight=2.0): self.shift, self.noise, self.weight = shift, noise, weight
    def changed(self, x, role, run):
        x = x.detach()
        if x.dim() == 4:
            mirror = self.uniform(run, f"{role}/mirror", (BATCH,)) < 0.5
            x = torch.where(mirror[:, None, None, None], x.flip(2), x)
            if self.shift:
                moves = [integers(self, run, f"{role}/{n}", -self.shift, self.shift) for n in ("rows", "columns")]
                x = torch.stack([rolled(x[i], moves[0][i], moves[1][i]) for i in range(BATCH)])
        if self.noise:
            x = x + self.noise * self.normal(run, f"{role}/noise", x.shape)
        return x
    def discriminator_term(self, e, run):
        real = (run.D(e["real"]) - run.D(self.changed(e["real"], "real", run))).square().mean()
        fake = (run.D(e["fake"]) - run.D(self.changed(e["fake"], "fake", run))).square().mean()
        return self.weight * (real + 0.75 * fake)


def integers(trick, run, name, low, high):
    draws = uniform(BATCH, trick.key(run, name), run.step)
    return [low + int(np.floor(u * np.float32(high - low + 1))) for u in draws]


def rolled(image, down, right):
    """Moved by whole pixels, zeros come in: pixel by pixel."""
    rows, columns = image.shape[:2]
    out = torch.zeros_like(image)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i - down < rows and 0 <= j - right < columns:
                out[i, j] = image[i - down, j - right]
    return out


class LatentConsistency(Trick):
    name = "latent-consistency"
    def pair(self, e, run):
        return run.G(e["z"]), run.G(e["z"] + 0.3 * self.normal(run, "step", e["z"].shape))
    def discriminator_term(self, e, run):
        a, b = self.pair(e, run)
        return 2 * (run.D(a.detach()) - run.D(b.detach())).square().mean()
    def generator_term(self, e, run):
        a, b = self.pair(e, run)
        return -0.5 * (a - b).square().mean()


class PathLength(Trick):
    name = "path-length-regularization"
    mean = 0.0
    def generator_term(self, e, run):
        z = e["z"].detach().clone().requires_grad_()
        x = run.G(z)
        y = self.normal(run, "direction", x.shape)
        lengths = torch.autograd.grad((x * y).sum(), z, create_graph=True)[0].square().sum(1).sqrt()
        self.mean = self.mean + 0.25 * (lengths.mean().item() - self.mean)
        self.state = {"mean": [self.mean]}
        return 2 * (lengths - self.mean).square().mean()


class Orthogonal(Trick):
    name = "orthogonal-regularization"
    def __init__(self, full): self.full = full
    def term_of(self, player, run):
        total = 0
        for path, w in run.of(player).items():
            if w.dim() == 2:
                gram = w.T @ w
                identity = torch.eye(len(gram))
                total = total + (gram - identity if self.full else gram * (1 - identity)).square().sum()
        return 0.1 * total
    def discriminator_term(self, e, run): return self.term_of("discriminator", run)
    def generator_term(self, e, run): return self.term_of("generator", run)


class JacobianClamping(Trick):
    name = "jacobian-clamping"
    def generator_term(self, e, run):
        d = self.normal(run, "direction", e["z"].shape)
        d = 0.5 * d / d.norm(dim=1, keepdim=True)
        q = (run.G(e["z"] + d) - run.G(e["z"])).norm(dim=1) / 0.5
        return (q.clamp(min=0.4) - 0.4).square().mean() + (q.clamp(max=0.3) - 0.3).square().mean()


class ModeSeeking(Trick):
    name = "mode-seeking"
    def generator_term(self, e, run):
        z = normal((BATCH, 2), self.key(run, "second"), run.step)
        ratio = (e["samples"] - run.G(z)).abs().mean() / (e["z"] - z).abs().mean()
        return 0.3 / (ratio + 1e-5)


class Bures(Trick):
    name = "bures-diversity"
    def generator_term(self, e, run):
        real = run.see(run.batches[run.step], "real")
        def centered(x):
            h = F.normalize(run.hidden(x), dim=1)
            return (h - h.mean(0)) / math.sqrt(len(h))
        a, b = centered(real).detach(), centered(e["fake"])
        # tr((A B)^1/2) is the sum of the singular values of the factors' product.
        cross = torch.linalg.svdvals(a @ b.T).sum()
        return 2 * (a.square().sum() + b.square().sum() - 2 * cross)


class GradientNormalization(Trick):
    name = "gradient-normalization"
    def logits(self, y, x, role, run):
        g = torch.autograd.grad(y.sum(), x, create_graph=True)[0].flatten(1).norm(dim=1, keepdim=True)
        return y / (g + y.abs())


class Lazy(Trick):
    name = "lazy-regularization"
    def term(self, value, other, run): return value * (2 if run.step % 2 == 0 else 0)


class Flipping(Trick):
    name = "label-flipping"
    def targets(self, real, fake, run):
        flip = lambda t, role, p: torch.where(self.uniform(run, role, t.shape) < p, 1 - t, t)
        return flip(real, "real", 0.4), flip(fake, "fake", 0.3)


class Noisy(Trick):
    name = "noisy-labels"
    def targets(self, real, fake, run):
        def noisy(t, role):
            high = 0.7 + 0.3 * self.uniform(run, f"{role}/high", t.shape)
            low = 0.3 * self.uniform(run, f"{role}/low", t.shape)
            return torch.where(t > 0.5, high, low)
        return noisy(real, "real"), noisy(fake, "fake")


class GradientNoise(Trick):
    name = "gradient-noise"
    def gradient(self, slopes, paths, run):
        deviation = math.sqrt(0.1 / (1 + run.step) ** 0.55)
        return [s + deviation * self.normal(run, p, s.shape) for s, p in zip(slopes, paths)]


class HistoricalAveraging(Trick):
    name = "historical-averaging"
    def __init__(self): self.past = None
    def points(self, player, run):
        if self.past is None:
            self.past = {p: [w.detach()] for p, w in run.weights.items()}
        return {p: self.past[p] for p in run.of(player)}
    def pull(self, player, run):
        points = self.points(player, run)
        return 0.5 * sum((w - torch.stack(points[p]).mean(0)).square().sum() for p, w in run.of(player).items())
    def discriminator_term(self, e, run): return self.pull("discriminator", run)
    def generator_term(self, e, run): return self.pull("generator", run)
    def updated(self, player, run):
        for p, w in run.of(player).items():
            self.points(player, run)[p].append(w.detach())


class Lookahead(Trick):
    name = "lookahead"
    def __init__(self): self.slow, self.count = {}, {}
    def updated(self, player, run):
        for p, w in run.of(player).items():
            self.slow.setdefault(p, torch.tensor(run.initial[p]).reshape(w.shape))
        self.count[player] = self.count.get(player, 0) + 1
        if self.count[player] % 2 == 0:
            for p, w in run.of(player).items():
                self.slow[p] = self.slow[p] + 0.3 * (w.detach() - self.slow[p])
                run.weights[p] = self.slow[p].clone().requires_grad_()


class WeightNormalization(Trick):
    name = "weight-normalization"
    def initial(self, weights):
        return weights | {p + "_gain": w.norm(dim=0) for p, w in weights.items() if w.dim() == 2}
    def seen(self, weights):
        return {p: w * weights[p + "_gain"] / w.norm(dim=0) if w.dim() == 2 else w for p, w in weights.items()}


class Equalized(Trick):
    name = "equalized-learning-rate"
    def scale(self, w): return math.sqrt(2 / w.shape[0])
    def initial(self, weights): return {p: w / self.scale(w) if w.dim() == 2 else w for p, w in weights.items()}
    def seen(self, weights): return {p: w * self.scale(w) if w.dim() == 2 else w for p, w in weights.items()}


class TopK(Trick):
    name = "top-k"
    def logits(self, y, x, role, run):
        if run.player != "generator":
            return y
        k = int(max(BATCH * 0.8 ** run.step, BATCH * 0.5))
        return y.flatten().topk(k).values


class Packing(Trick):
    name = "packing"
    def joined(self, x):
        return torch.cat([x[0::2], x[1::2]], dim=-1) if x.shape[0] == BATCH else x


class Replay(Trick):
    name = "experience-replay"
    pool = None
    def inputs(self, x, role, run):
        if role != "fake" or run.player != "discriminator":
            return x
        if self.pool is None:
            self.pool = x.clone()
            return x
        shown = self.uniform(run, "shown", (BATCH,)) < 0.5
        result = torch.where(shown[:, None], self.pool, x)
        self.pool = torch.where(shown[:, None], x, self.pool)
        self.state = {"pool": self.pool.flatten().tolist()}
        return result


class LatentOptimization(Trick):
    name = "latent-optimization"
    def __init__(self, natural, penalty): self.natural, self.penalty = natural, penalty
    def latents(self, z, run):
        z = z.clone().requires_grad_()
        g = torch.autograd.grad(run.D(run.G(z)).sum(), z, create_graph=True)[0]
        step = 0.9 * g / (0.1 + g.square().sum(1, keepdim=True)) if self.natural else 0.9 * g
        return z + step * (self.uniform(run, "moved", (BATCH, 1)) < 0.8)
    def generator_term(self, e, run): return self.penalty * (e["z"] - e["drawn"]).square().sum(1).mean()


class Skipping(Trick):
    name = "discriminator-skipping"
    accuracy = rests = 0
    def discriminator_term(self, e, run):
        self.rests = self.accuracy > 0.6
        self.accuracy = ((e["r"] > 0).double().mean() + (e["f"] < 0).double().mean()).item() / 2
        self.state = {"accuracy": [self.accuracy]}
        return 0
    def moves(self, player):
        self.rested = getattr(self, "rested", 0) + (player == "discriminator" and self.rests)
        return player != "discriminator" or not self.rests


class Adaptive(Trick):
    p = 0.0
    def discriminator_term(self, e, run):
        self.p = min(max(self.p + BATCH / 10 * np.sign(e["r"].sign().mean().item() + 0.9), 0), 1)
        self.state = {"probability": [self.p]}
        return 0


class PseudoAugmentation(Adaptive):
    name = "pseudo-augmentation"
    def inputs(self, x, role, run):
        if role == "fake":
            return x
        made = run.G(normal((BATCH, 2), self.key(run, "pseudo"), run.step)).detach()
        return torch.where(self.uniform(run, "chosen", each(x)) < self.p, made, x)


class DiffAugment(Trick):
    name = "differentiable-augmentation"
    def inputs(self, x, role, run):
        draw = lambda name: self.uniform(run, f"{role}/{name}", (BATCH, 1, 1, 1))
        x = x + draw("brightness") - 0.5
        grey = x.mean(3, keepdim=True)
        x = grey + (x - grey) * 2 * draw("saturation")
        mean = x.mean((1, 2, 3), keepdim=True)
        x = mean + (x - mean) * (draw("contrast") + 0.5)
        down, right = (integers(self, run, f"{role}/{n}", -1, 1) for n in ("rows", "columns"))
        x = torch.stack([rolled(x[i], down[i], right[i]) for i in range(BATCH)])
        top, left = (integers(self, run, f"{role}/hole-{n}", 0, 4) for n in ("rows", "columns"))
        mask = torch.ones(BATCH, 4, 4, 1)
        for i in range(BATCH):
            mask[i, max(top[i] - 1, 0):max(top[i] + 1, 0), max(left[i] - 1, 0):max(left[i] + 1, 0)] = 0
        return x * mask


class ADA(Adaptive):
    name = "adaptive-augmentation"
    def inputs(self, x, role, run):
        out = []
        u = lambda name: self.uniform(run, f"{role}/{name}", (BATCH,)).tolist()
        n = lambda name: self.normal(run, f"{role}/{name}", (BATCH,)).tolist()
        chosen = lambda name, p: [v < p for v in u(name + "-chosen")]
        p = self.p
        turning = 1 - math.sqrt(1 - p)
        draws = {k: u(k) for k in ("mirror", "quarter", "whole-columns", "whole-rows", "turn-before", "turn-after", "luma", "hue")}
        draws |= {"n" + k: n(k) for k in ("scale", "stretch", "shift-columns", "shift-rows", "brightness", "contrast", "saturation")}
        on = {k: chosen(k, turning if k.startswith("turn") else p) for k in (
            "mirror", "quarter", "whole", "scale", "turn-before", "stretch", "turn-after", "shift", "brightness", "contrast", "luma", "hue",
            "saturation")}
        def scale(a, b): return torch.diag(torch.tensor([a, b, 1.0]))
        def turn(t): return torch.tensor([[math.cos(t), -math.sin(t), 0], [math.sin(t), math.cos(t), 0], [0, 0, 1]])
        def move(a, b): return torch.tensor([[1, 0, a], [0, 1, b], [0, 0, 1.0]])
        for i in range(BATCH):
            d = {k: v[i] for k, v in draws.items()}
            o = {k: v[i] for k, v in on.items()}
            # Where each place of the image goes, one change after the other.
            m = torch.eye(3)
            whole = lambda v: math.floor((2 * v - 1) * 0.125 * 4 + 0.5)
            if o["mirror"]: m = scale(1 - 2 * math.floor(2 * d["mirror"]), 1.0) @ m
            if o["quarter"]: m = turn(math.floor(4 * d["quarter"]) * math.pi / 2) @ m
            if o["whole"]: m = move(whole(d["whole-columns"]), whole(d["whole-rows"])) @ m
            if o["scale"]: m = scale(2 ** (0.2 * d["nscale"]), 2 ** (0.2 * d["nscale"])) @ m
            if o["turn-before"]: m = turn((2 * d["turn-before"] - 1) * math.pi) @ m
            if o["stretch"]: m = scale(2 ** (0.2 * d["nstretch"]), 2 ** (-0.2 * d["nstretch"])) @ m
            if o["turn-after"]: m = turn((2 * d["turn-after"] - 1) * math.pi) @ m
            if o["shift"]: m = move(0.5 * d["nshift-columns"], 0.5 * d["nshift-rows"]) @ m
            back = torch.linalg.inv(m)
            j, r = torch.meshgrid(torch.arange(4.0) - 1.5, torch.arange(4.0) - 1.5, indexing="xy")
            source = back @ torch.stack([j.flatten(), r.flatten(), torch.ones(16)])
            grid = (source[:2].T / 1.5).reshape(1, 4, 4, 2)
            image = F.grid_sample(x[i].permute(2, 0, 1)[None], grid, "bilinear", "reflection", align_corners=True)[0].permute(1, 2, 0)
            # Colours as homogeneous matrices, as in the paper's appendix.
            c = torch.eye(4)
            v = torch.tensor([1.0, 1, 1, 0])[:, None] / math.sqrt(3)
            along = v @ v.T
            if o["brightness"]:
                b = torch.eye(4)
                b[:3, 3] = 0.2 * d["nbrightness"]
                c = b @ c
            if o["contrast"]: c = torch.diag(torch.tensor([2 ** (0.5 * d["ncontrast"])] * 3 + [1.0])) @ c
            if o["luma"]: c = (torch.eye(4) - 2 * along * math.floor(2 * d["luma"])) @ c
            if o["hue"]:
                t = (2 * d["hue"] - 1) * math.pi
                k = torch.zeros(4, 4)
                k[:3, :3] = torch.tensor([[0, -1, 1], [1, 0, -1], [-1, 1, 0.0]]) / math.sqrt(3)
                c = torch.linalg.matrix_exp(t * k) @ c
            if o["saturation"]:
                grey = along.clone()
                grey[3, 3] = 1
                c = (grey + (torch.eye(4) - grey) * 2 ** d["nsaturation"]) @ c
            out.append(torch.cat([image, torch.ones(4, 4, 1)], 2) @ c.T[:, :3])
        return torch.stack(out)


HINGE = "hinge"
CASES = [
    ("r2-penalty:gamma=0.5", lambda: [R2(0.5)]),
    ("r1-penalty:gamma=0.5 r2-penalty:gamma=0.25", lambda: [R1(0.5), R2(0.25)]),
    ("zero-centered-penalty:weight=2", lambda: [ZeroCentered()]),
    ("maximum-gradient-penalty:weight=2", lambda: [MaximumGradient()]),
    ("dragan-penalty:weight=2", lambda: [DRAGAN("normal")]),
    ("dragan-penalty:weight=2,neighbors=uniform", lambda: [DRAGAN("uniform")]),
    ("jensen-shannon-regularizer:gamma=1.5", lambda: [JensenShannon()]),
    ("lecam-regularization:weight=0.4,decay=0.5", lambda: [LeCam(False)]),
    ("lecam-regularization:weight=0.4,decay=0.5,isOneSided=true", lambda: [LeCam(True)]),
    ("consistency-regularization:weight=2,fakeWeight=1.5,noise=0.3", lambda: [Consistency(noise=0.3)]),
    ("latent-consistency:discriminatorWeight=2,generatorWeight=0.5,noise=0.3", lambda: [LatentConsistency()]),
    ("path-length-regularization:weight=2,decay=0.25", lambda: [PathLength()]),
    ("orthogonal-regularization:weight=0.1,appliesToDiscriminator=true", lambda: [Orthogonal(False)]),
    ("orthogonal-regularization:weight=0.1,form=full,appliesToDiscriminator=true", lambda: [Orthogonal(True)]),
    ("jacobian-clamping:weight=1,smallest=0.3,largest=0.4,step=0.5", lambda: [JacobianClamping()]),
    ("mode-seeking:weight=0.3", lambda: [ModeSeeking()]),
    ("bures-diversity:weight=2,iterations=40", lambda: [Bures()]),
    ("gradient-normalization", lambda: [GradientNormalization()]),
    ("r1-penalty:gamma=0.5 lazy-regularization:interval=2", lambda: [R1(0.5), Lazy()]),
    ("label-flipping:realProbability=0.4,fakeProbability=0.3", lambda: [Flipping()]),
    ("noisy-labels", lambda: [Noisy()]),
    ("gradient-noise:eta=0.1", lambda: [GradientNoise()]),
    ("historical-averaging:weight=0.5", lambda: [HistoricalAveraging()]),
    ("lookahead:steps=2,rate=0.3", lambda: [Lookahead()]),
    ("weight-normalization", lambda: [WeightNormalization()]),
    ("equalized-learning-rate", lambda: [Equalized()]),
    ("top-k:smallest=0.5,decay=0.8,period=1", lambda: [TopK()]),
    ("packing:size=2", lambda: [Packing()]),
    ("packing:size=2 r1-penalty:gamma=0.5 latent-consistency:discriminatorWeight=2,generatorWeight=0.5,noise=0.3",
     lambda: [Packing(), R1(0.5), LatentConsistency()]),
    ("experience-replay:batches=1", lambda: [Replay()]),
    ("latent-optimization:rate=0.9,damping=0.1,penalty=0.2", lambda: [LatentOptimization(True, 0.2)]),
    ("latent-optimization:rate=0.9,isNatural=false", lambda: [LatentOptimization(False, 0)]),
    ("discriminator-skipping:limit=0.6", lambda: [Skipping()]),
    ("pseudo-augmentation:target=-0.9,interval=1,rampImages=10", lambda: [PseudoAugmentation()]),
    ("weight-normalization gradient-noise:eta=0.1 lookahead:steps=2,rate=0.3",
     lambda: [WeightNormalization(), GradientNoise(), Lookahead()]),
    ("differentiable-augmentation:translation=0.25", lambda: [DiffAugment()]),
    ("adaptive-augmentation:target=-0.9,interval=1,rampImages=10", lambda: [ADA()]),
    ("consistency-regularization:weight=0.2,fakeWeight=0.15,shift=2", lambda: [Consistency(shift=2, weight=0.2)]),
]


def main(path):
    cases = []
    for index, (specification, make) in enumerate(CASES):
        # One case needs a discriminator that is right at first.
        random = np.random.default_rng(203 if specification.startswith("discriminator-skipping") else 100 + index)
        images = specification.startswith(("differentiable", "adaptive", "consistency-regularization:weight=0.2"))
        size = 48 if images else 2
        seen = 4 if specification.startswith("packing") else size
        g = [("00_dense", 2, 48)] if images else [("00_dense", 2, 8), ("02_dense", 8, 2)]
        d = [("01_dense", 48, 8), ("03_dense", 8, 1)] if images else [("00_dense", seen, 8), ("02_dense", 8, 1)]
        initial = {}
        for player, layers in (("generator", g), ("discriminator", d)):
            for layer, inputs, outputs in layers:
                for part, shape in (("weight", (inputs, outputs)), ("bias", (outputs,))):
                    initial[f"{player}/params/{layer}/{part}"] = np.round(random.normal(0, 0.5, shape), 3).tolist()
        batches = [torch.tensor(np.round(random.normal(0.3, 1, (BATCH, size)), 3)) for _ in range(ROUNDS)]
        flat = [b.flatten().tolist() for b in batches]
        if images:
            batches = [b.reshape(BATCH, 4, 4, 3) for b in batches]
        for loss in ("non-saturating",) if index % 2 == 0 or "labels" in specification or "flipping" in specification else ("hinge",):
            tricks = make()
            run = Run(tricks, loss, batches, initial, images)
            final = run.play()
            state = {f"heuristics/{t.name}/{k}": v for t in tricks for k, v in t.state.items()}
            cases.append({
                "heuristics": specification.split(" "), "loss": loss, "images": images, "batches": flat, "initial": run.initial,
                "final": final | state,
            })
    with open(path, "w") as file:
        file.write('{"seed": %d, "batchSize": %d, "rounds": %d, "rate": %g, "cases": [\n' % (SEED, BATCH, ROUNDS, RATE))
        text = lambda value: json.dumps(value, separators=(",", ":"))
        rounded = lambda tensors: {k: [round(v, 9) for v in values] for k, values in tensors.items()}
        file.write(",\n".join(text(c | {"final": rounded(c["final"]), "initial": rounded(c["initial"])}) for c in cases))
        file.write("\n]}\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "Tests/AdversarialTests/Fixtures/heuristics.json")
