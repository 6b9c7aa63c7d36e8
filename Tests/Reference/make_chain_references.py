"""Writes the reference numbers of optimizers that are chains, computed by optax and PyTorch in float64.

Usage: python Tests/Reference/make_chain_references.py [Tests/AdversarialTests/Fixtures/chains.json]

Needs jax, optax (0.2) and torch (2.x). The file holds a problem, ½ ‖A W − C‖² + ½ ‖W u + b − d‖² over a matrix W and a vector b, and for each
optimizer its parameters after each of 20 steps.
"""

import json
import sys

import jax
import numpy as np
import optax
import optax.contrib
import torch

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)
STEPS = 20
random = np.random.default_rng(20250301)
PROBLEM = {name: np.round(random.normal(0, 1, shape), 3) for name, shape in [
    ("A", (3, 3)), ("C", (3, 4)), ("u", (4,)), ("d", (3,)), ("W", (3, 4)), ("b", (3,))]}


def loss(library, w, b):
    p = {k: torch.tensor(v) if library is torch else v for k, v in PROBLEM.items()}
    return 0.5 * ((p["A"] @ w - p["C"]) ** 2).sum() + 0.5 * ((w @ p["u"] + b - p["d"]) ** 2).sum()


def by_optax(chain):
    parameters = {"W": jax.numpy.asarray(PROBLEM["W"]), "b": jax.numpy.asarray(PROBLEM["b"])}
    state = chain.init(parameters)
    slope = jax.grad(lambda p: loss(jax, p["W"], p["b"]))
    points = []
    for _ in range(STEPS):
        updates, state = chain.update(slope(parameters), state, parameters)
        parameters = optax.apply_updates(parameters, updates)
        points.append(np.concatenate([np.ravel(parameters["W"]), parameters["b"]]).tolist())
    return points


def by_torch(make):
    w, b = (torch.tensor(PROBLEM[name], requires_grad=True) for name in ("W", "b"))
    optimizer = make([w, b])
    points = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(torch, w, b).backward()
        optimizer.step()
        points.append(w.detach().flatten().tolist() + b.detach().tolist())
    return points


def factored(smallest):
    # The decay in float64, where optax has float32.
    return optax.scale_by_factored_rms(
        min_dim_size_to_factor=smallest, decay_rate_fn=lambda i, e: 1.0 - jax.numpy.asarray(i + 1, jax.numpy.float64) ** (-e))


def schedule(rate):
    # In float64: of whole numbers jax makes float32.
    return optax.scale_by_schedule(lambda i: -rate(jax.numpy.asarray(i, jax.numpy.float64)))


def step(rate, *parts):
    return optax.chain(*parts, optax.scale(-rate))


def optimistic():
    """2 u − last, the last one zero at first."""
    def init(parameters):
        return jax.tree.map(jax.numpy.zeros_like, parameters)
    return optax.GradientTransformation(init, lambda u, last, p=None: (jax.tree.map(lambda a, b: 2 * a - b, u, last), u))


