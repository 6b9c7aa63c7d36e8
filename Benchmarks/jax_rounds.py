"""One training round of a small GAN in JAX, compiled whole and timed. Prints one line of JSON.

The workloads are described in README.md; `pytorch_rounds.py` and `rival bench` run the same ones. Images are NHWC, kernels HWIO.
"""

import argparse
import functools
import json
import os
import resource
import statistics
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("workload", choices=["mlp-ring", "dcgan32"])
parser.add_argument("--rounds", type=int, default=100, help="timed rounds")
parser.add_argument("--warmup", type=int, default=10, help="rounds before the clock starts")
parser.add_argument("--threads", type=int, default=2)
arguments = parser.parse_args()

# XLA sizes its pool by the processors that it may use.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax  # noqa: E402  (after the thread settings)
import jax.numpy as jnp  # noqa: E402
from jax import lax  # noqa: E402

LAYOUT = ("NHWC", "HWIO", "NHWC")


def mlp_parameters(key, outputs):
    sizes = [2, 128, 128, outputs]
    keys = jax.random.split(key, 3)
    return [
        {"w": jax.random.normal(k, (m, n)) * (2 / m) ** 0.5, "b": jnp.zeros(n)}
        for k, m, n in zip(keys, sizes, sizes[1:])
    ]


def mlp(parameters, state, x):
    for layer in parameters[:-1]:
        x = jax.nn.relu(x @ layer["w"] + layer["b"])
    return x @ parameters[-1]["w"] + parameters[-1]["b"], state


def batch_norm(layer, state, x):
    """Normalizes by the batch; also keeps the running statistics, with PyTorch's momentum of 0.1."""
    mean, variance = jnp.mean(x, (0, 1, 2)), jnp.var(x, (0, 1, 2))
    count = x.size // x.shape[-1]
    state = {
        "mean": 0.9 * state["mean"] + 0.1 * lax.stop_gradient(mean),
        "variance": 0.9 * state["variance"] + 0.1 * lax.stop_gradient(variance) * count / (count - 1),
    }
    return (x - mean) * lax.rsqrt(variance + 1e-5) * layer["scale"] + layer["offset"], state


def kernel(key, inputs, outputs):
    return jax.random.normal(key, (4, 4, inputs, outputs)) * 0.02


def normalized(channels):
    return {"scale": jnp.ones(channels), "offset": jnp.zeros(channels)}


def statistics_of(channels):
    return {"mean": jnp.zeros(channels), "variance": jnp.ones(channels)}


def generator_parameters(key):
    sizes = [100, 256, 128, 64]
    keys = jax.random.split(key, 4)
    layers = [{"w": kernel(k, m, n), **normalized(n)} for k, m, n in zip(keys, sizes, sizes[1:])]
    return layers + [{"w": kernel(keys[3], 64, 3), "b": jnp.zeros(3)}]


def dcgan_generator(parameters, state, x):
    states = []
    for index, layer in enumerate(parameters[:-1]):
        stride, padding = (1, "VALID") if index == 0 else (2, "SAME")
        x = lax.conv_transpose(x, layer["w"], (stride, stride), padding, dimension_numbers=LAYOUT)
        x, new = batch_norm(layer, state[index], x)
        x = jax.nn.relu(x)
        states.append(new)
    last = parameters[-1]
    x = lax.conv_transpose(x, last["w"], (2, 2), "SAME", dimension_numbers=LAYOUT) + last["b"]
    return jnp.tanh(x), states


def discriminator_parameters(key):
    keys = jax.random.split(key, 4)
    return [
        {"w": kernel(keys[0], 3, 64), "b": jnp.zeros(64)},
        {"w": kernel(keys[1], 64, 128), **normalized(128)},
        {"w": kernel(keys[2], 128, 256), **normalized(256)},
        {"w": kernel(keys[3], 256, 1), "b": jnp.zeros(1)},
    ]


def dcgan_discriminator(parameters, state, x):
    def convolve(x, layer, stride, padding):
        return lax.conv_general_dilated(x, layer["w"], (stride, stride), padding, dimension_numbers=LAYOUT)

    same = [(1, 1), (1, 1)]
    x = jax.nn.leaky_relu(convolve(x, parameters[0], 2, same) + parameters[0]["b"], 0.2)
    states = []
    for layer, old in zip(parameters[1:3], state):
        x, new = batch_norm(layer, old, convolve(x, layer, 2, same))
        x = jax.nn.leaky_relu(x, 0.2)
        states.append(new)
    return convolve(x, parameters[3], 1, "VALID") + parameters[3]["b"], states


