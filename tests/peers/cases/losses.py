"""Losses under the reductions mean, sum and none."""

from recorder import Recorder, booleans, constant, indices, normal, uniform, values

REDUCTIONS = ("mean", "sum", "none")


def record(recorder: Recorder) -> None:
    for reduction in REDUCTIONS:
        regression(recorder, reduction)
        binary(recorder, reduction)
        cross_entropy(recorder, reduction)
    extremes(recorder)
    wrong(recorder)


def regression(recorder: Recorder, reduction: str) -> None:
    functions = {"mse": "F.mse_loss", "mae": "F.l1_loss"}
    for operation, function in functions.items():
        expression = f"{function}(a, b, reduction='{reduction}')"
        recorder.case(operation, reduction, expression, {"reduction": reduction}, a=normal(3, 7), b=normal(3, 7))
    for delta in (1.0, 0.4):
        expression = f"F.huber_loss(a, b, reduction='{reduction}', delta={delta})"
        recorder.case("huber", f"{reduction}, delta {delta}", expression, {"reduction": reduction, "delta": delta}, a=normal(3, 7), b=constant(normal(3, 7)))


def binary(recorder: Recorder, reduction: str) -> None:
    targets = {"classes": constant(values([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]])), "shares": constant(uniform(0, 1, 2, 3))}
    for title, target in targets.items():
        expression = f"F.binary_cross_entropy(a, b, reduction='{reduction}')"
        recorder.case("binaryCrossEntropy", f"{reduction}, {title}", expression, {"reduction": reduction}, a=uniform(0.05, 0.95, 2, 3), b=target)
        expression = f"F.binary_cross_entropy_with_logits(a, b, reduction='{reduction}')"
        recorder.case("binaryCrossEntropyWithLogits", f"{reduction}, {title}", expression, {"reduction": reduction}, a=normal(2, 3, scale=3), b=target)


def cross_entropy(recorder: Recorder, reduction: str) -> None:
    variants = {
        "plain": {},
        "label smoothing": {"label_smoothing": 0.1},
        "ignored index": {"ignore_index": 2},
        "class weights": {"weight": True},
        "smoothing and weights": {"label_smoothing": 0.2, "weight": True},
        "smoothing, weights and ignored index": {"label_smoothing": 0.2, "weight": True, "ignore_index": 2},
    }
    for title, options in variants.items():
        extra = "".join(f", {key}={'c' if key == 'weight' else value}" for key, value in options.items())
        attributes = {"reduction": reduction, "labelSmoothing": options.get("label_smoothing", 0.0)}
        if "ignore_index" in options:
            attributes["ignoredIndex"] = options["ignore_index"]
        inputs = {"a": normal(6, 4, scale=2), "b": values([0, 2, 1, 3, 2, 1])}
        if "weight" in options:
            inputs["c"] = constant(uniform(0.3, 2, 4))
        recorder.case("crossEntropy", f"{reduction}, {title}", f"F.cross_entropy(a, b, reduction='{reduction}'{extra})", attributes, **inputs)


def extremes(recorder: Recorder) -> None:
    mean = {"reduction": "mean"}
    logits = values([-1000.0, 1000.0, -30.0, 30.0])
    recorder.case("binaryCrossEntropyWithLogits", "large logits", "F.binary_cross_entropy_with_logits(a, b)", mean, a=logits, b=constant(values([1.0, 0.0, 0.0, 1.0])))
    large = values([[1000.0, -1000.0, 0.0], [500.0, 499.0, -500.0]])
    recorder.case("crossEntropy", "large logits", "F.cross_entropy(a, b)", mean | {"labelSmoothing": 0.0}, a=large, b=values([1, 0]))
    recorder.case("huber", "at delta", "F.huber_loss(a, b)", mean | {"delta": 1.0}, a=values([1.0, -1.0, 0.0]), b=constant(values([0.0, 0.0, 0.0])))
    recorder.case("mae", "at zero", "F.l1_loss(a, b)", mean, a=values([1.0, -1.0, 2.0]), b=values([1.0, 0.0, 3.0]))


def wrong(recorder: Recorder) -> None:
    mean = {"reduction": "mean"}
    smooth = mean | {"labelSmoothing": 0.0}
    recorder.error("binaryCrossEntropy", "a probability above 1", "F.binary_cross_entropy(a, b)", mean, a=values([0.5, 1.5]), b=values([0.0, 1.0]))
    recorder.error("binaryCrossEntropy", "shapes differ", "F.binary_cross_entropy(a, b)", mean, a=uniform(0.1, 0.9, 3), b=constant(uniform(0, 1, 3, 1)))
    recorder.error("crossEntropy", "a class that does not exist", "F.cross_entropy(a, b)", smooth, a=normal(2, 3), b=values([0, 3]))
    recorder.error("crossEntropy", "a class below zero", "F.cross_entropy(a, b)", smooth, a=normal(2, 3), b=values([0, -1]))
    recorder.error("crossEntropy", "counts of rows differ", "F.cross_entropy(a, b)", smooth, a=normal(2, 3), b=indices(3, 3))
    recorder.error("crossEntropy", "targets that are not integers", "F.cross_entropy(a, b)", smooth, a=normal(2, 3), b=booleans(2))