T = torch.optim
CASES = {
    "sgd:learningRate=0.02,momentum=0.9,isNesterov=true": by_torch(lambda p: T.SGD(p, lr=0.02, momentum=0.9, nesterov=True)),
    "sgd:learningRate=0.02,momentum=-0.3": by_optax(step(0.02, optax.trace(-0.3))),
    "rmsprop:learningRate=0.02,decay=0.9,epsilon=0.001,isEpsilonInside=true": by_optax(
        step(0.02, optax.scale_by_rms(0.9, 1e-3, eps_in_sqrt=True))),
    "rmsprop:learningRate=0.02,decay=0.9,epsilon=0.001,isCentered=true": by_torch(
        lambda p: T.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-3, centered=True)),
    "rmsprop:learningRate=0.02,decay=0.9,epsilon=0.001,isCentered=true,isEpsilonInside=true": by_optax(
        step(0.02, optax.scale_by_stddev(0.9, 1e-3, eps_in_sqrt=True))),
    "adamw:learningRate=0.05,beta1=0.9,weightDecay=0.1": by_torch(lambda p: T.AdamW(p, lr=0.05, betas=(0.9, 0.999), weight_decay=0.1)),
    "nadam:learningRate=0.05,beta1=0.9": by_optax(optax.nadam(0.05, 0.9)),
    "amsgrad:learningRate=0.05,beta1=0.9,beta2=0.9": by_optax(
        step(0.05, optax.scale_by_amsgrad(0.9, 0.9, bias_correction_mu=False, bias_correction_nu=False))),
    "amsgrad:learningRate=0.05,beta1=0.9,beta2=0.9,isCorrected=true": by_torch(
        lambda p: T.Adam(p, lr=0.05, betas=(0.9, 0.9), amsgrad=True)),
    "adabelief:learningRate=0.05,beta1=0.9,epsilon=1e-12": by_optax(step(0.05, optax.scale_by_belief(0.9, 0.999, 1e-12, 1e-12))),
    "lion:learningRate=0.01,weightDecay=0.1": by_optax(optax.lion(0.01, weight_decay=0.1)),
    "adagrad:learningRate=0.1": by_torch(lambda p: T.Adagrad(p, lr=0.1)),
    "adagrad:learningRate=0.1,epsilon=1e-8,initial=0.1": by_torch(lambda p: T.Adagrad(p, lr=0.1, eps=1e-8, initial_accumulator_value=0.1)),
    "adafactor:learningRate=0.05": by_optax(
        step(0.05, factored(2), optax.clip_by_block_rms(1.0), optax.scale_by_param_block_rms(1e-3))),
    "adafactor:learningRate=0.05,smallestFactored=128": by_optax(
        step(0.05, factored(128), optax.clip_by_block_rms(1.0), optax.scale_by_param_block_rms(1e-3))),
    "muon:learningRate=0.02,beta1=0.9": by_optax(optax.contrib.muon(0.02, adam_b1=0.9)),
    "muon:learningRate=0.02,beta1=0.9,isNesterov=false,steps=3": by_optax(
        optax.contrib.muon(0.02, adam_b1=0.9, nesterov=False, ns_steps=3)),
    "optimistic-adam:learningRate=0.03,beta1=0.5": by_optax(step(0.03, optax.scale_by_adam(0.5, 0.999), optimistic())),
    "optimistic-sgd:learningRate=0.02": by_optax(step(0.02, optimistic())),
    "chain:learningRate=0.05,clip-by-norm:maximum=2,scale-by-adam:beta1=0.9,decayed-weights:rate=0.1": by_optax(
        step(0.05, optax.clip_by_global_norm(2.0), optax.scale_by_adam(0.9), optax.add_decayed_weights(0.1))),
    "chain:learningRate=0.05,clip-by-value:maximum=0.5,trace:decay=0.8,isNesterov=true": by_optax(
        step(0.05, optax.clip(0.5), optax.trace(0.8, nesterov=True))),
    "chain:learningRate=0.05,average:decay=0.8,scale:factor=0.5,trace:decay=0.5,average:decay=0.5,isCorrected=false": by_optax(
        step(0.05, optax.ema(0.8), optax.scale(0.5), optax.trace(0.5), optax.ema(0.5, debias=False))),
    "chain:learningRate=0.02,scale-by-rms:decay=0.9,epsilon=0.001,clip-by-rms:maximum=0.5": by_optax(
        step(0.02, optax.scale_by_rms(0.9, 1e-3, eps_in_sqrt=False), optax.clip_by_block_rms(0.5))),
    "adam:learningRate=0.1:cosine:0.01@15,beta1=0.9": by_optax(
        optax.chain(optax.scale_by_adam(0.9), schedule(
            lambda i: 0.01 + 0.09 * 0.5 * (1 + jax.numpy.cos(jax.numpy.pi * jax.numpy.minimum(i, 15) / 15))))),
    "sgd:learningRate=0:linear:0.05@5:exponential:0.01@12:step:0.02@16": by_optax(
        schedule(lambda i: jax.numpy.where(i < 5, 0.05 * i / 5, jax.numpy.where(
            i < 12, 0.05 * 0.2 ** ((i - 5) / 7), jax.numpy.where(i < 16, 0.01, 0.02))))),
}

if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else "Tests/AdversarialTests/Fixtures/chains.json"
    problem = {name: np.ravel(values).tolist() for name, values in PROBLEM.items()}
    with open(path, "w") as file:
        json.dump({"problem": problem, "cases": [{"optimizer": k, "points": v} for k, v in CASES.items()]}, file)
        file.write("\n")
