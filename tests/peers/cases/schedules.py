"""The learning rate of every schedule as a sequence: before step 0, 1, 2, …"""

import torch
from torch.optim import lr_scheduler

from recorder import Recorder

RATE = 0.1
STEPS = 12

SNIPPET = [
    "optimizer = torch.optim.SGD([parameter], lr=rate); scheduler = eval(torch)",
    "schedules: values[i] is the rate after i calls of scheduler.step()",
    "plateaus: values[i] is the rate after scheduler.step(metrics[i])",
]

# The options are those of Crucible; each expression makes PyTorch's scheduler for `optimizer`, whose rate is RATE.
SCHEDULES = {
    "constant": ("constant", {}, "lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)"),
    "step": ("step", {"every": 4, "factor": 0.5}, "lr_scheduler.StepLR(optimizer, 4, 0.5)"),
    "exponential": ("exponential", {"factor": 0.8}, "lr_scheduler.ExponentialLR(optimizer, 0.8)"),
    "cosine": ("cosine", {"steps": 12, "floor": 0.01}, "lr_scheduler.CosineAnnealingLR(optimizer, 12, eta_min=0.01)"),
    "cosine to zero": ("cosine", {"steps": 12, "floor": 0.0}, "lr_scheduler.CosineAnnealingLR(optimizer, 12)"),
    "linear warm-up": (
        "linearWarmup",
        {"steps": 4},
        "lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 5))",
    ),
    "one cycle": (
        "oneCycle",
        {"steps": 13, "rise": 0.3},
        "lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=13)",
    ),
}

METRICS = [1.0, 0.9, 0.91, 0.92, 0.93, 0.94, 0.85, 0.86, 0.87, 0.88, 0.84995, 0.9, 0.9]


def optimizer_at(rate: float) -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)


def rates(expression: str) -> list[float]:
    optimizer = optimizer_at(RATE)
    scheduler = eval(expression, {"lr_scheduler": lr_scheduler, "optimizer": optimizer})
    sequence = [optimizer.param_groups[0]["lr"]]
    for _ in range(STEPS):
        optimizer.step()
        scheduler.step()
        sequence.append(optimizer.param_groups[0]["lr"])
    return sequence


def plateau(**options) -> list[float]:
    optimizer = optimizer_at(RATE)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    sequence = []
    for metric in METRICS:
        scheduler.step(metric)
        sequence.append(optimizer.param_groups[0]["lr"])
    return sequence


def record(recorder: Recorder) -> None:
    for name, (schedule, options, expression) in SCHEDULES.items():
        recorder.add(
            "schedules",
            {"name": name, "torch": expression, "schedule": schedule, "rate": RATE, "options": options, "values": rates(expression)},
        )
    for name, options in {"patience 2": {"patience": 2, "factor": 0.5}, "cooldown and minimum": {"patience": 1, "factor": 0.1, "cooldown": 2, "min_lr": 0.005}}.items():
        written = ", ".join(f"{key}={value}" for key, value in options.items())
        recorder.add(
            "plateaus",
            {
                "name": name,
                "torch": f"lr_scheduler.ReduceLROnPlateau(optimizer, {written})",
                "rate": RATE,
                "options": {{"min_lr": "minimumRate"}.get(key, key): value for key, value in options.items()},
                "metrics": METRICS,
                "values": plateau(**options),
            },
        )