def adam(parameters, gradients, slots, step):
    """Kingma and Ba 2015, with bias correction; step counts from 1."""
    rate, beta1, beta2, epsilon = 2e-4, 0.5, 0.999, 1e-8
    first = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, slots[0], gradients)
    second = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, slots[1], gradients)
    c1, c2 = 1 - beta1**step, 1 - beta2**step
    updated = jax.tree.map(
        lambda p, m, v: p - rate / c1 * m / (jnp.sqrt(v / c2) + epsilon), parameters, first, second
    )
    return updated, (first, second)


key = jax.random.key(1)
key, generator_key, discriminator_key, data_key = jax.random.split(key, 4)
if arguments.workload == "mlp-ring":
    batch, latent_shape = 256, (2,)
    generator, discriminator = mlp, mlp
    players = mlp_parameters(generator_key, 2), mlp_parameters(discriminator_key, 1)
    states = [], []
    mode_key, noise_key = jax.random.split(data_key)
    angles = jax.random.randint(mode_key, (16, batch), 0, 8) * (2 * jnp.pi / 8)
    centers = 2 * jnp.stack([jnp.cos(angles), jnp.sin(angles)], -1)
    data = list(centers + 0.02 * jax.random.normal(noise_key, (16, batch, 2)))
else:
    batch, latent_shape = 64, (1, 1, 100)
    generator, discriminator = dcgan_generator, dcgan_discriminator
    players = generator_parameters(generator_key), discriminator_parameters(discriminator_key)
    states = [statistics_of(n) for n in (256, 128, 64)], [statistics_of(n) for n in (128, 256)]
    data = list(jax.random.uniform(data_key, (16, batch, 32, 32, 3), minval=-1, maxval=1))


def zeros_like(tree):
    return jax.tree.map(jnp.zeros_like, tree)


training = {
    "generator": players[0],
    "discriminator": players[1],
    "generator_state": states[0],
    "discriminator_state": states[1],
    "generator_slots": (zeros_like(players[0]), zeros_like(players[0])),
    "discriminator_slots": (zeros_like(players[1]), zeros_like(players[1])),
    "key": key,
    "step": jnp.zeros((), jnp.float32),
}


@functools.partial(jax.jit, donate_argnums=0)
def training_round(t, real):
    key, first_key, second_key = jax.random.split(t["key"], 3)
    step = t["step"] + 1
    z = jax.random.normal(first_key, (batch, *latent_shape))
    fake, generator_state = generator(t["generator"], t["generator_state"], z)
    fake = lax.stop_gradient(fake)

    def discriminator_loss(parameters):
        on_real, state = discriminator(parameters, t["discriminator_state"], real)
        on_fake, state = discriminator(parameters, state, fake)
        return jnp.mean(jax.nn.softplus(-on_real)) + jnp.mean(jax.nn.softplus(on_fake)), state

    (loss_d, discriminator_state), gradients = jax.value_and_grad(discriminator_loss, has_aux=True)(t["discriminator"])
    new_discriminator, discriminator_slots = adam(t["discriminator"], gradients, t["discriminator_slots"], step)

    z = jax.random.normal(second_key, (batch, *latent_shape))

    def generator_loss(parameters):
        images, state = generator(parameters, generator_state, z)
        logits, other = discriminator(new_discriminator, discriminator_state, images)
        return jnp.mean(jax.nn.softplus(-logits)), (state, other)

    (loss_g, (generator_state, discriminator_state)), gradients = jax.value_and_grad(generator_loss, has_aux=True)(
        t["generator"]
    )
    new_generator, generator_slots = adam(t["generator"], gradients, t["generator_slots"], step)
    new = {
        "generator": new_generator,
        "discriminator": new_discriminator,
        "generator_state": generator_state,
        "discriminator_state": discriminator_state,
        "generator_slots": generator_slots,
        "discriminator_slots": discriminator_slots,
        "key": key,
        "step": step,
    }
    return new, (loss_d, loss_g)


jax.block_until_ready((training, data))
times = []
for index in range(arguments.warmup + arguments.rounds):
    start = time.perf_counter()
    training, losses = training_round(training, data[index % len(data)])
    jax.block_until_ready((training, losses))
    elapsed = time.perf_counter() - start
    if index >= arguments.warmup:
        times.append(elapsed * 1000)

if not all(bool(jnp.isfinite(value)) for value in losses):
    raise SystemExit(f"the losses of the last round are not finite: {losses}")
result = {
    "name": arguments.workload,
    "framework": f"JAX {jax.__version__} jit",
    "rounds": arguments.rounds,
    "threads": arguments.threads,
    "medianMilliseconds": statistics.median(times),
    "minimumMilliseconds": min(times),
    "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    "losses": [float(value) for value in losses],
}
print(json.dumps(result))
