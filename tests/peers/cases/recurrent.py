"""Whole recurrent layers (nn.RNN, nn.LSTM, nn.GRU) and attention to their states: outputs, last states and all gradients.

Parameters carry the paths that Crucible gives them; weights are stored [inputs, outputs], and the two biases of PyTorch,
which always stand in one sum, are one: bias_ih + bias_hh, but for the candidate of a GRU, whose bias_hh is candidateBias.
"""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from recorder import Recorder, generator_for, plain, weighted_sum

SNIPPET = [
    "layers: run(model, x, lengths, state) of tests/peers/cases/recurrent.py gives outputs and last states,",
    "whose weighted sum (see other files) gives the gradients of x, of the states and of the parameters, in this order",
    "attentions: attend(kind, queries, states, mask, parameters) gives contexts and weights; likewise",
]

KINDS = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}

LAYERS = {
    "one layer": {},
    "two layers": {"layers": 2},
    "both directions": {"isBidirectional": True},
    "packed": {"lengths": [2, 5, 1, 4]},
    "packed, two layers, both directions": {"layers": 2, "isBidirectional": True, "lengths": [5, 1, 3, 5]},
}

SIZES = {"layers": 1, "isBidirectional": False, "inputs": 3, "size": 5, "examples": 4, "steps": 5}


def record(recorder: Recorder) -> None:
    for kind in KINDS:
        for title, changes in LAYERS.items():
            recorder.add("layers", layer_record(f"{kind}: {title}", kind, SIZES | changes))
    for kind in ("additive", "multiplicative"):
        for title, is_masked in {"plain": False, "masked": True}.items():
            recorder.add("attentions", attention_record(f"{kind}: {title}", kind, is_masked))


def draw(generator, *shape):
    return torch.round(torch.randn(shape, generator=generator, dtype=torch.float64), decimals=2)


def run(model, x, lengths, state):
    """Outputs [examples, steps, ...] and the last states of every layer and direction."""
    if lengths is None:
        outputs, last = model(x, state)
    else:
        packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
        outputs, last = model(packed, state)
        outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=x.size(1))
    return [outputs, *(last if isinstance(last, tuple) else [last])]


def cell_parameters(model, suffix, of):
    """A cell's parameters as Crucible stores them; `of` takes the values of a parameter, or its gradient."""
    weight, recurrent, bias, other = (of(getattr(model, f"{name}_{suffix}")) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    return weight.T.contiguous(), recurrent.T.contiguous(), bias, other


def described(model, kind, options):
    """Paths with values and gradients, in Crucible's order."""
    size = options["size"]
    parameters, gradients = [], []
    for stack, ending in (("layer", ""), ("reverse", "_reverse")):
        if ending and not options["isBidirectional"]:
            continue
        for i in range(options["layers"]):
            weight, recurrent, bias, other = cell_parameters(model, f"l{i}{ending}", lambda p: p.detach())
            found = {"weight": weight, "recurrentWeight": recurrent, "bias": bias + other}
            slopes = dict(zip(found, cell_parameters(model, f"l{i}{ending}", lambda p: p.grad)))
            if kind == "gru":
                found["bias"] = torch.cat([(bias + other)[: 2 * size], bias[2 * size :]])
                found["candidateBias"] = other[2 * size :]
                slopes["candidateBias"] = getattr(model, f"bias_hh_l{i}{ending}").grad[2 * size :]
            for name, value in found.items():
                parameters.append({"path": f"{stack}[{i}].{name}"} | plain(value))
                gradients.append(slopes[name].reshape(-1).tolist())
    return parameters, gradients


def layer_record(name, kind, options):
    generator = generator_for(name)
    model = KINDS[kind](
        options["inputs"], options["size"], options["layers"], batch_first=True, bidirectional=options["isBidirectional"]
    ).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.round(0.5 * draw(generator, *parameter.shape), decimals=2))
    x = draw(generator, options["examples"], options["steps"], options["inputs"]).requires_grad_()
    count = options["layers"] * (2 if options["isBidirectional"] else 1)
    states = [draw(generator, count, options["examples"], options["size"]).requires_grad_() for _ in range(2 if kind == "lstm" else 1)]
    lengths = options.get("lengths")
    outputs = run(model, x, lengths, tuple(states) if kind == "lstm" else states[0])
    weighted_sum(outputs).backward()
    parameters, gradients = described(model, kind, options)
    return {
        "name": name,
        "options": {"kind": kind} | {key: value for key, value in options.items() if key != "lengths"},
        "lengths": lengths,
        "parameters": parameters,
        "inputs": [plain(tensor) for tensor in [x, *states]],
        "outputs": [plain(tensor) for tensor in outputs],
        "gradients": [tensor.grad.reshape(-1).tolist() for tensor in [x, *states]] + gradients,
    }


def attend(kind, queries, states, mask, parameters):
    keys = states @ parameters["key.weight"]
    if kind == "additive":
        compared = torch.tanh((queries @ parameters["query.weight"])[:, :, None] + keys[:, None])
        scores = (compared @ parameters["score.weight"]).squeeze(-1)
    else:
        scores = queries @ keys.transpose(1, 2)
    weights = torch.softmax(scores.masked_fill(~mask[:, None], float("-inf")), -1)
    return [weights @ states, weights]


def attention_record(name, kind, is_masked):
    generator = generator_for(name)
    width, memory, size = 4, 3, 5
    shapes = {"query.weight": (width, size), "key.weight": (memory, size), "score.weight": (size, 1)}
    if kind == "multiplicative":
        shapes = {"key.weight": (memory, width)}
    parameters = {path: draw(generator, *shape).requires_grad_() for path, shape in shapes.items()}
    queries, states = draw(generator, 2, 3, width).requires_grad_(), draw(generator, 2, 6, memory).requires_grad_()
    mask = torch.tensor([[True] * 4 + [False] * 2, [True] * 6]) if is_masked else torch.ones(2, 6, dtype=torch.bool)
    contexts, weights = attend(kind, queries, states, mask, parameters)
    weighted_sum([contexts]).backward()
    return {
        "name": name,
        "options": {"kind": kind, "width": width, "memory": memory, "size": size, "masked": is_masked},
        "parameters": [{"path": path} | plain(tensor) for path, tensor in parameters.items()],
        "inputs": [plain(tensor) for tensor in (queries, states, mask)],
        "outputs": [plain(tensor) for tensor in (contexts, weights)],
        "gradients": [tensor.grad.reshape(-1).tolist() for tensor in [queries, states, *parameters.values()]],
    }
