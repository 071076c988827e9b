"""Does the benchmarks' work in PyTorch, burst by burst, for tests/Crucible.Benchmarks to compare with.

Says first, as a line of JSON, what it runs on. Then reads lines `clock milliseconds workload arguments…`, repeats the
work for about that long and answers with the seconds of one call, or with `error: …`. The clock is `processor` or `wall`.

    $ echo "wall 50 matmul nt 768 128 384" | python3 tests/peers/peer.py
"""

import ctypes
import functools
import json
import os
import re
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from gpt import gpt_generate, gpt_step

# ATen takes OMP_NUM_THREADS, but not when that is all it is told; OpenBLAS has a pool and a setting of its own.
torch.set_num_threads(int(os.environ.get("PEER_ATEN_THREADS", "1")))


def blas() -> str:
    """Which BLAS is loaded: PyTorch without OpenBLAS is 20 times slower, and no opponent."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        found = re.search(r"/\S*openblas\S*", maps.read())
    if not found:
        return "reference BLAS"
    library = ctypes.CDLL(found[0])
    library.openblas_get_corename.restype = ctypes.c_char_p
    return f"OpenBLAS {library.openblas_get_corename().decode()}, {library.openblas_get_num_threads()} threads"


def matmul(layout: str, m: str, k: str, n: str):
    """C[m, n] = op(A)·op(B), written into a matrix that is there already; layout nn, nt or tn says which is stored transposed."""
    m, k, n = int(m), int(k), int(n)
    a = torch.randn(k, m).t() if layout[0] == "t" else torch.randn(m, k)
    b = torch.randn(n, k).t() if layout[1] == "t" else torch.randn(k, n)
    c = torch.empty(m, n)
    return lambda: torch.mm(a, b, out=c)


def mlp_step(batch: str):
    """One training step of 13-40-40-1 with ReLU, mean squared error and Adam."""
    model = nn.Sequential(nn.Linear(13, 40), nn.ReLU(), nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x, y = torch.randn(int(batch), 13), torch.randn(int(batch), 1)

    def step():
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()

    return step


def conv_step():
    """One training step of 1x28x28 with 32 and 64 filters of 3x3, max pooling, 10 classes, batch 64, cross-entropy and Adam."""
    model = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64 * 12 * 12, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    x, y = torch.randn(64, 1, 28, 28), torch.arange(64) % 10

    def step():
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


ELEMENTWISE = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "exp": lambda a, b: torch.exp(a),
    "tanh": lambda a, b: torch.tanh(a),
    "relu": lambda a, b: torch.relu(a),
    "gelu": lambda a, b: F.gelu(a),
    "gelu-tanh": lambda a, b: F.gelu(a, approximate="tanh"),
    "sum-all": lambda a, b: a.sum(),
    "sum-0": lambda a, b: a.sum(0),
    "sum-1": lambda a, b: a.sum(1),
    "softmax": lambda a, b: torch.softmax(a, 1),
    "layer-norm": lambda a, b: F.layer_norm(a, a.shape[1:], b[0], b[1]),
}


def elementwise(operation: str, mode: str, rows: str, columns: str):
    """One operation on a matrix, forward only or with its gradients."""
    function = ELEMENTWISE[operation]
    backward = mode == "backward"
    a = torch.randn(int(rows), int(columns), requires_grad=backward)
    b = torch.randn(int(rows), int(columns), requires_grad=backward)
    upstream = torch.ones_like(function(a, b)).detach()

    def forward_only():
        with torch.no_grad():
            function(a, b)

    def forward_and_backward():
        a.grad = b.grad = None
        function(a, b).backward(upstream)

    return forward_and_backward if backward else forward_only


def recurrent(kind: str, mode: str, batch: str, steps: str, width: str):
    """A recurrent layer over whole sequences, forward only or with all its gradients."""
    layer = {"lstm": nn.LSTM, "gru": nn.GRU}[kind](int(width), int(width), batch_first=True)
    x = torch.randn(int(batch), int(steps), int(width), requires_grad=mode == "backward")

    def forward_only():
        with torch.no_grad():
            layer(x)

    def forward_and_backward():
        x.grad = None
        layer.zero_grad(set_to_none=True)
        layer(x)[0].sum().backward()

    return forward_and_backward if mode == "backward" else forward_only


WORKLOADS = {
    "matmul": matmul,
    "mlp-step": mlp_step,
    "conv-step": conv_step,
    "elementwise": elementwise,
    "gpt-step": gpt_step,
    "gpt-generate": gpt_generate,
    "recurrent": recurrent,
}


@functools.lru_cache(maxsize=4)
def prepared(workload: str, *arguments: str):
    """The work as a function of nothing, its tensors made and its caches warm."""
    call = WORKLOADS[workload](*arguments)
    call()
    return call


CLOCKS = {"processor": time.process_time, "wall": time.perf_counter}


def seconds_a_call(call, seconds: float, clock) -> float:
    """Repeats the work, in ever longer runs, until one of them lasts long enough."""
    calls = 1
    while True:
        start = clock()
        for _ in range(calls):
            call()
        elapsed = clock() - start
        if elapsed >= seconds:
            return elapsed / calls
        calls = max(2 * calls, int(1.1 * calls * seconds / max(elapsed, 1e-6)))


def answer(line: str) -> str:
    try:
        clock, milliseconds, workload, *arguments = line.split()
        return repr(seconds_a_call(prepared(workload, *arguments), float(milliseconds) / 1000, CLOCKS[clock]))
    except (KeyError, TypeError, ValueError, RuntimeError) as failure:
        return f"error: {type(failure).__name__}: {failure}".splitlines()[0]


def main() -> None:
    torch.manual_seed(1)
    torch.mm(torch.ones(2, 2), torch.ones(2, 2))
    print(json.dumps({"torch": torch.__version__, "aten": torch.get_num_threads(), "blas": blas()}), flush=True)
    for line in sys.stdin:
        print(answer(line), flush=True)


if __name__ == "__main__":
    main()
