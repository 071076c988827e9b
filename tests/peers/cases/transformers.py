"""Whole small transformers: a GPT's logits, loss and gradients of every parameter, and an encoder and decoder with padding.

Parameters carry the paths that Crucible gives them; weights are stored [inputs, outputs].
"""

import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import stateless

from recorder import Recorder, generator_for, plain

SNIPPET = [
    "models: gpt(tokens, parameters, options) of tests/peers/cases/transformers.py gives the logits; loss = F.cross_entropy(logits, targets);",
    "loss.backward() gives the gradients, in the order of the parameters",
    "translators: translated(source, target, parameters, options) gives the logits, by torch.nn.Transformer with every mask that padding and",
    "look-ahead ask for; loss = F.cross_entropy(logits, target[:, 1:], ignore_index=-1, label_smoothing=0.1); loss.backward() gives the gradients",
    "sequences: translate(source, target, padding, parameters, options) gives the output, whose weighted sum (see other files) gives the gradients",
]

GPTS = {
    "as nanoGPT": {},
    "without biases": {"bias": False},
    "as LLaMA": {"bias": False, "norm": "rms", "positions": "rotary", "feedForward": "swiGlu", "keyHeads": 1, "tied": False},
    "as the first transformers": {"placement": "post", "positions": "sinusoidal", "feedForward": "relu", "tied": False},
    "as GPT-2": {"feedForward": "geluTanh"},
}

DEFAULTS = {"bias": True, "norm": "layer", "positions": "learned", "feedForward": "gelu", "placement": "pre", "tied": True}
SIZES = {"vocabulary": 7, "context": 6, "layers": 2, "heads": 2, "width": 8}


def record(recorder: Recorder) -> None:
    for name, changes in GPTS.items():
        recorder.add("models", gpt_record(name, SIZES | DEFAULTS | changes))
    for placement in ("pre", "post"):
        recorder.add("sequences", sequence_record(f"{placement}-norm", SIZES | DEFAULTS | {"placement": placement, "layers": 1}))
        recorder.add("translators", translator_record(f"{placement}-norm", SIZES | DEFAULTS | {"placement": placement, "feedForward": "relu"}))


class Model:
    """Parameters by path, and the layers that use them."""

    def __init__(self, options, parameters):
        self.options = options
        self.parameters = parameters

    def linear(self, path, x):
        y = x @ self.parameters[f"{path}.weight"]
        return y + self.parameters[f"{path}.bias"] if f"{path}.bias" in self.parameters else y

    def norm(self, path, x):
        gain = self.parameters[f"{path}.gain"]
        if self.options["norm"] == "rms":
            return x / torch.sqrt(x.square().mean(-1, keepdim=True) + 1e-5) * gain
        return F.layer_norm(x, gain.shape, gain, self.parameters.get(f"{path}.bias"), 1e-5)

    def heads(self, x, count):
        batch, rows, channels = x.shape
        return x.view(batch, rows, count, channels // count).transpose(1, 2)

    def attend(self, path, q, k, v, hidden):
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(q.size(-1))
        if hidden is not None:
            scores = scores.masked_fill(hidden, float("-inf"))
        y = torch.softmax(scores, -1) @ v
        return self.linear(f"{path}.output", y.transpose(1, 2).reshape(y.size(0), y.size(2), -1))

    def self_attention(self, path, x, hidden):
        heads, key_heads = self.options["heads"], self.options.get("keyHeads", self.options["heads"])
        size = x.size(-1) // heads
        mapped = self.linear(f"{path}.queryKeyValue", x)
        q, k, v = (self.heads(part, part.size(-1) // size) for part in mapped.split([heads * size, key_heads * size, key_heads * size], -1))
        if self.options["positions"] == "rotary":
            q, k = rotate(q), rotate(k)
        repeats = heads // key_heads
        return self.attend(path, q, k.repeat_interleave(repeats, 1), v.repeat_interleave(repeats, 1), hidden)

    def cross_attention(self, path, x, memory, hidden):
        heads = self.options["heads"]
        q = self.heads(self.linear(f"{path}.query", x), heads)
        k, v = (self.heads(part, heads) for part in self.linear(f"{path}.keyValue", memory).chunk(2, -1))
        return self.attend(path, q, k, v, hidden)

    def feed_forward(self, path, x):
        h, kind = self.linear(f"{path}.up", x), self.options["feedForward"]
        if kind == "swiGlu":
            gate, channels = h.chunk(2, -1)
            h = F.silu(gate) * channels
        elif kind == "relu":
            h = F.relu(h)
        else:
            h = F.gelu(h, approximate="tanh" if kind == "geluTanh" else "none")
        return self.linear(f"{path}.down", h)

    def add(self, path, x, part):
        return x + part(self.norm(path, x)) if self.options["placement"] == "pre" else self.norm(path, x + part(x))

    def block(self, path, x, hidden, memory=None, memory_hidden=None):
        x = self.add(f"{path}.attentionNorm", x, lambda y: self.self_attention(f"{path}.attention", y, hidden))
        if memory is not None:
            x = self.add(f"{path}.memoryNorm", x, lambda y: self.cross_attention(f"{path}.memoryAttention", y, memory, memory_hidden))
        return self.add(f"{path}.feedForwardNorm", x, lambda y: self.feed_forward(f"{path}.feedForward", y))


def rotate(x):
    half = x.size(-1) // 2
    angles = torch.arange(x.size(-2)).double()[:, None] * 10000.0 ** (-torch.arange(half).double() / half)
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin()], -1)


def waves(rows, width):
    angles = torch.arange(rows).double()[:, None] * 10000.0 ** (-torch.arange(0, width, 2).double() / width)
    return torch.stack([angles.sin(), angles.cos()], -1).reshape(rows, width)


def later(rows):
    return torch.ones(rows, rows, dtype=torch.bool).triu(1)


def gpt(tokens, parameters, options):
    model = Model(options, parameters)
    rows = tokens.size(1)
    x = parameters["token.weight"][tokens]
    if options["positions"] == "learned":
        x = x + parameters["position.weight"][:rows]
    elif options["positions"] == "sinusoidal":
        x = x + waves(rows, options["width"])
    for i in range(options["layers"]):
        x = model.block(f"block[{i}]", x, later(rows))
    if options["placement"] == "pre":
        x = model.norm("norm", x)
    return x @ parameters["token.weight"].T if options["tied"] else model.linear("head", x)


def translate(source, target, padding, parameters, options):
    """An encoder of the source, some of whose positions are padding, and a causal decoder of the target that attends to it."""
    model = Model(options, parameters)
    hidden = ~padding[:, None, None, :]
    memory = source
    for i in range(options["layers"]):
        memory = model.block(f"encoder.block[{i}]", memory, hidden)
    if options["placement"] == "pre":
        memory = model.norm("encoder.norm", memory)
    y = target
    for i in range(options["layers"]):
        y = model.block(f"decoder.block[{i}]", y, later(target.size(1)), memory, hidden)
    return model.norm("decoder.norm", y) if options["placement"] == "pre" else y


def as_published(options):
    """torch.nn.Transformer; behind sums that are normalized it has one normalization too many unless told otherwise."""
    width, layers, is_pre = options["width"], options["layers"], options["placement"] == "pre"
    layer = {"dropout": 0.0, "batch_first": True, "norm_first": is_pre, "dtype": torch.float64}
    sizes = (width, options["heads"], 4 * width)
    last = (lambda: nn.LayerNorm(width, dtype=torch.float64)) if is_pre else (lambda: None)
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(*sizes, **layer), layers, last())
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(*sizes, **layer), layers, last())
    return nn.Transformer(width, options["heads"], custom_encoder=encoder, custom_decoder=decoder, batch_first=True, dtype=torch.float64)


