"""Operations that pick, scatter or mask elements."""

from recorder import Recorder, booleans, constant, indices, normal, values


def record(recorder: Recorder) -> None:
    pick(recorder)
    mask(recorder)
    wrong(recorder)


def pick(recorder: Recorder) -> None:
    for axis, shape in {0: (5, 3), 1: (4, 6), -1: (4, 2)}.items():
        size = (4, 3)[axis]
        recorder.case("gather", f"axis {axis}", f"torch.gather(a, {axis}, b)", {"axis": axis}, a=normal(4, 3), b=indices(size, *shape))
        recorder.case("scatterAdd", f"axis {axis}", f"a.scatter_add({axis}, b, c)", {"axis": axis}, a=normal(4, 3), b=indices(size, *shape), c=normal(*shape))
        recorder.case("indexSelect", f"axis {axis}, repeated", f"torch.index_select(a, {axis}, b)", {"axis": axis}, a=normal(4, 3), b=indices(size, 6))
    recorder.case("gather", "three axes", "torch.gather(a, 1, b)", {"axis": 1}, a=normal(2, 4, 3), b=indices(4, 2, 5, 3))


def mask(recorder: Recorder) -> None:
    recorder.case("where", "equal shapes", "torch.where(a, b, c)", a=booleans(3, 7), b=normal(3, 7), c=normal(3, 7))
    recorder.case("where", "all broadcast", "torch.where(a, b, c)", a=booleans(3, 1), b=normal(7), c=normal(2, 1, 1))
    recorder.case("where", "the branch not taken is not finite", "torch.where(a, b, c)", a=values([True, False]), b=values([1.5, float("inf")]), c=values([float("nan"), 2.5]))
    recorder.case("maskedFill", "equal shapes", "a.masked_fill(b, -2.5)", {"value": -2.5}, a=normal(3, 7), b=booleans(3, 7))
    recorder.case("maskedFill", "mask broadcast, minus infinity", "a.masked_fill(b, -inf)", {"value": float("-inf")}, a=normal(2, 3, 3), b=booleans(3, 3))
    for operation in ("tril", "triu"):
        for diagonal in (-1, 0, 2):
            recorder.case(operation, f"diagonal {diagonal}", f"torch.{operation}(a, {diagonal})", {"diagonal": diagonal}, a=normal(4, 5))
        recorder.case(operation, "a batch", f"torch.{operation}(a)", {"diagonal": 0}, a=normal(2, 3, 3))


def wrong(recorder: Recorder) -> None:
    recorder.error("gather", "index beyond the end", "torch.gather(a, 0, b)", {"axis": 0}, a=normal(3, 2), b=values([[0, 3]]))
    recorder.error("gather", "index below zero", "torch.gather(a, 0, b)", {"axis": 0}, a=normal(3, 2), b=values([[0, -4]]))
    recorder.error("indexSelect", "index beyond the end", "torch.index_select(a, 1, b)", {"axis": 1}, a=normal(3, 2), b=values([2]))
    recorder.error("scatterAdd", "index beyond the end", "a.scatter_add(0, b, c)", {"axis": 0}, a=constant(normal(3, 2)), b=values([[3, 0]]), c=normal(1, 2))
    recorder.error("where", "shapes that do not broadcast", "torch.where(a, b, c)", a=booleans(3, 2), b=normal(2), c=normal(3))
