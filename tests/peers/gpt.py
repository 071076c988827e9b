"""nanoGPT's kind of model in plain PyTorch: what Crucible's Gpt is compared with in speed.

Pre-norm blocks, learned positions, no biases, no dropout, tied embeddings. PyTorch 1.13 has no fused attention, so scores are masked and
normalized as matrices. As a program it trains for some steps, so that its memory can be measured: python3 gpt.py small 20
"""

import math
import sys

import torch
import torch.nn.functional as F
from torch import nn

SIZES = {
    "small": {"layers": 4, "heads": 4, "width": 128, "context": 64, "batch": 12},
    "large": {"layers": 6, "heads": 6, "width": 384, "context": 256, "batch": 8},
}
VOCABULARY = 65


class LayerNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return F.layer_norm(x, self.weight.shape, self.weight, None, 1e-5)


class Attention(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.heads = heads
        self.mapped = nn.Linear(width, 3 * width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.register_buffer("seen", torch.tril(torch.ones(context, context)).view(1, 1, context, context))

    def forward(self, x):
        batch, rows, width = x.shape
        q, k, v = (part.view(batch, rows, self.heads, -1).transpose(1, 2) for part in self.mapped(x).split(width, dim=2))
        scores = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        scores = scores.masked_fill(self.seen[:, :, :rows, :rows] == 0, float("-inf"))
        y = F.softmax(scores, dim=-1) @ v
        return self.output(y.transpose(1, 2).contiguous().view(batch, rows, width))


class Block(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.attention_norm = LayerNorm(width)
        self.attention = Attention(width, heads, context)
        self.feed_forward_norm = LayerNorm(width)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)

    def forward(self, x):
        x = x + self.attention(self.attention_norm(x))
        return x + self.down(F.gelu(self.up(self.feed_forward_norm(x))))


class Gpt(nn.Module):
    def __init__(self, layers, heads, width, context):
        super().__init__()
        self.context = context
        self.token = nn.Embedding(VOCABULARY, width)
        self.position = nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads, context) for _ in range(layers))
        self.norm = LayerNorm(width)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, 0.0, 0.02)

    def forward(self, tokens, targets=None):
        x = self.token(tokens) + self.position(torch.arange(tokens.size(1)))
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        if targets is None:
            return F.linear(x[:, [-1], :], self.token.weight)
        return F.cross_entropy(F.linear(x, self.token.weight).view(-1, VOCABULARY), targets.view(-1))


def model_of(size):
    sizes = SIZES[size]
    return Gpt(sizes["layers"], sizes["heads"], sizes["width"], sizes["context"])


def gpt_step(size: str):
    """One training step: forward, backward, gradients clipped to a norm of 1, AdamW that decays matrices only."""
    model = model_of(size)
    matrices = [parameter for parameter in model.parameters() if parameter.dim() >= 2]
    others = [parameter for parameter in model.parameters() if parameter.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}], lr=1e-3, betas=(0.9, 0.99))
    shape = (SIZES[size]["batch"], SIZES[size]["context"])
    tokens, targets = torch.randint(VOCABULARY, shape), torch.randint(VOCABULARY, shape)

    def step():
        loss = model(tokens, targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step


def gpt_generate(size: str):
    """One token of a text that is longer than the context, as nanoGPT makes it: the whole context anew for every token."""
    model = model_of(size).eval()
    tokens = torch.randint(VOCABULARY, (1, SIZES[size]["context"]))

    @torch.no_grad()
    def token():
        nonlocal tokens
        logits = model(tokens[:, -model.context :])[:, -1, :]
        drawn = torch.multinomial(F.softmax(logits, dim=-1), num_samples=1)
        tokens = torch.cat((tokens, drawn), dim=1)[:, -model.context :]

    return token


if __name__ == "__main__":
    train_step = gpt_step(sys.argv[1])
    for _ in range(int(sys.argv[2])):
        train_step()
