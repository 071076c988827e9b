"""Operators of two tensors with broadcasting, with a number on either side, and comparisons."""

from recorder import Recorder, booleans, indices, normal, uniform, values

OPERATORS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}

BROADCASTS = {
    "equal shapes": ((3, 7), (3, 7)),
    "row": ((3, 7), (7,)),
    "column": ((3, 7), (3, 1)),
    "row and column": ((1, 7), (3, 1)),
    "scalar": ((3, 7), ()),
    "scalar on the left": ((), (2, 3)),
    "new axis in front": ((4,), (2, 3, 4)),
    "ones inside": ((2, 1, 4), (3, 1)),
    "four axes": ((2, 1, 3, 1), (2, 1, 5)),
    "empty": ((0, 3), (3,)),
}

COMPARISONS = {"equalTo": "==", "notEqualTo": "!=", "less": "<", "lessOrEqual": "<=", "greater": ">", "greaterOrEqual": ">="}


def record(recorder: Recorder) -> None:
    for operation, sign in OPERATORS.items():
        for title, (left, right) in BROADCASTS.items():
            recorder.case(operation, title, f"a {sign} b", a=normal(*left), b=normal(*right))
        recorder.error(operation, "shapes that do not broadcast", f"a {sign} b", a=normal(3, 4), b=normal(3))
    numbers(recorder)
    comparisons(recorder)
    for title, (left, right) in BROADCASTS.items():
        recorder.case("powTensor", title, "a ** b", a=uniform(0.2, 3, *left), b=normal(*right))
    for operation, function in {"maximum": "torch.maximum", "minimum": "torch.minimum"}.items():
        recorder.case(operation, "row", f"{function}(a, b)", a=normal(3, 7), b=normal(7))
        recorder.case(operation, "ties share", f"{function}(a, b)", a=values([1.0, 2.0, 3.0]), b=values([1.0, 3.0, 2.0]))


def numbers(recorder: Recorder) -> None:
    for operation, sign in OPERATORS.items():
        recorder.case(f"{operation}Number", "on the right", f"a {sign} 2.5", {"number": 2.5}, a=normal(2, 3))
        recorder.case(f"number{operation.capitalize()}", "on the left", f"2.5 {sign} a", {"number": 2.5}, a=normal(2, 3))
    recorder.case("divideNumber", "by zero", "a.detach() / 0.0", {"number": 0.0}, a=values([-1.0, 0.0, 1.0]))
    recorder.case("add", "integers", "a + b", a=indices(9, 2, 3), b=indices(9, 3))
    recorder.case("multiply", "integers", "a * b", a=indices(9, 2, 3), b=indices(9, 2, 1))


def comparisons(recorder: Recorder) -> None:
    for operation, sign in COMPARISONS.items():
        recorder.case(operation, "row", f"a {sign} b", a=indices(3, 4, 5), b=indices(3, 5))
        recorder.case(operation, "with NaN", f"a {sign} b", a=values([float("nan"), 1.0, 2.0]), b=values([float("nan"), 1.0, 1.0]))
    for operation, sign in {"logicalAnd": "&", "logicalOr": "|"}.items():
        recorder.case(operation, "row", f"a {sign} b", a=booleans(3, 4), b=booleans(4))
    recorder.case("logicalNot", "matrix", "~a", a=booleans(3, 4))
