"""Boston housing in PyTorch: the trainings of scripts/housing.fsx, to compare time, memory and error with.

    python3 tests/peers/housing.py            # cross-validation, ensemble and learning curve
    python3 tests/peers/housing.py --quick    # the same code on less work
"""

import argparse
import csv
import itertools
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TABLE = Path(__file__).resolve().parents[2] / "data" / "boston.csv"
TRAINING_ROWS = 300
BATCH = 32
FOLDS = 5
RATE, DECAY = 0.01, 0.1


@dataclass(frozen=True)
class Setting:
    """What cross-validation chooses among."""

    hidden: int
    activation: type[nn.Module]
    logs: bool
    log_target: bool


@dataclass(frozen=True)
class Amount:
    """How much work to do."""

    epochs: int
    candidates: int
    blended: int
    members: int
    sizes: tuple[int, ...]
    shuffles: int
    curve_members: int


WHOLE = Amount(150, 100, 4, 10, (25, 50, 100, 150, 200, 250, 300), 5, 4)
QUICK = Amount(25, 6, 2, 2, (100, 200, 300), 2, 1)


def read(path: Path) -> tuple[Tensor, Tensor]:
    """Features and target; the target is the last column."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    table = torch.tensor([[float(cell) for cell in row] for row in rows])
    return table[:, :-1], table[:, -1:]


class Scaling:
    """Logarithms of skewed columns, then mean 0 and deviation 1, all learned from the training rows."""

    def __init__(self, x: Tensor, logs: bool):
        deviations = x - x.mean(0)
        skewness = deviations.pow(3).mean(0) / deviations.square().mean(0).clamp(min=1e-12).pow(1.5)
        self.least = x.amin(0)
        self.skewed = (self.least >= 0) & (skewness > 0.75) & logs
        self.shift = (self.least <= 0).float()
        shaped = self.shape(x)
        self.mean, self.deviation = shaped.mean(0), shaped.std(0).clamp(min=1e-6)

    def shape(self, x: Tensor) -> Tensor:
        return torch.where(self.skewed, torch.log(torch.maximum(x, self.least) + self.shift), x)

    def __call__(self, x: Tensor) -> Tensor:
        return (self.shape(x) - self.mean) / self.deviation


def network(inputs: int, setting: Setting) -> nn.Sequential:
    sizes = [inputs] + [40] * setting.hidden
    layers = [layer for pair in itertools.pairwise(sizes) for layer in (nn.Linear(*pair), setting.activation())]
    return nn.Sequential(*layers, nn.Linear(40, 1))


class Trained:
    """A network trained on some rows, and the way from raw features to a price."""

    updates = 0

    def __init__(self, setting: Setting, x: Tensor, y: Tensor, epochs: int):
        self.setting = setting
        self.scaling = Scaling(x, setting.logs)
        target = torch.log(y) if setting.log_target else y
        self.mean, self.deviation = target.mean(), target.std()
        self.model = network(x.shape[1], setting)
        self.fit(self.scaling(x), (target - self.mean) / self.deviation, epochs)

    def fit(self, x: Tensor, y: Tensor, epochs: int) -> None:
        weights = [parameter for parameter in self.model.parameters() if parameter.dim() > 1]
        biases = [parameter for parameter in self.model.parameters() if parameter.dim() == 1]
        groups = [{"params": weights, "weight_decay": DECAY}, {"params": biases, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=RATE)
        updates = epochs * -(-len(x) // BATCH)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, updates)
        for _ in range(epochs):
            for rows in torch.randperm(len(x)).split(BATCH):
                optimizer.zero_grad()
                F.mse_loss(self.model(x[rows]), y[rows]).backward()
                optimizer.step()
                schedule.step()
        Trained.updates += updates

    @torch.no_grad()
    def predict(self, x: Tensor) -> Tensor:
        predicted = self.model(self.scaling(x)) * self.deviation + self.mean
        return torch.exp(predicted) if self.setting.log_target else predicted


def blend(networks: list[Trained], x: Tensor) -> Tensor:
    return torch.stack([network.predict(x) for network in networks]).mean(0)


def cross_validated(setting: Setting, x: Tensor, y: Tensor, epochs: int) -> float:
    """The mean error on each fifth of the rows after training on the others."""
    folds = torch.arange(len(x)) % FOLDS
    errors = []
    for fold in range(FOLDS):
        trained = Trained(setting, x[folds != fold], y[folds != fold], epochs)
        errors.append(F.mse_loss(trained.predict(x[folds == fold]), y[folds == fold]).item())
    return sum(errors) / FOLDS


def candidates() -> list[Setting]:
    return [
        Setting(hidden, activation, logs, log_target)
        for hidden in (2, 3, 4)
        for activation in (nn.Tanh, nn.ReLU)
        for logs, log_target in ((False, False), (True, False), (True, True))
    ]


def learning_curve(best: list[Setting], x: Tensor, y: Tensor, test: tuple[Tensor, Tensor], amount: Amount) -> None:
    for size in amount.sizes:
        errors = []
        for _ in range(amount.shuffles):
            rows = torch.randperm(len(x))[:size]
            networks = [Trained(best[i % len(best)], x[rows], y[rows], amount.epochs) for i in range(amount.curve_members)]
            errors.append(F.mse_loss(blend(networks, test[0]), test[1]).item())
        print(f"{size} rows: test_mse {sum(errors) / len(errors):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    amount = QUICK if options.quick else WHOLE
    torch.manual_seed(options.seed)
    x, y = read(TABLE)
    order = torch.randperm(len(x))
    training, testing = order[:TRAINING_ROWS], order[TRAINING_ROWS:]
    x, y, test = x[training], y[training], (x[testing], y[testing])

    start = time.perf_counter()
    ranked = sorted(candidates()[: amount.candidates], key=lambda setting: cross_validated(setting, x, y, amount.epochs))
    best = ranked[: amount.blended]
    networks = [Trained(best[i % len(best)], x, y, amount.epochs) for i in range(amount.members * len(best))]
    print(f"train_mse {F.mse_loss(blend(networks, x), y):.2f}")
    print(f"test_mse {F.mse_loss(blend(networks, test[0]), test[1]):.2f}")
    learning_curve(best, x, y, test, amount)
    seconds = time.perf_counter() - start
    print(f"{Trained.updates} updates, {1e6 * seconds / Trained.updates:.0f} us each")


if __name__ == "__main__":
    main()
