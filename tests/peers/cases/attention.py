"""Scaled dot-product attention composed of a product, a softmax and another product; rotation of pairs; gated feed-forward."""

from recorder import Recorder, booleans, constant, normal, values


def record(recorder: Recorder) -> None:
    plain(recorder)
    masked(recorder)
    positions(recorder)
    recorder.case("swiGlu", "rows", "F.silu(a[..., :4]) * a[..., 4:]", a=normal(2, 3, 8))


def attend(scores: str) -> str:
    return f"torch.softmax({scores}, -1) @ c"


def plain(recorder: Recorder) -> None:
    scores = "a @ b.transpose(-2, -1)"
    shapes = {"one head": ((3, 4), (3, 4), (3, 4)), "heads": ((2, 2, 5, 4), (2, 2, 6, 4), (2, 2, 6, 3)), "long": ((1, 1, 40, 8), (1, 1, 40, 8), (1, 1, 40, 8))}
    for title, (query, key, value) in shapes.items():
        size = query[-1]
        recorder.case("attention", title, attend(f"{scores} / {size} ** 0.5"), a=normal(*query), b=normal(*key), c=normal(*value))
    recorder.case("attention", "scale", attend(f"{scores} * 0.3"), {"scale": 0.3}, a=normal(2, 3, 4), b=normal(2, 3, 4), c=normal(2, 3, 4))
    grouped = "torch.softmax(a @ b.repeat_interleave(2, 1).transpose(-2, -1) / 2, -1) @ c.repeat_interleave(2, 1)"
    recorder.case("attention", "grouped queries", grouped, a=normal(2, 4, 3, 4), b=normal(2, 2, 3, 4), c=normal(2, 2, 3, 4))
    recorder.error("attention", "other sizes of keys", attend(scores), a=normal(3, 4), b=normal(3, 5), c=normal(3, 4))
    recorder.error("attention", "more keys than values", attend(scores), a=normal(3, 4), b=normal(3, 4), c=normal(2, 4))


def masked(recorder: Recorder) -> None:
    later = "torch.ones(5, 5, dtype=torch.bool).triu(1)"
    scores = "a @ b.transpose(-2, -1) / 2"
    inputs = {"a": normal(2, 5, 4), "b": normal(2, 5, 4), "c": normal(2, 5, 4)}
    recorder.case("attention", "causal", attend(f"({scores}).masked_fill({later}, -inf)"), {"causal": True}, **inputs)
    seen = constant(values([[True, True, False, True, False], [True] * 5, [False, False, True, False, False], [True, False] * 2 + [True], [False, True] * 2 + [True]]))
    recorder.case("attention", "bool mask", attend(f"({scores}).masked_fill(~d, -inf)"), **inputs, d=seen)
    padding = constant(values([[[True, True, True, False, False]], [[True] * 5]]))
    recorder.case("attention", "padding", attend(f"({scores}).masked_fill(~d, -inf)"), **inputs, d=padding)
    recorder.case("attention", "causal and padding", attend(f"({scores}).masked_fill(~d | {later}, -inf)"), {"causal": True}, **inputs, d=padding)
    recorder.case("attention", "added mask", attend(f"{scores} + d"), **inputs, d=constant(normal(5, 5)))
    recorder.case("attention", "added mask with a gradient", attend(f"{scores} + d"), **inputs, d=normal(2, 5, 5))
    nothing = "torch.nan_to_num(torch.softmax((a @ b.transpose(-2, -1) / 2).masked_fill(~d, -inf), -1), 0.0) @ c"
    recorder.case("attention", "a mask that hides everything", nothing, **{key: constant(source) for key, source in inputs.items()}, d=constant(values([[False] * 5] * 5)))
    recorder.error("attention", "a mask of other sizes", attend(f"({scores}).masked_fill(~d, -inf)"), **inputs, d=booleans(4, 5))


def positions(recorder: Recorder) -> None:
    expression = "torch.cat([a[..., :3] * b - a[..., 3:] * c, a[..., 3:] * b + a[..., :3] * c], -1)"
    recorder.case("rotatePairs", "two heads", expression, a=normal(2, 4, 6), b=constant(normal(4, 3)), c=constant(normal(4, 3)))
