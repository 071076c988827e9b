"""Layers as functions of their input and their parameters."""

from recorder import Recorder, indices, normal, values


def record(recorder: Recorder) -> None:
    linear(recorder)
    norms(recorder)
    embedding(recorder)


def linear(recorder: Recorder) -> None:
    """The weight is stored [inputs, outputs]: y = x W + c."""
    shapes = {"vector": (5,), "batch": (3, 5), "two batch axes": (2, 3, 5)}
    for title, shape in shapes.items():
        recorder.case("linear", title, "torch.matmul(a, b) + c", a=normal(*shape), b=normal(5, 4), c=normal(4))
    recorder.case("linear", "no bias", "torch.matmul(a, b)", a=normal(3, 5), b=normal(5, 4))
    recorder.error("linear", "another count of features", "torch.matmul(a, b) + c", a=normal(3, 6), b=normal(5, 4), c=normal(4))
    recorder.error("linear", "a bias of another length", "torch.matmul(a, b) + c", a=normal(3, 5), b=normal(5, 4), c=normal(3))


def norms(recorder: Recorder) -> None:
    layer_norm = "F.layer_norm(a, [7], b, c, 1e-5)"
    root_mean_square = "a / torch.sqrt(a.square().mean(-1, keepdim=True) + 1e-5) * b"
    for title, shape in {"matrix": (3, 7), "batch": (2, 3, 7)}.items():
        recorder.case("layerNorm", title, layer_norm, {"epsilon": 1e-5}, a=normal(*shape), b=normal(7), c=normal(7))
        recorder.case("rmsNorm", title, root_mean_square, {"epsilon": 1e-5}, a=normal(*shape), b=normal(7))
    equal_row = values([[3.0] * 7, [0.5, -1.0, 2.0, 0.0, 1.0, -2.5, 4.0]])
    recorder.case("layerNorm", "a row of equal values", layer_norm, {"epsilon": 1e-5}, a=equal_row, b=normal(7), c=normal(7))
    recorder.case("layerNorm", "far from zero", layer_norm, {"epsilon": 1e-5}, a=values([[1e4 + i for i in range(7)]]), b=normal(7), c=normal(7))
    recorder.case("layerNorm", "large epsilon", "F.layer_norm(a, [7], b, c, 0.1)", {"epsilon": 0.1}, a=normal(3, 7), b=normal(7), c=normal(7))
    recorder.error("layerNorm", "another count of features", layer_norm, {"epsilon": 1e-5}, a=normal(3, 6), b=normal(7), c=normal(7))


def embedding(recorder: Recorder) -> None:
    recorder.case("embedding", "a sequence", "F.embedding(a, b)", a=indices(6, 5), b=normal(6, 3))
    recorder.case("embedding", "a batch, rows repeated", "F.embedding(a, b)", a=indices(3, 2, 4), b=normal(3, 2))
    recorder.error("embedding", "beyond the vocabulary", "F.embedding(a, b)", a=values([0, 6]), b=normal(6, 3))
