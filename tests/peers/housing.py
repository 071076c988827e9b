"""Boston housing in PyTorch: the training that scripts/housing.fsx does, to compare time, memory and error with.

    python3 tests/peers/housing.py                  # an ensemble on standardized features
    python3 tests/peers/housing.py --as-documented  # one network 13-40-40-1 on raw features, batch 300, 100 epochs
    python3 tests/peers/housing.py --quick          # the same code on less work
"""

import argparse
import csv
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

TABLE = Path(__file__).resolve().parents[2] / "data" / "boston.csv"
TRAINING_ROWS = 300


def read(path: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Features and target; the target is the last column."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    table = torch.tensor([[float(cell) for cell in row] for row in rows])
    return table[:, :-1], table[:, -1:]


def network(inputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, 40), nn.ReLU(), nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 1))


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor, epochs: int, batch: int, rate: float, decay: float) -> int:
    """Trains in place and returns the number of updates."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    updates = 0
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad()
            F.mse_loss(model(x[rows]), y[rows]).backward()
            optimizer.step()
            updates += 1
    return updates


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--as-documented", action="store_true", help="raw features, one network, batch 300, 100 epochs")
    parser.add_argument("--members", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    torch.manual_seed(options.seed)
    x, y = read(TABLE)
    order = torch.randperm(len(x))
    x, y = x[order], y[order]
    if options.as_documented:
        members, epochs, batch, rate, decay = 1, 100, TRAINING_ROWS, 1e-3, 0.0
    else:
        members, epochs, batch, rate, decay = options.members, options.epochs, 32, 3e-3, 0.1
        x = (x - x[:TRAINING_ROWS].mean(0)) / x[:TRAINING_ROWS].std(0)
    if options.quick:
        members, epochs = min(members, 2), min(epochs, 50)

    start = time.perf_counter()
    models = [network(x.shape[1]) for _ in range(members)]
    center = 0.0 if options.as_documented else y[:TRAINING_ROWS].mean()
    updates = sum(train(model, x[:TRAINING_ROWS], y[:TRAINING_ROWS] - center, epochs, batch, rate, decay) for model in models)
    seconds = time.perf_counter() - start
    with torch.no_grad():
        predictions = center + torch.stack([model(x) for model in models]).mean(0)
    print(f"train_mse {F.mse_loss(predictions[:TRAINING_ROWS], y[:TRAINING_ROWS]):.2f}")
    print(f"test_mse {F.mse_loss(predictions[TRAINING_ROWS:], y[TRAINING_ROWS:]):.2f}")
    print(f"updates {updates}, {1e6 * seconds / updates:.0f} us each")


if __name__ == "__main__":
    main()
