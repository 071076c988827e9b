"""Operations that move elements and compute nothing."""

from recorder import Recorder, normal


def record(recorder: Recorder) -> None:
    reshape(recorder)
    reorder(recorder)
    join(recorder)
    cut(recorder)
    repeat(recorder)


def reshape(recorder: Recorder) -> None:
    recorder.case("reshape", "to a vector", "a.reshape(12)", {"shape": [12]}, a=normal(3, 4))
    recorder.case("reshape", "one size inferred", "a.reshape(2, -1, 3)", {"shape": [2, -1, 3]}, a=normal(4, 6))
    recorder.case("reshape", "after a transpose", "a.T.reshape(12)", {"shape": [12], "transposed": True}, a=normal(3, 4))
    recorder.case("flatten", "from axis 1", "a.flatten(1)", {"axis": 1}, a=normal(2, 3, 4))
    recorder.case("squeeze", "one axis", "a.squeeze(1)", {"axis": 1}, a=normal(3, 1, 4))
    recorder.case("unsqueeze", "in front", "a.unsqueeze(0)", {"axis": 0}, a=normal(3, 4))
    recorder.case("unsqueeze", "behind", "a.unsqueeze(-1)", {"axis": -1}, a=normal(3, 4))
    recorder.error("reshape", "another count of elements", "a.reshape(5)", {"shape": [5]}, a=normal(2, 3))
    recorder.error("reshape", "two sizes to infer", "a.reshape(-1, -1)", {"shape": [-1, -1]}, a=normal(2, 3))


def reorder(recorder: Recorder) -> None:
    recorder.case("permute", "three axes", "a.permute(2, 0, 1)", {"axes": [2, 0, 1]}, a=normal(2, 3, 4))
    recorder.case("permute", "four axes", "a.permute(0, 2, 1, 3)", {"axes": [0, 2, 1, 3]}, a=normal(2, 3, 4, 5))
    recorder.case("permute", "matrix", "a.permute(1, 0)", {"axes": [1, 0]}, a=normal(5, 3))
    recorder.case("transpose", "last two axes", "a.transpose(-1, -2)", {"axes": [-1, -2]}, a=normal(2, 3, 4))
    recorder.case("transpose", "outer axes", "a.transpose(0, 2)", {"axes": [0, 2]}, a=normal(2, 3, 4))
    recorder.case("flip", "one axis", "a.flip(1)", {"axes": [1]}, a=normal(2, 3, 4))
    recorder.case("flip", "two axes", "a.flip(0, -1)", {"axes": [0, -1]}, a=normal(2, 3, 4))
    recorder.error("permute", "an axis twice", "a.permute(0, 0)", {"axes": [0, 0]}, a=normal(2, 3))
    recorder.error("permute", "an axis missing", "a.permute(0)", {"axes": [0]}, a=normal(2, 3))


def join(recorder: Recorder) -> None:
    for axis in (0, 1, -1):
        shapes = [[2, 3, 4] for _ in range(3)]
        for index, size in enumerate((1, 2, 3)):
            shapes[index][axis] = size
        a, b, c = (normal(*shape) for shape in shapes)
        recorder.case("concat", f"axis {axis}", f"torch.cat([a, b, c], {axis})", {"axis": axis}, a=a, b=b, c=c)
        recorder.case("stack", f"axis {axis}", f"torch.stack([a, b], {axis})", {"axis": axis}, a=normal(2, 3), b=normal(2, 3))
    recorder.error("concat", "other sizes differ", "torch.cat([a, b], 0)", {"axis": 0}, a=normal(2, 3), b=normal(2, 4))
    recorder.error("stack", "shapes differ", "torch.stack([a, b], 0)", {"axis": 0}, a=normal(2, 3), b=normal(3, 2))


def cut(recorder: Recorder) -> None:
    recorder.case("split", "unequal sizes", "a.split([1, 3, 2], 1)", {"sizes": [1, 3, 2], "axis": 1}, a=normal(2, 6))
    recorder.case("chunk", "the last one short", "a.chunk(3, 0)", {"count": 3, "axis": 0}, a=normal(8, 2))
    recorder.case("select", "a row", "a[1]", {"axis": 0, "index": 1}, a=normal(3, 4))
    recorder.case("select", "a column from the end", "a[:, -2]", {"axis": 1, "index": -2}, a=normal(3, 4))
    recorder.case("slice", "rows", "a[1:3]", {"axis": 0, "start": 1, "stop": 3, "step": 1}, a=normal(4, 6))
    recorder.case("slice", "columns to the second last", "a[:, 2:-1]", {"axis": 1, "start": 2, "stop": -1, "step": 1}, a=normal(4, 6))
    recorder.case("slice", "every other column", "a[:, 1::2]", {"axis": 1, "start": 1, "stop": 6, "step": 2}, a=normal(4, 6))
    recorder.error("split", "sizes do not add up", "a.split([1, 3], 1)", {"sizes": [1, 3], "axis": 1}, a=normal(2, 6))
    recorder.error("select", "beyond the end", "a[3]", {"axis": 0, "index": 3}, a=normal(3, 4))


def repeat(recorder: Recorder) -> None:
    recorder.case("pad", "columns", "F.pad(a, [1, 2], value=0.5)", {"axis": -1, "before": 1, "after": 2, "value": 0.5}, a=normal(2, 3))
    recorder.case("pad", "rows behind", "F.pad(a, [0, 0, 0, 3])", {"axis": 0, "before": 0, "after": 3, "value": 0.0}, a=normal(2, 3))
    recorder.case("tile", "both axes", "a.tile(2, 3)", {"repeats": [2, 3]}, a=normal(2, 3))
    recorder.case("tile", "a new axis in front", "a.tile(2, 1, 2)", {"repeats": [2, 1, 2]}, a=normal(2, 3))
    recorder.case("expand", "one axis", "a.expand(2, 3)", {"shape": [2, 3]}, a=normal(2, 1))
    recorder.case("expand", "new axes in front", "a.expand(2, 4, 3, 2)", {"shape": [2, 4, 3, 2]}, a=normal(3, 1))
    recorder.error("expand", "a size that is not 1", "a.expand(2, 4)", {"shape": [2, 4]}, a=normal(2, 3))
