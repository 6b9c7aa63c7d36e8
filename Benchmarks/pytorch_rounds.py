"""One training round of a GAN in PyTorch, timed. Prints one line of JSON.

README.md describes the workloads; `jax_rounds.py` and `rival bench` run the same ones. A round runs eagerly, with its two losses
compiled (`--way compile`), or as one CUDA graph (`--way cuda-graph`).
"""

import contextlib
import functools
import time

import timing
import workloads

options = timing.arguments(__doc__, ["eager", "compile", "cuda-graph"])

import torch  # noqa: E402  (after the thread settings)
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402


class Residual(nn.Module):
    def __init__(self, path, shortcut):
        super().__init__()
        self.path, self.shortcut = path, shortcut

    def forward(self, x):
        return self.path(x) + self.shortcut(x)


class Reshape(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(-1, *self.shape)


class GlobalAveragePool(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def build(layers, shape):
    """The module of the layers, and the shape of a sample behind them (channels first)."""
    modules = []
    for name, *fields in layers:
        match name:
            case "dense":
                module, after = nn.Linear(shape[0], fields[0]), (fields[0],)
            case "conv":
                filters, kernel, stride, padding, bias = fields
                pad = (kernel - 1) // 2 if padding == "same" else 0
                module = nn.Conv2d(shape[0], filters, kernel, stride, pad, bias=bias)
                after = (filters, *((size + 2 * pad - kernel) // stride + 1 for size in shape[1:]))
            case "up-conv":
                filters, kernel, stride, padding, bias = fields
                pad = (kernel - stride) // 2 if padding == "same" else 0
                module = nn.ConvTranspose2d(shape[0], filters, kernel, stride, pad, bias=bias)
                after = (filters, *((size - 1) * stride - 2 * pad + kernel for size in shape[1:]))
            case "batch-norm":
                module, after = nn.BatchNorm2d(shape[0]), shape
            case "relu":
                module, after = nn.ReLU(), shape
            case "leaky-relu":
                module, after = nn.LeakyReLU(fields[0]), shape
            case "tanh":
                module, after = nn.Tanh(), shape
            case "upsample":
                module, after = nn.Upsample(scale_factor=fields[0]), (shape[0], *(size * fields[0] for size in shape[1:]))
            case "average-pool":
                module, after = nn.AvgPool2d(fields[0]), (shape[0], *(size // fields[0] for size in shape[1:]))
            case "global-average-pool":
                module, after = GlobalAveragePool(), shape[:1]
            case "reshape":
                after = (fields[2], fields[0], fields[1])
                module = Reshape(*after)
            case "flatten":
                size = 1
                for extent in shape:
                    size *= extent
                module, after = nn.Flatten(), (size,)
            case "residual":
                path, after = build(fields[0], shape)
                module = Residual(path, build(fields[1], shape)[0])
            case _:
                raise ValueError(f"no layer is called {name}")
        modules.append(module)
        shape = after
    return nn.Sequential(*modules), shape


def initialize(network, deviation):
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            if deviation is not None:
                nn.init.normal_(module.weight, 0, deviation)
            else:
                nn.init.xavier_uniform_(module.weight)


class SpectralNorm:
    """Weights over their largest singular value: one step of the power iteration in each update of the discriminator.

    Miyato et al. 2018, algorithm 1; u persists, and the derivative takes u and v for constants.
    """

    def __init__(self, network):
        self.weights = {name: weight for name, weight in network.named_parameters() if weight.dim() > 1}
        self.directions = {name: F.normalize(torch.randn(weight.shape[0], device=weight.device), dim=0) for name, weight in self.weights.items()}

    def __call__(self, moves):
        normalized = {}
        for name, weight in self.weights.items():
            matrix, u = weight.flatten(1), self.directions[name]
            with torch.no_grad():
                v = F.normalize(u @ matrix, dim=0)
                if moves:
                    u.copy_(F.normalize(matrix @ v, dim=0))
                u = u.clone()
            normalized[name] = weight / torch.dot(u, matrix @ v)
        return normalized


def ring(count):
    """Eight Gaussians of deviation 0.02 on the circle of radius 2."""
    angles = torch.randint(8, (count,)) * (2 * torch.pi / 8)
    return 2 * torch.stack([angles.cos(), angles.sin()], 1) + 0.02 * torch.randn(count, 2)


class Round:
    """The two updates of a round."""

    def __init__(self, request):
        self.workload = workload = workloads.named(request.workload)
        self.device = torch.device(request.device)
        torch.manual_seed(1)
        latents = (workload.latent,)
        image = (workload.shape[2], *workload.shape[:2]) if len(workload.shape) == 3 else workload.shape
        format = torch.channels_last if request.channels_last else torch.contiguous_format

        def network(layers, shape):
            module = build(layers, shape)[0]
            initialize(module, workload.deviation)
            return module.to(self.device).to(memory_format=format) if len(image) == 3 else module.to(self.device)

        self.generator, self.discriminator = network(workload.generator, latents), network(workload.discriminator, image)
        data = [torch.rand(workload.batch, *image) * 2 - 1 if len(image) == 3 else ring(workload.batch) for _ in range(16)]
        self.data = [real.to(self.device).contiguous(memory_format=format) if len(image) == 3 else real.to(self.device) for real in data]
        settings = {"lr": 2e-4, "betas": workload.betas, "eps": 1e-8, "capturable": request.way == "cuda-graph"}
        self.optimizers = [torch.optim.Adam(player.parameters(), **settings) for player in (self.generator, self.discriminator)]
        self.spectral = SpectralNorm(self.discriminator) if workload.spectral else None
        self.autocast = contextlib.nullcontext
        if request.precision == "bfloat16":
            # A graph must not hold on to weights that were converted outside it.
            cached = request.way == "eager"
            self.autocast = lambda: torch.autocast(self.device.type, dtype=torch.bfloat16, cache_enabled=cached)

    def latents(self):
        return torch.randn(self.workload.batch, self.workload.latent, device=self.device)

    def judge(self, moves):
        if self.spectral is None:
            return self.discriminator
        with torch.autocast(self.device.type, enabled=False):
            weights = self.spectral(moves)
        return lambda x: torch.func.functional_call(self.discriminator, weights, (x,))

    def discriminator_loss(self, real):
        with self.autocast():
            with torch.no_grad():
                fake = self.generator(self.latents()).to(real.dtype)
            judge = self.judge(moves=True)
            if self.workload.penalty == "r1":
                real = real.detach().requires_grad_()
            on_real, on_fake = judge(real).flatten(), judge(fake).flatten()
            if self.workload.penalty == "gradient":
                mix = torch.rand(len(real), *[1] * (real.dim() - 1), device=self.device)
                between = (mix * real + (1 - mix) * fake).requires_grad_()
                on_between = judge(between)
        on_real, on_fake = on_real.float(), on_fake.float()
        match self.workload.loss:
            case "non-saturating":
                loss = F.softplus(-on_real).mean() + F.softplus(on_fake).mean()
            case "hinge":
                loss = F.relu(1 - on_real).mean() + F.relu(1 + on_fake).mean()
            case "wasserstein":
                loss = on_fake.mean() - on_real.mean()
        if self.workload.penalty == "r1":
            (slope,) = torch.autograd.grad(on_real.sum(), real, create_graph=True)
            loss = loss + 5 * slope.square().flatten(1).sum(1).mean()
        if self.workload.penalty == "gradient":
            (slope,) = torch.autograd.grad(on_between.float().sum(), between, create_graph=True)
            loss = loss + 10 * ((slope.square().flatten(1).sum(1) + 1e-12).sqrt() - 1).square().mean()
        return loss

    def generator_loss(self):
        with self.autocast():
            logits = self.judge(moves=False)(self.generator(self.latents())).flatten()
        return F.softplus(-logits.float()).mean() if self.workload.loss == "non-saturating" else -logits.float().mean()

    def play(self, real):
        generator_optimizer, discriminator_optimizer = self.optimizers
        discriminator_optimizer.zero_grad(set_to_none=True)
        discriminator_loss = self.discriminator_loss(real)
        discriminator_loss.backward()
        discriminator_optimizer.step()

        generator_optimizer.zero_grad(set_to_none=True)
        # The discriminator's weights need no gradient here.
        self.discriminator.requires_grad_(False)
        generator_loss = self.generator_loss()
        generator_loss.backward()
        self.discriminator.requires_grad_(True)
        generator_optimizer.step()
        return discriminator_loss.detach(), generator_loss.detach()


def graph_of(game):
    """A function that plays one round by replaying a CUDA graph, into whose input the batch is copied."""
    real = game.data[0].clone()
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            game.play(real)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        losses = game.play(real)

    def play(batch):
        real.copy_(batch)
        graph.replay()
        return losses

    return play


def measure(request):
    on_gpu = request.device == "cuda"
    if on_gpu and not torch.cuda.is_available():
        raise RuntimeError("PyTorch sees no CUDA device")
    if request.way == "cuda-graph" and not on_gpu:
        raise RuntimeError("a CUDA graph needs --device cuda")
    tf32 = request.precision == "tf32"
    torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = tf32, tf32
    torch.set_num_threads(request.threads)
    torch._dynamo.reset()
    began = time.perf_counter()
    if on_gpu:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    game = Round(request)
    if request.way == "compile":
        game.discriminator_loss, game.generator_loss = torch.compile(game.discriminator_loss), torch.compile(game.generator_loss)
    play = graph_of(game) if request.way == "cuda-graph" else game.play
    state = {"index": 0}

    def run(rounds):
        for _ in range(rounds):
            state["losses"] = play(game.data[state["index"] % len(game.data)])
            state["index"] += 1

    wait = torch.cuda.synchronize if on_gpu else functools.partial(int, 0)
    times = timing.timed(request, run, wait, began)
    count = {name: sum(p.numel() for p in player.parameters()) for name, player in [("generator", game.generator), ("discriminator", game.discriminator)]}
    framework = f"PyTorch {torch.__version__.split('+')[0]}"
    result = timing.described(request, framework, count, [float(loss) for loss in state["losses"]]) | times
    if request.channels_last:
        result["way"] += ", channels-last"
    if on_gpu:
        result |= {"deviceBytes": torch.cuda.max_memory_allocated(), "deviceName": torch.cuda.get_device_name()}
    return result


timing.answer(options, measure)
