"""The training rounds that are timed, as data: `pytorch_rounds.py` and `jax_rounds.py` build the same networks of it.

A network is a tuple of layers; a layer is its name and its numbers, as `LAYERS` lists them. `rival bench` has the same workloads in Swift, and
`compare` checks that all have the same number of parameters.
"""

import dataclasses

LAYERS = {
    "dense": "outputs",
    "conv": "filters, kernel, stride, padding (same or valid), has a bias",
    "up-conv": "the same, transposed",
    "batch-norm": "",
    "relu": "",
    "leaky-relu": "slope",
    "tanh": "",
    "upsample": "factor; repeats pixels",
    "average-pool": "window, which is the stride too",
    "global-average-pool": "",
    "reshape": "height, width, channels",
    "flatten": "",
    "residual": "the path's layers, the shortcut's layers; their sum",
}


@dataclasses.dataclass(frozen=True)
class Workload:
    batch: int
    latent: int
    # Of one sample: height, width, channels for images.
    shape: tuple
    generator: tuple
    discriminator: tuple
    # "non-saturating", "hinge" or "wasserstein"
    loss: str = "non-saturating"
    # None, "r1" (gamma 10) or "gradient" (lambda 10)
    penalty: str = None
    # Whether the discriminator's weights are divided by their largest singular value.
    spectral: bool = False
    betas: tuple = (0.5, 0.999)
    # How the kernels of a network of images begin: a deviation, or None for Glorot's.
    deviation: float = None
    # Rounds of one turn on a processor.
    rounds: int = 30
    # Rounds between two readings of the clock on a device.
    block: int = 10


def mlp(outputs):
    return ("dense", 128), ("relu",), ("dense", 128), ("relu",), ("dense", outputs)


def dcgan_generator(widths):
    layers = [("reshape", 1, 1, 100)]
    for index, width in enumerate(widths):
        layers += [("up-conv", width, 4, *((1, "valid") if index == 0 else (2, "same")), False), ("batch-norm",), ("relu",)]
    return (*layers, ("up-conv", 3, 4, 2, "same", True), ("tanh",))


def dcgan_discriminator(widths, normalized=True):
    layers = []
    for index, width in enumerate(widths):
        norm = normalized and index > 0
        layers += [("conv", width, 4, 2, "same", not norm), *([("batch-norm",)] if norm else []), ("leaky-relu", 0.2)]
    return (*layers, ("conv", 1, 4, 1, "valid", True), ("flatten",))


def convolution(filters, kernel):
    return ("conv", filters, kernel, 1, "same", True)


def residual_generator():
    enlarging = (
        "residual",
        (
            *(("batch-norm",), ("relu",), ("upsample", 2), convolution(256, 3)),
            *(("batch-norm",), ("relu",), convolution(256, 3)),
        ),
        (("upsample", 2), convolution(256, 1)),
    )
    end = ("batch-norm",), ("relu",), convolution(3, 3), ("tanh",)
    return (("dense", 4 * 4 * 256), ("reshape", 4, 4, 256), enlarging, enlarging, enlarging, *end)


def residual_discriminator():
    pool = ("average-pool", 2)
    first = ("residual", (convolution(128, 3), ("relu",), convolution(128, 3), pool), (pool, convolution(128, 1)))
    path = ("relu",), convolution(128, 3), ("relu",), convolution(128, 3)
    halving = ("residual", (*path, pool), (convolution(128, 1), pool))
    keeping = ("residual", path, ())
    return first, halving, keeping, keeping, ("relu",), ("global-average-pool",), ("dense", 1)


def dcgan(side, widths, penalty=None):
    return Workload(
        batch=64, latent=100, shape=(side, side, 3), penalty=penalty, deviation=0.02,
        generator=dcgan_generator(widths[::-1]), discriminator=dcgan_discriminator(widths, normalized=penalty is None),
    )


ring = Workload(batch=256, latent=2, shape=(2,), generator=mlp(2), discriminator=mlp(1), rounds=1000, block=100)

WORKLOADS = {
    "mlp-ring": ring,
    "dcgan32": dcgan(32, (64, 128, 256)),
    "dcgan64": dcgan(64, (64, 128, 256, 512)),
    "sngan32": Workload(
        batch=64, latent=128, shape=(32, 32, 3), generator=residual_generator(), discriminator=residual_discriminator(),
        loss="hinge", spectral=True, betas=(0.0, 0.9), rounds=5,
    ),
    "dcgan32-r1": dcgan(32, (64, 128, 256), penalty="r1"),
    "mlp-ring-wgan-gp": dataclasses.replace(ring, loss="wasserstein", penalty="gradient"),
}

PRECISIONS = ("float32", "tf32", "bfloat16")


def named(text):
    """The workload that `dcgan32` or `sngan32:256` names, the second with its batch size."""
    name, _, batch = text.partition(":")
    workload = WORKLOADS[name]
    return dataclasses.replace(workload, batch=int(batch)) if batch else workload
