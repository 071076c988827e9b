"""Convolution, pooling and batch normalization of pictures [examples, channels, height, width]."""

from recorder import Recorder, distinct, normal, uniform


def record(recorder: Recorder) -> None:
    convolution(recorder)
    pooling(recorder)
    batch_norm(recorder)


def convolution(recorder: Recorder) -> None:
    plain = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}

    def case(title, x, w, bias=None, **attributes):
        options = {**plain, **attributes}
        inputs = {"a": normal(*x), "b": normal(*w)} | ({"c": normal(bias)} if bias else {})
        call = f"F.conv2d(a, b, {'c' if bias else 'None'}, {options['stride']}, {options['padding']}, {options['dilation']}, {options['groups']})"
        recorder.case("conv2d", title, call, options, **inputs)

    case("no bias", (2, 3, 5, 6), (4, 3, 3, 3))
    case("bias", (2, 3, 5, 6), (4, 3, 3, 3), bias=4)
    case("a window that is not square", (1, 2, 5, 6), (3, 2, 2, 4), bias=3)
    case("one element", (2, 3, 4, 4), (5, 3, 1, 1), bias=5)
    case("padding", (2, 2, 4, 5), (3, 2, 3, 3), bias=3, padding=1)
    case("padding wider than the picture", (1, 1, 2, 2), (2, 1, 3, 3), padding=4)
    case("stride", (2, 2, 7, 6), (3, 2, 3, 3), bias=3, stride=2)
    case("stride and padding", (1, 2, 6, 7), (3, 2, 3, 3), stride=3, padding=2)
    case("stride of the window", (2, 1, 6, 6), (4, 1, 3, 3), bias=4, stride=3)
    case("dilation", (1, 2, 7, 7), (2, 2, 3, 3), dilation=2, padding=1)
    case("groups", (2, 4, 4, 4), (6, 2, 3, 3), bias=6, groups=2, padding=1)
    case("as many groups as channels", (2, 3, 4, 5), (3, 1, 3, 3), groups=3, padding=1)
    case("a row of outputs beyond a vector", (1, 1, 4, 40), (20, 1, 3, 3), bias=20, padding=1)
    for title, x, w in [("another count of channels", (1, 3, 5, 5), (2, 2, 3, 3)), ("a window larger than the picture", (1, 1, 2, 5), (1, 1, 3, 3))]:
        recorder.error("conv2d", title, "F.conv2d(a, b)", plain, a=normal(*x), b=normal(*w))


def pooling(recorder: Recorder) -> None:
    for title, shape, window, stride, padding in [
        ("halved", (2, 3, 4, 6), 2, 2, 0),
        ("an odd row is left out", (1, 2, 5, 7), 2, 2, 0),
        ("overlapping", (1, 2, 6, 5), 3, 2, 0),
        ("padded", (2, 1, 5, 5), 3, 2, 1),
        ("padded, one apart", (1, 1, 3, 4), 3, 1, 1),
    ]:
        attributes = {"window": window, "stride": stride, "padding": padding}
        recorder.case("maxPool2d", title, f"F.max_pool2d(a, {window}, {stride}, {padding})", attributes, a=distinct(*shape))
        recorder.case("averagePool2d", title, f"F.avg_pool2d(a, {window}, {stride}, {padding})", attributes, a=normal(*shape))
    for operation, call in [("maxPool2d", "F.max_pool2d(a, 3, 3, 2)"), ("averagePool2d", "F.avg_pool2d(a, 3, 3, 2)")]:
        recorder.error(operation, "padding beyond half the window", call, {"window": 3, "stride": 3, "padding": 2}, a=normal(1, 1, 6, 6))


def batch_norm(recorder: Recorder) -> None:
    """In training by the batch's own statistics, else by given ones."""
    for title, shape in {"rows": (6, 3), "sequences": (4, 3, 5), "pictures": (2, 3, 4, 5)}.items():
        channels = shape[1]
        recorder.case("batchNorm", f"training, {title}", "F.batch_norm(a, None, None, b, c, True, 0.1, 1e-5)", {"epsilon": 1e-5},
                      a=normal(*shape), b=normal(channels), c=normal(channels))
        recorder.case("batchNormOf", f"evaluation, {title}", "F.batch_norm(a, b, c, None, None, False, 0.1, 1e-5)", {"epsilon": 1e-5},
                      a=normal(*shape), b=_constant(normal(channels)), c=_constant(uniform(0.5, 2.0, channels)))


def _constant(source):
    source.constant = True
    return source
