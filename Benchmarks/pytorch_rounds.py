"""One training round of a small GAN in PyTorch, timed. Prints one line of JSON.

The workloads are described in README.md; `jax_rounds.py` and `rival bench` run the same ones.
"""

import argparse
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
parser.add_argument("--channels-last", action="store_true", help="keep images and kernels in NHWC order")
arguments = parser.parse_args()

os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

import torch  # noqa: E402  (after the thread settings)
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

torch.set_num_threads(arguments.threads)
torch.manual_seed(1)


def mlp(outputs):
    return nn.Sequential(
        nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, outputs)
    )


def dcgan_generator():
    def up(inputs, outputs, stride, padding):
        convolution = nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False)
        return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]

    return nn.Sequential(
        *up(100, 256, 1, 0), *up(256, 128, 2, 1), *up(128, 64, 2, 1), nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh()
    )


def dcgan_discriminator():
    def down(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)]

    return nn.Sequential(
        nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2), *down(64, 128), *down(128, 256), nn.Conv2d(256, 1, 4, 1, 0)
    )


def ring(count):
    """Eight Gaussians of deviation 0.02 on the circle of radius 2."""
    angles = torch.randint(8, (count,)) * (2 * torch.pi / 8)
    return 2 * torch.stack([angles.cos(), angles.sin()], 1) + 0.02 * torch.randn(count, 2)


if arguments.workload == "mlp-ring":
    batch, latent_shape = 256, (2,)
    generator, discriminator = mlp(2), mlp(1)
    data = [ring(batch) for _ in range(16)]
else:
    batch, latent_shape = 64, (100, 1, 1)
    generator, discriminator = dcgan_generator(), dcgan_discriminator()
    for module in [*generator.modules(), *discriminator.modules()]:
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0, 0.02)
    data = [torch.rand(batch, 3, 32, 32) * 2 - 1 for _ in range(16)]
    if arguments.channels_last:
        generator = generator.to(memory_format=torch.channels_last)
        discriminator = discriminator.to(memory_format=torch.channels_last)
        data = [images.contiguous(memory_format=torch.channels_last) for images in data]

settings = {"lr": 2e-4, "betas": (0.5, 0.999), "eps": 1e-8}
generator_optimizer = torch.optim.Adam(generator.parameters(), **settings)
discriminator_optimizer = torch.optim.Adam(discriminator.parameters(), **settings)
ones, zeros = torch.ones(batch), torch.zeros(batch)


def latents():
    z = torch.randn(batch, *latent_shape)
    return z.contiguous(memory_format=torch.channels_last) if arguments.channels_last and z.dim() == 4 else z


def loss(logits, targets):
    return F.binary_cross_entropy_with_logits(logits.flatten(), targets)


def training_round(real):
    discriminator_optimizer.zero_grad(set_to_none=True)
    fake = generator(latents()).detach()
    discriminator_loss = loss(discriminator(real), ones) + loss(discriminator(fake), zeros)
    discriminator_loss.backward()
    discriminator_optimizer.step()

    generator_optimizer.zero_grad(set_to_none=True)
    generator_loss = loss(discriminator(generator(latents())), ones)
    generator_loss.backward()
    generator_optimizer.step()
    return discriminator_loss, generator_loss


times = []
for index in range(arguments.warmup + arguments.rounds):
    start = time.perf_counter()
    losses = training_round(data[index % len(data)])
    elapsed = time.perf_counter() - start
    if index >= arguments.warmup:
        times.append(elapsed * 1000)

if not all(torch.isfinite(value) for value in losses):
    raise SystemExit(f"the losses of the last round are not finite: {losses}")
variant = "channels-last" if arguments.channels_last else "eager"
result = {
    "name": arguments.workload,
    "framework": f"PyTorch {torch.__version__.split('+')[0]} {variant}",
    "rounds": arguments.rounds,
    "threads": arguments.threads,
    "medianMilliseconds": statistics.median(times),
    "minimumMilliseconds": min(times),
    "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    "losses": [float(value.detach()) for value in losses],
}
print(json.dumps(result))
