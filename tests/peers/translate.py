"""The Transformer of a run of scripts/translate.fsx in PyTorch: same pairs, sizes, updates and schedule; translate.fsx says how.

    python3 tests/peers/translate.py RUN             # ten minutes of one core with OpenBLAS (Debian: libopenblas0-pthread)
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PADDING = -1


class Translator(nn.Module):
    """Vaswani et al. 2017 with the norms before each part, one table for source, target and output."""

    def __init__(self, data: dict) -> None:
        super().__init__()
        self.width = width = data["width"]
        self.token = nn.Embedding(data["vocabulary"], width)
        self.dropout = nn.Dropout(data["dropout"])
        sizes = dict(d_model=width, nhead=data["heads"], dim_feedforward=4 * width, dropout=data["dropout"], batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(**sizes), data["layers"], nn.LayerNorm(width), enable_nested_tensor=False)
        self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(**sizes), data["layers"], nn.LayerNorm(width))
        for layer in [*self.encoder.layers, *self.decoder.layers]:
            layer.dropout = nn.Identity()  # inside the feed-forward part there is none
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        nn.init.normal_(self.token.weight, 0.0, width**-0.5)
        place = torch.arange(data["longest"]).unsqueeze(1)
        angle = place * torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
        position = torch.zeros(data["longest"], width)
        position[:, 0::2], position[:, 1::2] = angle.sin(), angle.cos()
        self.register_buffer("position", position)

    def vectors(self, ids: Tensor) -> Tensor:
        x = self.token(ids.clamp(min=0)) * math.sqrt(self.width)
        return self.dropout(x + self.position[: ids.shape[1]])

    def encode(self, source: Tensor) -> Tensor:
        return self.encoder(self.vectors(source), src_key_padding_mask=source == PADDING)

    def decode(self, source: Tensor, memory: Tensor, target: Tensor) -> Tensor:
        ahead = torch.ones(target.shape[1], target.shape[1], dtype=torch.bool).triu(1)
        x = self.decoder(self.vectors(target), memory, tgt_mask=ahead, memory_key_padding_mask=source == PADDING)
        return x @ self.token.weight.T

    def loss(self, pairs: list, smoothing: float, reduction: str = "mean") -> Tensor:
        source, target = padded([pair[0] for pair in pairs]), padded([pair[1] for pair in pairs])
        logits = self.decode(source, self.encode(source), target[:, :-1])
        return F.cross_entropy(
            logits.flatten(0, 1), target[:, 1:].flatten(), ignore_index=PADDING, label_smoothing=smoothing, reduction=reduction)


def padded(sentences: list) -> Tensor:
    longest = max(map(len, sentences))
    return torch.tensor([sentence + [PADDING] * (longest - len(sentence)) for sentence in sentences])


def batches(pairs: list, tokens: int) -> list:
    """Pairs of similar length together, at most so many tokens a side, padding counted; in a new order at every call."""
    pairs = random.sample(pairs, len(pairs))
    pairs.sort(key=lambda pair: (len(pair[1]), len(pair[0])))
    cut, longest = [[]], 0
    for pair in pairs:
        longest = max(longest, *map(len, pair))
        if cut[-1] and longest * (len(cut[-1]) + 1) > tokens:
            cut.append([])
            longest = max(map(len, pair))
        cut[-1].append(pair)
    random.shuffle(cut)
    return cut


def optimizer_of(model: Translator, rate: float) -> torch.optim.Optimizer:
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), eps=1e-8)


def schedule(update: int, updates: int) -> float:
    """Up during the first tenth, then down to 0 along a cosine."""
    warm_up = updates // 10
    if update < warm_up:
        return (update + 1) / warm_up
    return 0.5 * (1.0 + math.cos(math.pi * (update - warm_up) / max(1, updates - warm_up)))


@torch.no_grad()
def validation_loss(model: Translator, data: dict) -> float:
    model.eval()
    total = sum(float(model.loss(batch, 0.0, "sum")) for batch in batches(data["validation"], 4 * data["batch"]))
    model.train()
    return total / sum(len(target) - 1 for _, target in data["validation"])


def train(data: dict) -> Translator:
    model = Translator(data)
    parameters = sum(p.numel() for p in model.parameters())
    assert parameters == data["parameters"], f"{parameters} parameters, the other model has {data['parameters']}"
    optimizer, updates = optimizer_of(model, data["rate"]), data["updates"]
    start, queue = time.perf_counter(), []
    for update in range(updates):
        queue = queue or batches(data["training"], data["batch"])
        for group in optimizer.param_groups:
            group["lr"] = data["rate"] * schedule(update, updates)
        optimizer.zero_grad(set_to_none=True)
        loss = model.loss(queue.pop(), data["smoothing"])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (update + 1) % max(1, updates // 20) == 0:
            seconds = time.perf_counter() - start
            print(f"{update + 1:6} updates  {seconds:6.0f} s  validation loss {validation_loss(model, data):.3f}", flush=True)
    return model.eval()


@torch.no_grad()
def translate(model: Translator, data: dict) -> list:
    """Greedy, at most 50 tokens more than the sentence has."""
    found = []
    for first in range(0, len(data["test"]), 64):
        source = padded([pair[0] for pair in data["test"][first : first + 64]])
        limits = [min(len(pair[0]) + 50, data["longest"], 100) for pair in data["test"][first : first + 64]]
        memory, target = model.encode(source), torch.full((len(source), 1), data["start"])
        ended = torch.zeros(len(source), dtype=torch.bool)
        while not ended.all() and target.shape[1] < data["longest"]:
            following = model.decode(source, memory, target)[:, -1].argmax(1)
            target = torch.cat([target, following[:, None]], 1)
            ended |= (following == data["end"]) | (target.shape[1] > torch.tensor(limits))
        for row, limit in zip(target[:, 1:].tolist(), limits):
            row = row[:limit]
            found.append(row[: row.index(data["end"])] if data["end"] in row else row)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    random.seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    data = json.loads((arguments.run / "peer-data.json").read_text())
    model = train(data)
    (arguments.run / "peer-translations.json").write_text(json.dumps(translate(model, data)))


if __name__ == "__main__":
    main()