def torch_parameters(parameters, options):
    """Crucible's parameters as torch.nn.Transformer names and turns them, so that gradients flow back to them."""
    found = {}

    def norm(name, path):
        found[f"{name}.weight"], found[f"{name}.bias"] = parameters[f"{path}.gain"], parameters[f"{path}.bias"]

    def linear(name, path):
        found[f"{name}.weight"], found[f"{name}.bias"] = parameters[f"{path}.weight"].T, parameters[f"{path}.bias"]

    def attention(name, path, parts):
        found[f"{name}.in_proj_weight"] = torch.cat([parameters[f"{path}.{part}.weight"].T for part in parts])
        found[f"{name}.in_proj_bias"] = torch.cat([parameters[f"{path}.{part}.bias"] for part in parts])
        linear(f"{name}.out_proj", f"{path}.output")

    for stack in ("encoder", "decoder"):
        for i in range(options["layers"]):
            name, path = f"{stack}.layers.{i}", f"{stack}.block[{i}]"
            attention(f"{name}.self_attn", f"{path}.attention", ["queryKeyValue"])
            norm(f"{name}.norm1", f"{path}.attentionNorm")
            if stack == "decoder":
                attention(f"{name}.multihead_attn", f"{path}.memoryAttention", ["query", "keyValue"])
                norm(f"{name}.norm2", f"{path}.memoryNorm")
            norm(f"{name}.norm{3 if stack == 'decoder' else 2}", f"{path}.feedForwardNorm")
            linear(f"{name}.linear1", f"{path}.feedForward.up")
            linear(f"{name}.linear2", f"{path}.feedForward.down")
        if options["placement"] == "pre":
            norm(f"{stack}.norm", f"{stack}.norm")
    return found


def translated(source, target, parameters, options):
    """The logits behind each token of the target but the last; ids below 0 are padding."""
    token, width = parameters["token.weight"], options["width"]

    def embed(ids):
        return token[ids.clamp(min=0)] * math.sqrt(width) + waves(ids.size(1), width)

    target = target[:, :-1]
    masks = {
        "tgt_mask": later(target.size(1)),
        "src_key_padding_mask": source < 0,
        "tgt_key_padding_mask": target < 0,
        "memory_key_padding_mask": source < 0,
    }
    x = stateless.functional_call(as_published(options), torch_parameters(parameters, options), (embed(source), embed(target)), masks)
    return x @ token.T


