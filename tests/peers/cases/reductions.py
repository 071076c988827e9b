"""Sums, means, extremes, norms, running sums and orders."""

from recorder import Recorder, distinct, normal, uniform, values

AXES = {
    "all": (None, False),
    "axis 0": ([0], False),
    "last axis": ([-1], False),
    "middle axis kept": ([1], True),
    "outer axes": ([0, 2], False),
    "outer axes kept": ([0, 2], True),
}

SHAPE = (2, 3, 4)


def arguments(axes, keep) -> tuple[str, dict]:
    """The axes as PyTorch writes them, and as attributes."""
    chosen = list(range(len(SHAPE))) if axes is None else axes
    return f"{chosen}, keepdim={keep}", {"axes": axes, "keepDims": keep}


def record(recorder: Recorder) -> None:
    over_axes(recorder)
    spreads(recorder)
    norms(recorder)
    products(recorder)
    orders(recorder)
    wrong(recorder)


def over_axes(recorder: Recorder) -> None:
    functions = {"sum": "torch.sum", "mean": "torch.mean", "max": "torch.amax", "min": "torch.amin", "logSumExp": "torch.logsumexp"}
    for operation, function in functions.items():
        for title, (axes, keep) in AXES.items():
            call, attributes = arguments(axes, keep)
            recorder.case(operation, title, f"{function}(a, {call})", attributes, a=distinct(*SHAPE))
    recorder.case("logSumExp", "large values", "torch.logsumexp(a, [1], keepdim=False)", {"axes": [1], "keepDims": False}, a=values([[1000.0, 999.0], [-1000.0, -1000.0]]))
    for operation, function in {"max": "torch.amax", "min": "torch.amin"}.items():
        recorder.case(operation, "ties share", f"{function}(a, [1], keepdim=False)", {"axes": [1], "keepDims": False}, a=values([[2.0, 1.0, 2.0], [3.0, 3.0, 3.0]]))
    for operation, function in {"argMax": "torch.argmax", "argMin": "torch.argmin"}.items():
        for axis in (0, 1, -1):
            recorder.case(operation, f"axis {axis}", f"{function}(a, {axis})", {"axis": axis, "keepDims": False}, a=distinct(*SHAPE))
        recorder.case(operation, "axis kept", f"{function}(a, 1, keepdim=True)", {"axis": 1, "keepDims": True}, a=distinct(3, 6))


def spreads(recorder: Recorder) -> None:
    for operation, function in {"var": "torch.var", "std": "torch.std"}.items():
        for correction in (1, 0):
            for title, (axes, keep) in AXES.items():
                call, attributes = arguments(axes, keep)
                expression = f"{function}(a, {call}, unbiased={correction == 1})"
                recorder.case(operation, f"{title}, correction {correction}", expression, attributes | {"correction": correction}, a=normal(*SHAPE))


def norms(recorder: Recorder) -> None:
    for order in (1, 2, 3):
        for title, (axes, keep) in AXES.items():
            call, attributes = arguments(axes, keep)
            expression = f"torch.linalg.vector_norm(a, {order}, {call})"
            recorder.case("norm", f"order {order}, {title}", expression, attributes | {"order": order}, a=normal(*SHAPE))
    recorder.case("norm", "at zero", "torch.linalg.vector_norm(a, 2, [0, 1])", {"axes": None, "keepDims": False, "order": 2}, a=values([[0.0, 0.0], [0.0, 0.0]]))


def products(recorder: Recorder) -> None:
    for axis in (0, 1, 2):
        recorder.case("prod", f"axis {axis}", f"torch.prod(a, {axis})", {"axes": [axis], "keepDims": False}, a=normal(*SHAPE))
    recorder.case("prod", "all", "torch.prod(a)", {"axes": None, "keepDims": False}, a=uniform(0.5, 2, 2, 4))
    zeros = values([[2.0, 0.0, 3.0], [0.0, 0.0, 5.0], [2.0, 3.0, 4.0]])
    recorder.case("prod", "none, one and two zeros", "torch.prod(a, 1)", {"axes": [1], "keepDims": False}, a=zeros)
    for axis in (0, 1, 2):
        recorder.case("cumSum", f"axis {axis}", f"torch.cumsum(a, {axis})", {"axis": axis}, a=normal(*SHAPE))


def orders(recorder: Recorder) -> None:
    for axis in (0, 1):
        for descending in (False, True):
            title = f"axis {axis}, {'descending' if descending else 'ascending'}"
            recorder.case("sort", title, f"torch.sort(a, {axis}, {descending})", {"axis": axis, "descending": descending}, a=distinct(4, 6))
        recorder.case("topK", f"axis {axis}", f"torch.topk(a, 3, {axis})", {"count": 3, "axis": axis}, a=distinct(4, 6))
    recorder.case("sort", "ties keep their order", "torch.sort(a, stable=True, dim=0)", {"axis": 0, "descending": False}, a=values([2.0, 1.0, 2.0, 1.0, 1.0]))


def wrong(recorder: Recorder) -> None:
    for operation in ("sum", "mean"):
        recorder.error(operation, "no such axis", f"torch.{operation}(a, [2])", {"axes": [2], "keepDims": False}, a=normal(2, 3))
    recorder.error("sum", "an axis twice", "torch.sum(a, [1, -1])", {"axes": [1, -1], "keepDims": False}, a=normal(2, 3))
    recorder.error("max", "of nothing", "torch.amax(a, [1])", {"axes": [1], "keepDims": False}, a=normal(2, 0))
    recorder.error("topK", "more than there are", "torch.topk(a, 4, 1)", {"count": 4, "axis": 1}, a=distinct(2, 3))
