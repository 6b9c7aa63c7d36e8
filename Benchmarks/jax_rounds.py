"""One training round of a GAN in JAX, compiled whole and timed. Prints one line of JSON.

README.md describes the workloads; `pytorch_rounds.py` and `rival bench` run the same ones. Images are NHWC, kernels HWIO. A launch
plays one round (`--way jit`), or all rounds of a block in a loop on the device (`--way loop`).
"""

import functools
import math
import os
import time

import timing
import workloads

options = timing.arguments(__doc__, ["jit", "loop"])
os.environ.setdefault("JAX_PLATFORMS", options.device)
# Other programs use the same device.
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

import jax  # noqa: E402  (after the thread settings)
import jax.numpy as jnp  # noqa: E402
from jax import lax  # noqa: E402

LAYOUT = ("NHWC", "HWIO", "NHWC")


def create(layers, key, shape, deviation):
    """Parameters and state of the layers, an entry each, and the shape of a sample behind them."""

    def glorot(key, shape, inputs, outputs):
        limit = (6 / (inputs + outputs)) ** 0.5
        return jax.random.uniform(key, shape, minval=-limit, maxval=limit)

    parameters, states = [], []
    for name, *fields in layers:
        key, own = jax.random.split(key)
        values, state = {}, {}
        match name:
            case "dense":
                values = {"w": glorot(own, (shape[0], fields[0]), shape[0], fields[0]), "b": jnp.zeros(fields[0])}
                shape = (fields[0],)
            case "conv" | "up-conv":
                filters, k, stride, padding, bias = fields
                size = (k, k, shape[2], filters)
                random = glorot(own, size, k * k * shape[2], k * k * filters) if deviation is None else jax.random.normal(own, size) * deviation
                values = {"w": random} | ({"b": jnp.zeros(filters)} if bias else {})
                if name == "conv":
                    extents = [math.ceil(e / stride) if padding == "same" else (e - k) // stride + 1 for e in shape[:2]]
                else:
                    extents = [e * stride if padding == "same" else (e - 1) * stride + k for e in shape[:2]]
                shape = (*extents, filters)
            case "batch-norm":
                values = {"scale": jnp.ones(shape[-1]), "offset": jnp.zeros(shape[-1])}
                state = {"mean": jnp.zeros(shape[-1]), "variance": jnp.ones(shape[-1])}
            case "upsample":
                shape = (*(e * fields[0] for e in shape[:2]), shape[2])
            case "average-pool":
                shape = (*(e // fields[0] for e in shape[:2]), shape[2])
            case "global-average-pool":
                shape = shape[2:]
            case "reshape":
                shape = tuple(fields)
            case "flatten":
                shape = (math.prod(shape),)
            case "residual":
                parts = jax.random.split(own)
                path = create(fields[0], parts[0], shape, deviation)
                shortcut = create(fields[1], parts[1], shape, deviation)
                values, state, shape = {"path": path[0], "shortcut": shortcut[0]}, {"path": path[1], "shortcut": shortcut[1]}, path[2]
        parameters.append(values)
        states.append(state)
    return parameters, states, shape


def batch_norm(layer, state, x):
    """Normalizes by the batch; also keeps the running statistics, with PyTorch's momentum of 0.1."""
    axes = tuple(range(x.ndim - 1))
    mean, variance = jnp.mean(x, axes), jnp.var(x, axes)
    count = x.size // x.shape[-1]
    state = {
        "mean": 0.9 * state["mean"] + 0.1 * lax.stop_gradient(mean),
        "variance": 0.9 * state["variance"] + 0.1 * lax.stop_gradient(variance) * count / (count - 1),
    }
    return (x - mean) * lax.rsqrt(variance + 1e-5) * layer["scale"] + layer["offset"], state


def apply(layers, parameters, states, x, dtype):
    """What the layers make of x, and their new state. Products are computed in `dtype`, normalization in float32."""
    after = []
    for (name, *fields), layer, state in zip(layers, parameters, states):
        match name:
            case "dense":
                x = x.astype(dtype) @ layer["w"].astype(dtype) + layer["b"].astype(dtype)
            case "conv" | "up-conv":
                _, k, stride, padding, bias = fields
                x, w = x.astype(dtype), layer["w"].astype(dtype)
                if name == "conv":
                    pad = [((k - 1) // 2, (k - 1) // 2)] * 2 if padding == "same" else "VALID"
                    x = lax.conv_general_dilated(x, w, (stride, stride), pad, dimension_numbers=LAYOUT)
                else:
                    x = lax.conv_transpose(x, w, (stride, stride), padding.upper(), dimension_numbers=LAYOUT)
                x = x + layer["b"].astype(dtype) if bias else x
            case "batch-norm":
                x, state = batch_norm(layer, state, x.astype(jnp.float32))
                x = x.astype(dtype)
            case "relu":
                x = jax.nn.relu(x)
            case "leaky-relu":
                x = jax.nn.leaky_relu(x, fields[0])
            case "tanh":
                x = jnp.tanh(x)
            case "upsample":
                x = jnp.repeat(jnp.repeat(x, fields[0], axis=1), fields[0], axis=2)
            case "average-pool":
                n, h, w, c = x.shape
                x = x.reshape(n, h // fields[0], fields[0], w // fields[0], fields[0], c).mean((2, 4))
            case "global-average-pool":
                x = x.mean((1, 2))
            case "reshape":
                x = x.reshape(-1, *fields)
            case "flatten":
                x = x.reshape(len(x), -1)
            case "residual":
                changed, path = apply(fields[0], layer["path"], state["path"], x, dtype)
                straight, shortcut = apply(fields[1], layer["shortcut"], state["shortcut"], x, dtype)
                x, state = changed + straight, {"path": path, "shortcut": shortcut}
            case _:
                raise ValueError(f"no layer is called {name}")
        after.append(state)
    return x, after


def unit(x):
    return x * lax.rsqrt(jnp.sum(x * x) + 1e-12)


def directions_of(parameters, key):
    """A vector u for each weight; nothing for biases, under the same structure."""
    leaves, structure = jax.tree.flatten(parameters)
    return structure.unflatten([unit(jax.random.normal(k, (w.shape[-1],))) if w.ndim > 1 else jnp.zeros(0) for w, k in zip(leaves, jax.random.split(key, len(leaves)))])


def spectral_norm(parameters, directions, moves):
    """Weights over their largest singular value, and the new u (Miyato et al. 2018, algorithm 1)."""

    def one(w, u):
        if w.ndim < 2:
            return w, u
        matrix = w.reshape(-1, w.shape[-1])
        fixed = lax.stop_gradient(matrix)
        v = unit(fixed @ u)
        u = unit(v @ fixed) if moves else u
        return w / (v @ matrix @ u), u

    leaves, structure = jax.tree.flatten(parameters)
    pairs = [one(w, u) for w, u in zip(leaves, jax.tree.leaves(directions))]
    return structure.unflatten([w for w, _ in pairs]), structure.unflatten([u for _, u in pairs])


def adam(parameters, gradients, slots, step, beta1, beta2):
    """Kingma and Ba 2015, with bias correction; step counts from 1."""
    rate, epsilon = 2e-4, 1e-8
    first = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, slots[0], gradients)
    second = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, slots[1], gradients)
    c1, c2 = 1 - beta1**step, 1 - beta2**step
    updated = jax.tree.map(lambda p, m, v: p - rate / c1 * m / (jnp.sqrt(v / c2) + epsilon), parameters, first, second)
    return updated, (first, second)


@functools.partial(jax.jit, static_argnums=0)
def begin(workload):
    """The training state before the first round, and sixteen batches."""
    key, generator_key, discriminator_key, data_key, direction_key = jax.random.split(jax.random.key(1), 5)
    generator, generator_state, _ = create(workload.generator, generator_key, (workload.latent,), workload.deviation)
    discriminator, discriminator_state, _ = create(workload.discriminator, discriminator_key, workload.shape, workload.deviation)
    if len(workload.shape) == 3:
        data = jax.random.uniform(data_key, (16, workload.batch, *workload.shape), minval=-1, maxval=1)
    else:
        mode_key, noise_key = jax.random.split(data_key)
        angles = jax.random.randint(mode_key, (16, workload.batch), 0, 8) * (2 * jnp.pi / 8)
        centers = 2 * jnp.stack([jnp.cos(angles), jnp.sin(angles)], -1)
        data = centers + 0.02 * jax.random.normal(noise_key, (16, workload.batch, 2))

    def slots(tree):
        return jax.tree.map(jnp.zeros_like, tree), jax.tree.map(jnp.zeros_like, tree)

    training = {
        "generator": generator, "discriminator": discriminator, "generator_state": generator_state, "discriminator_state": discriminator_state,
        "generator_slots": slots(generator), "discriminator_slots": slots(discriminator), "key": key, "step": jnp.zeros((), jnp.float32),
        "directions": directions_of(discriminator, direction_key) if workload.spectral else (),
    }
    return training, data


def round_of(workload, dtype):
    """The function of one round: training state and batch to the new state and both losses."""
    update = functools.partial(adam, beta1=workload.betas[0], beta2=workload.betas[1])

    def generate(parameters, state, key):
        z = jax.random.normal(key, (workload.batch, workload.latent))
        x, state = apply(workload.generator, parameters, state, z, dtype)
        return x.astype(jnp.float32), state

    def judge(parameters, state, x):
        x, state = apply(workload.discriminator, parameters, state, x, dtype)
        return x.reshape(-1).astype(jnp.float32), state

    def weights(parameters, directions, moves):
        return spectral_norm(parameters, directions, moves) if workload.spectral else (parameters, directions)

    def squared_slope(parameters, state, x):
        slope = jax.grad(lambda x: judge(parameters, state, x)[0].sum())(x)
        return jnp.sum(slope.reshape(len(x), -1) ** 2, 1)

    def adversarial(real, fake):
        match workload.loss:
            case "non-saturating":
                return jnp.mean(jax.nn.softplus(-real)) + jnp.mean(jax.nn.softplus(fake))
            case "hinge":
                return jnp.mean(jax.nn.relu(1 - real)) + jnp.mean(jax.nn.relu(1 + fake))
            case "wasserstein":
                return jnp.mean(fake) - jnp.mean(real)

    def play(t, real):
        key, first_key, second_key, mix_key = jax.random.split(t["key"], 4)
        step = t["step"] + 1
        fake, generator_state = generate(t["generator"], t["generator_state"], first_key)
        fake = lax.stop_gradient(fake)

        def discriminator_loss(parameters):
            normalized, directions = weights(parameters, t["directions"], True)
            on_real, state = judge(normalized, t["discriminator_state"], real)
            on_fake, state = judge(normalized, state, fake)
            loss = adversarial(on_real, on_fake)
            if workload.penalty == "r1":
                loss += 5 * jnp.mean(squared_slope(normalized, state, real))
            if workload.penalty == "gradient":
                mix = jax.random.uniform(mix_key, (len(real), *[1] * (real.ndim - 1)))
                between = mix * real + (1 - mix) * fake
                loss += 10 * jnp.mean((jnp.sqrt(squared_slope(normalized, state, between) + 1e-12) - 1) ** 2)
            return loss, (state, lax.stop_gradient(directions))

        (loss_d, (state, directions)), gradients = jax.value_and_grad(discriminator_loss, has_aux=True)(t["discriminator"])
        discriminator, discriminator_slots = update(t["discriminator"], gradients, t["discriminator_slots"], step)
        normalized, _ = weights(discriminator, directions, False)

        def generator_loss(parameters):
            images, own = generate(parameters, generator_state, second_key)
            logits, other = judge(normalized, state, images)
            loss = jnp.mean(jax.nn.softplus(-logits)) if workload.loss == "non-saturating" else -jnp.mean(logits)
            return loss, (own, other)

        (loss_g, (generator_state, discriminator_state)), gradients = jax.value_and_grad(generator_loss, has_aux=True)(t["generator"])
        generator, generator_slots = update(t["generator"], gradients, t["generator_slots"], step)
        new = {
            "generator": generator, "discriminator": discriminator,
            "generator_state": generator_state, "discriminator_state": discriminator_state,
            "generator_slots": generator_slots, "discriminator_slots": discriminator_slots,
            "key": key, "step": step, "directions": directions,
        }
        return new, (loss_d, loss_g)

    return play


def measure(request):
    # float32 means no TF32; without this, JAX takes it on a GPU.
    jax.config.update("jax_default_matmul_precision", "tensorfloat32" if request.precision == "tf32" else "highest")
    device = jax.devices()[0]
    began = time.perf_counter()
    workload = workloads.named(request.workload)
    play = round_of(workload, jnp.bfloat16 if request.precision == "bfloat16" else jnp.float32)
    training, data = begin(workload)
    state = {"index": 0, "training": training}
    count = {player: sum(leaf.size for leaf in jax.tree.leaves(training[player])) for player in ("generator", "discriminator")}

    if request.way == "loop":

        @functools.partial(jax.jit, donate_argnums=0)
        def launch(training, data, first):
            def body(index, carried):
                return play(carried[0], lax.dynamic_index_in_dim(data, (first + index) % 16, keepdims=False))

            return lax.fori_loop(0, request.block, body, (training, (jnp.zeros(()), jnp.zeros(()))))

        def run(rounds):
            state["training"], state["losses"] = launch(state["training"], data, state["index"] % 16)
            state["index"] += rounds

    else:
        single, batches = jax.jit(play, donate_argnums=0), list(data)

        def run(rounds):
            for _ in range(rounds):
                state["training"], state["losses"] = single(state["training"], batches[state["index"] % 16])
                state["index"] += 1

    jax.block_until_ready((training, data))
    times = timing.timed(request, run, lambda: jax.block_until_ready((state["training"], state["losses"])), began)
    result = timing.described(request, f"JAX {jax.__version__}", count, [float(loss) for loss in state["losses"]]) | times
    if request.device != "cpu":
        # The peak is that of the process, which may have answered others before.
        peak = None if request.serve else (device.memory_stats() or {}).get("peak_bytes_in_use")
        result |= {"deviceBytes": peak, "deviceName": device.device_kind}
    return result


timing.answer(options, measure)