class Shapes:
    """The parameters of a model in the order in which Crucible lists them."""

    def __init__(self, options):
        self.options = options
        self.found = {}

    def linear(self, path, inputs, outputs, bias=None):
        self.found[f"{path}.weight"] = (inputs, outputs)
        if self.options["bias"] if bias is None else bias:
            self.found[f"{path}.bias"] = (outputs,)

    def norm(self, path):
        self.found[f"{path}.gain"] = (self.options["width"],)
        if self.options["bias"] and self.options["norm"] == "layer":
            self.found[f"{path}.bias"] = (self.options["width"],)

    def block(self, path, has_memory=False):
        width, heads = self.options["width"], self.options["heads"]
        keys = width // heads * self.options.get("keyHeads", heads)
        self.norm(f"{path}.attentionNorm")
        self.linear(f"{path}.attention.queryKeyValue", width, width + 2 * keys)
        self.linear(f"{path}.attention.output", width, width)
        if has_memory:
            self.norm(f"{path}.memoryNorm")
            self.linear(f"{path}.memoryAttention.query", width, width)
            self.linear(f"{path}.memoryAttention.keyValue", width, 2 * width)
            self.linear(f"{path}.memoryAttention.output", width, width)
        self.norm(f"{path}.feedForwardNorm")
        hidden = 4 * width
        self.linear(f"{path}.feedForward.up", width, 2 * hidden if self.options["feedForward"] == "swiGlu" else hidden)
        self.linear(f"{path}.feedForward.down", hidden, width)


def gpt_shapes(options):
    shapes = Shapes(options)
    shapes.found["token.weight"] = (options["vocabulary"], options["width"])
    if options["positions"] == "learned":
        shapes.found["position.weight"] = (options["context"], options["width"])
    for i in range(options["layers"]):
        shapes.block(f"block[{i}]")
    if options["placement"] == "pre":
        shapes.norm("norm")
    if not options["tied"]:
        shapes.linear("head", options["width"], options["vocabulary"], bias=False)
    return shapes.found


def sequence_shapes(options):
    shapes = Shapes(options)
    for stack in ("encoder", "decoder"):
        for i in range(options["layers"]):
            shapes.block(f"{stack}.block[{i}]", has_memory=stack == "decoder")
        if options["placement"] == "pre":
            shapes.norm(f"{stack}.norm")
    return shapes.found


def draw(generator, shapes):
    """Values of a size at which every part matters, with two decimals."""
    drawn = {path: torch.round(0.4 * torch.randn(shape, generator=generator, dtype=torch.float64), decimals=2) for path, shape in shapes.items()}
    return {path: (values + 1 if path.endswith(".gain") else values).requires_grad_() for path, values in drawn.items()}


def gpt_record(name, options):
    generator = generator_for(name)
    parameters = draw(generator, gpt_shapes(options))
    tokens = torch.randint(options["vocabulary"], (2, 5), generator=generator)
    targets = torch.randint(options["vocabulary"], (2, 5), generator=generator)
    logits = gpt(tokens, parameters, options)
    loss = F.cross_entropy(logits.reshape(-1, options["vocabulary"]), targets.reshape(-1))
    loss.backward()
    return described(name, options, parameters) | {"tokens": plain(tokens), "targets": plain(targets), "logits": plain(logits), "loss": loss.item()}


def sequence_record(name, options):
    generator = generator_for(name)
    parameters = draw(generator, sequence_shapes(options))
    source, target = (torch.round(torch.randn((2, rows, options["width"]), generator=generator, dtype=torch.float64), decimals=2) for rows in (4, 3))
    padding = torch.tensor([[True, True, True, False], [True, True, False, False]])
    output = translate(source, target, padding, parameters, options)
    weights = ((7 * torch.arange(output.numel())) % 11 - 4.5) / 4
    (output.reshape(-1) * weights.double()).sum().backward()
    inputs = {"source": plain(source), "target": plain(target), "padding": plain(padding)}
    return described(name, options, parameters) | inputs | {"output": plain(output)}


def translator_record(name, options):
    generator = generator_for(name)
    parameters = draw(generator, {"token.weight": (options["vocabulary"], options["width"])} | sequence_shapes(options))
    source = torch.tensor([[2, 1, 6, 5], [3, 4, -1, -1], [5, 5, 0, -1]])
    target = torch.tensor([[0, 2, 3, 1, -1], [0, 4, 4, 6, 1], [0, 5, 1, -1, -1]])
    logits = translated(source, target, parameters, options)
    wanted = target[:, 1:]
    loss = F.cross_entropy(logits.reshape(-1, options["vocabulary"]), wanted.reshape(-1), ignore_index=-1, label_smoothing=0.1)
    loss.backward()
    shown = logits.masked_fill(wanted[:, :, None] < 0, 0.0)
    inputs = {"source": plain(source), "target": plain(target)}
    return described(name, options, parameters) | inputs | {"logits": plain(shown), "loss": loss.item()}


def described(name, options, parameters):
    return {
        "name": name,
        "options": options,
        "parameters": [{"path": path} | plain(tensor) for path, tensor in parameters.items()],
        "gradients": [tensor.grad.reshape(-1).tolist() for tensor in parameters.values()],
    }
