"""Functions of one tensor, element by element, and the softmaxes."""

from recorder import Recorder, distinct, normal, uniform, values

# 21 elements: whole vectors and a tail at every SIMD width.
GRID = (3, 7)

SMOOTH = {
    "exp": "torch.exp(a)",
    "sin": "torch.sin(a)",
    "cos": "torch.cos(a)",
    "tan": "torch.tan(a)",
    "tanh": "torch.tanh(a)",
    "sigmoid": "torch.sigmoid(a)",
    "erf": "torch.erf(a)",
    "square": "torch.square(a)",
    "negate": "-a",
    "abs": "torch.abs(a)",
    "sign": "torch.sign(a)",
    "floor": "torch.floor(a)",
    "ceiling": "torch.ceil(a)",
    "round": "torch.round(a)",
    "relu": "torch.relu(a)",
    "silu": "F.silu(a)",
    "softplus": "F.softplus(a)",
}

POSITIVE = {
    "log": "torch.log(a)",
    "sqrt": "torch.sqrt(a)",
    "reciprocal": "torch.reciprocal(a)",
}

WIDE = values([-1000.0, -50.0, -20.0, -6.0, 6.0, 20.0, 50.0, 1000.0])
AT_ZERO = values([-1.0, 0.0, 1.0])


def record(recorder: Recorder) -> None:
    for operation, expression in SMOOTH.items():
        recorder.case(operation, "normal values", expression, a=normal(*GRID, scale=1.5))
    for operation, expression in POSITIVE.items():
        recorder.case(operation, "positive values", expression, a=uniform(0.1, 6, *GRID))
    powers(recorder)
    with_parameters(recorder)
    softmaxes(recorder)
    extremes(recorder)


def powers(recorder: Recorder) -> None:
    for exponent in (2, 3, -1):
        recorder.case("pow", f"exponent {exponent}", f"a ** {exponent}.0", {"exponent": exponent}, a=normal(*GRID))
    recorder.case("pow", "exponent 0.5", "a ** 0.5", {"exponent": 0.5}, a=uniform(0.1, 6, *GRID))
    recorder.case("pow", "exponent 0 at zero", "a ** 0.0", {"exponent": 0}, a=AT_ZERO)
    recorder.case("pow", "exponent 1 at zero", "a ** 1.0", {"exponent": 1}, a=AT_ZERO)
    recorder.case("pow", "exponent 2 at zero", "a ** 2.0", {"exponent": 2}, a=AT_ZERO)


def with_parameters(recorder: Recorder) -> None:
    recorder.case("clamp", "both bounds", "torch.clamp(a, -0.505, 0.755)", {"min": -0.505, "max": 0.755}, a=normal(*GRID))
    recorder.case("leakyRelu", "slope 0.1", "F.leaky_relu(a, 0.1)", {"slope": 0.1}, a=normal(*GRID))
    recorder.case("elu", "alpha 1", "F.elu(a, 1.0)", {"alpha": 1.0}, a=normal(*GRID))
    recorder.case("elu", "alpha 0.7", "F.elu(a, 0.7)", {"alpha": 0.7}, a=normal(*GRID))
    recorder.case("parametricRelu", "one slope", "F.prelu(a, b)", a=normal(*GRID), b=values([0.25]))
    recorder.case("parametricRelu", "a slope a feature", "F.prelu(a, b)", a=normal(*GRID), b=normal(7))
    recorder.case("gelu", "exact", "F.gelu(a)", {"approximate": False}, a=normal(*GRID, scale=2))
    recorder.case("gelu", "tanh form", "F.gelu(a, approximate='tanh')", {"approximate": True}, a=normal(*GRID, scale=2))


def softmaxes(recorder: Recorder) -> None:
    for operation, function in {"softmax": "torch.softmax", "logSoftmax": "torch.log_softmax"}.items():
        for axis in (-1, 0, 1):
            recorder.case(operation, f"axis {axis}", f"{function}(a, {axis})", {"axis": axis}, a=normal(2, 3, 5))
        recorder.case(operation, "large logits", f"{function}(a, 1)", {"axis": 1}, a=values([[1000.0, 999.0, -1000.0], [-900.0, -901.0, -902.5]]))
        recorder.error(operation, "no such axis", f"{function}(a, 2)", {"axis": 2}, a=distinct(2, 3))
    masked = values([[0.5, float("-inf"), float("-inf")], [0.25, 1.5, float("-inf")]])
    recorder.case("softmax", "masked by minus infinity", "torch.softmax(a, 1)", {"axis": 1}, a=masked)


def extremes(recorder: Recorder) -> None:
    for operation in ("tanh", "sigmoid", "erf", "silu", "softplus"):
        recorder.case(operation, "wide range", SMOOTH[operation], a=WIDE)
    recorder.case("gelu", "exact, wide range", "F.gelu(a)", {"approximate": False}, a=WIDE)
    recorder.case("gelu", "tanh form, wide range", "F.gelu(a, approximate='tanh')", {"approximate": True}, a=WIDE)
    recorder.case("elu", "wide range", "F.elu(a, 1.0)", {"alpha": 1.0}, a=WIDE)
    for operation in ("abs", "sign", "relu"):
        recorder.case(operation, "at zero", SMOOTH[operation], a=AT_ZERO)
    recorder.case("clamp", "at its bounds", "torch.clamp(a, -1, 1)", {"min": -1, "max": 1}, a=values([-2.0, -1.0, 0.5, 1.0, 3.0]))
    recorder.case("round", "halves go to even", "torch.round(a)", a=values([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.49, 3.51]))
    recorder.case("log", "at zero and below", "torch.log(a.detach())", a=values([0.0, -1.0, 1.0]))
    recorder.case("exp", "overflow and underflow", "torch.exp(a.detach())", a=values([800.0, -800.0, 0.0]))
