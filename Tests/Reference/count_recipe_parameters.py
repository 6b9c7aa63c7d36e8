"""Counts the parameters of published GANs, built in PyTorch as their authors' code builds them.

  DCGAN      https://github.com/pytorch/examples/tree/main/dcgan, a port of the authors' Lua code (nz 100, ngf and ndf 64, 64×64×3)
  WGAN       https://github.com/martinarjovsky/WassersteinGAN, models/dcgan.py (the same sizes, no extra layers)
  SNGAN      https://github.com/pfnet-research/sngan_projection, gen_models/resnet_32.py and dis_models/snresnet_32.py, unconditional
  projection the same with ten classes

Prints one line for each: generator, discriminator. `Plugins/Recipes` states these numbers, and tests compare them.
"""

from torch import nn


def dcgan():
    widths = [512, 256, 128, 64]
    up = [nn.ConvTranspose2d(100, 512, 4, 1, 0, bias=False), nn.BatchNorm2d(512)]
    for a, b in zip(widths, widths[1:]):
        up += [nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b)]
    up += [nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False)]
    down = [nn.Conv2d(3, 64, 4, 2, 1, bias=False)]
    for b, a in reversed(list(zip(widths, widths[1:]))):
        down += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b)]
    down += [nn.Conv2d(512, 1, 4, 1, 0, bias=False)]
    return nn.Sequential(*up), nn.Sequential(*down)


def norm(width, classes):
    # With classes, a scale and a shift for each.
    return [nn.BatchNorm2d(width)] if classes == 0 else [nn.Embedding(classes, width), nn.Embedding(classes, width)]


def sngan(classes=0):
    up = [nn.Linear(128, 4 * 4 * 256)]
    for _ in range(3):
        up += [*norm(256, classes), nn.Conv2d(256, 256, 3), *norm(256, classes), nn.Conv2d(256, 256, 3), nn.Conv2d(256, 256, 1)]
    up += [nn.BatchNorm2d(256), nn.Conv2d(256, 3, 3)]
    down = [nn.Conv2d(3, 128, 3), nn.Conv2d(128, 128, 3), nn.Conv2d(3, 128, 1)]
    down += [nn.Conv2d(128, 128, 3), nn.Conv2d(128, 128, 3), nn.Conv2d(128, 128, 1)]
    for _ in range(2):
        down += [nn.Conv2d(128, 128, 3), nn.Conv2d(128, 128, 3)]
    down += [nn.Linear(128, 1, bias=False)] + ([nn.Embedding(classes, 128)] if classes else [])
    return nn.Sequential(*up), nn.Sequential(*down)


for name, networks in {"dcgan": dcgan(), "wgan": dcgan(), "sngan": sngan(), "projection-gan": sngan(10)}.items():
    print(name, *(sum(p.numel() for p in network.parameters()) for network in networks))
