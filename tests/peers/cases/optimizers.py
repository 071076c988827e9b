"""Several steps of every optimizer on two parameters with given gradients, and clipping by norm.

The gradient of sum(parameter * gradient) is the given gradient, so a test needs nothing but a backward pass.
"""

import torch

from recorder import Recorder, generator_for, plain

STEPS = 5

SNIPPET = [
    "optimizers: eval(torch) for parameters that begin at start; in each step parameter.grad = gradients[step], then",
    "optimizer.step(), after which the parameters are parameters[step]",
    "clipping: parameter.grad = gradients; norm = eval(torch); the gradients are then clipped",
]

OPTIMIZERS = {
    "plain": ("SGD", {"lr": 0.1}),
    "momentum": ("SGD", {"lr": 0.1, "momentum": 0.9}),
    "Nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "weight decay": ("SGD", {"lr": 0.1, "weight_decay": 0.05}),
    "momentum and weight decay": ("SGD", {"lr": 0.1, "momentum": 0.8, "weight_decay": 0.05}),
    "momentum and dampening": ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.4, "weight_decay": 0.05}),
    "defaults": ("Adam", {"lr": 1e-3}),
    "large rate, other betas": ("Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-6}),
    "coupled weight decay": ("Adam", {"lr": 0.1, "weight_decay": 0.05}),
    "decoupled weight decay": ("AdamW", {"lr": 0.1, "weight_decay": 0.05}),
    "AMSGrad": ("Adam", {"lr": 0.1, "betas": (0.8, 0.9), "amsgrad": True}),
    "AMSGrad, decoupled weight decay": ("AdamW", {"lr": 0.1, "betas": (0.8, 0.9), "weight_decay": 0.05, "amsgrad": True}),
    "no weight decay": ("AdamW", {"lr": 0.1, "weight_decay": 0.0}),
    "default smoothing": ("RMSprop", {"lr": 0.01}),
    "smoothing 0.9, momentum": ("RMSprop", {"lr": 0.01, "alpha": 0.9, "momentum": 0.9}),
    "with weight decay": ("RMSprop", {"lr": 0.01, "weight_decay": 0.05}),
    "centered": ("RMSprop", {"lr": 0.01, "centered": True}),
    "centered, momentum": ("RMSprop", {"lr": 0.01, "alpha": 0.9, "momentum": 0.9, "centered": True}),
}

# PyTorch's words and Crucible's.
WORDS = {
    "lr": ["learningRate"],
    "momentum": ["momentum"],
    "nesterov": ["nesterov"],
    "dampening": ["dampening"],
    "amsgrad": ["amsGrad"],
    "centered": ["centered"],
    "weight_decay": ["weightDecay"],
    "betas": ["beta1", "beta2"],
    "eps": ["epsilon"],
    "alpha": ["alpha"],
}


def flat(value) -> tuple:
    return value if isinstance(value, tuple) else (value,)


def draw(generator: torch.Generator, *shape: int) -> torch.Tensor:
    return torch.round(torch.randn(shape, generator=generator, dtype=torch.float64), decimals=2)


def record(recorder: Recorder) -> None:
    for title, (name, options) in OPTIMIZERS.items():
        recorder.add("optimizers", steps(f"{name}: {title}", name, options))
    for title, bound in {"above the norm": 100.0, "below the norm": 0.5}.items():
        recorder.add("clipping", clipping(f"clip by norm: {title}", bound))


def steps(name: str, optimizer_name: str, options: dict) -> dict:
    generator = generator_for(name)
    parameters = [draw(generator, 2, 3), draw(generator, 3)]
    start = [plain(parameter) for parameter in parameters]
    optimizer = getattr(torch.optim, optimizer_name)(parameters, **options)
    gradients, results = [], []
    for _ in range(STEPS):
        for parameter in parameters:
            parameter.grad = draw(generator, *parameter.shape)
        optimizer.step()
        gradients.append([parameter.grad.reshape(-1).tolist() for parameter in parameters])
        results.append([parameter.reshape(-1).tolist() for parameter in parameters])
    written = ", ".join(f"{key}={value}" for key, value in options.items())
    return {
        "name": name,
        "torch": f"torch.optim.{optimizer_name}(parameters, {written})",
        "optimizer": optimizer_name,
        "options": {word: number for key, value in options.items() for word, number in zip(WORDS[key], flat(value))},
        "start": start,
        "gradients": gradients,
        "parameters": results,
    }


def clipping(name: str, bound: float) -> dict:
    generator = generator_for(name)
    parameters = [torch.zeros(2, 3, dtype=torch.float64), torch.zeros(3, dtype=torch.float64)]
    for parameter in parameters:
        parameter.grad = draw(generator, *parameter.shape)
    before = [plain(parameter.grad) for parameter in parameters]
    norm = torch.nn.utils.clip_grad_norm_(parameters, bound)
    return {
        "name": name,
        "torch": f"torch.nn.utils.clip_grad_norm_(parameters, {bound})",
        "bound": bound,
        "gradients": before,
        "norm": norm.item(),
        "clipped": [parameter.grad.reshape(-1).tolist() for parameter in parameters],
    }
