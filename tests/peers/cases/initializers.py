"""The bound or standard deviation with which PyTorch's initializers draw, read off the call that draws."""

from unittest import mock

import torch
from torch.nn import init

from recorder import Recorder

SNIPPET = [
    "w = torch.empty(shape), transposed if shape is [inputs, outputs]; eval(torch) draws uniformly from -bound to bound,",
    "or normally with standardDeviation",
]

SHAPES = ((13, 40), (40, 1), (8, 8), (6, 4, 3, 5))

# Crucible's name, PyTorch's expression, and the method of Tensor that draws.
INITIALIZERS = {
    "glorotUniform": ("init.xavier_uniform_(w)", "uniform_"),
    "glorotNormal": ("init.xavier_normal_(w)", "normal_"),
    "heUniform": ("init.kaiming_uniform_(w, nonlinearity='relu')", "uniform_"),
    "heNormal": ("init.kaiming_normal_(w, nonlinearity='relu')", "normal_"),
}


def record(recorder: Recorder) -> None:
    for name, (expression, method) in INITIALIZERS.items():
        for shape in SHAPES:
            weight = torch.empty(shape, dtype=torch.float64)
            with mock.patch.object(torch.Tensor, method) as draw:
                eval(expression, {"init": init, "w": weight.T if len(shape) == 2 else weight})
            meaning = "bound" if method == "uniform_" else "standardDeviation"
            recorder.add(
                "initializers",
                {"name": f"{name}: {list(shape)}", "torch": expression, "initializer": name, "shape": list(shape), meaning: draw.call_args.args[1]},
            )
