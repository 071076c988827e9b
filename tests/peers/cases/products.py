"""Matrix products of every rank, plain and transposed, and einsum."""

from recorder import Recorder, normal

MATMULS = {
    "vector and vector": ((5,), (5,)),
    "matrix and vector": ((3, 5), (5,)),
    "vector and matrix": ((5,), (5, 4)),
    "matrix and matrix": ((3, 5), (5, 4)),
    "one row": ((1, 5), (5, 4)),
    "one column": ((3, 5), (5, 1)),
    "inner size 1": ((3, 1), (1, 4)),
    "inner size 0": ((3, 0), (0, 4)),
    "batch": ((2, 3, 5), (2, 5, 4)),
    "batch and matrix": ((2, 3, 5), (5, 4)),
    "matrix and batch": ((3, 5), (2, 5, 4)),
    "batch and vector": ((2, 3, 5), (5,)),
    "vector and batch": ((5,), (2, 5, 4)),
    "two batch axes": ((2, 3, 4, 5), (2, 3, 5, 2)),
    "batch axes broadcast": ((2, 1, 3, 4), (3, 4, 2)),
    "batch axes broadcast both ways": ((2, 1, 3, 4), (1, 3, 4, 2)),
    "larger than a tile": ((17, 9), (9, 35)),
}

EINSUMS = {
    "inner size of 1, broadcast": ("ij,jk->ik", (3, 1), (4, 2)),
    "outer sizes of 1, broadcast": ("ij,ij->ij", (3, 1), (1, 4)),
    "stack of 1, broadcast": ("bij,bjk->bik", (1, 2, 3), (5, 3, 2)),
    "size of 1 in both": ("ij,jk->ik", (3, 1), (1, 2)),
    "matrix product": ("ij,jk->ik", (3, 4), (4, 2)),
    "batched product": ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)),
    "attention scores": ("bhtd,bhsd->bhts", (2, 2, 3, 4), (2, 2, 5, 4)),
    "attention output": ("bhts,bhsd->bthd", (2, 2, 3, 5), (2, 2, 5, 4)),
    "outer product": ("i,j->ij", (3,), (4,)),
    "inner product": ("i,i->", (4,), (4,)),
    "elementwise and sum": ("ij,ij->i", (3, 4), (3, 4)),
    "transpose": ("ij->ji", (3, 4)),
    "sum of all": ("ij->", (3, 4)),
    "sum of an axis": ("ijk->ik", (2, 3, 4)),
    "sum before the product": ("ijk,kl->il", (2, 3, 4), (4, 2)),
    "implicit output": ("ij,jk", (3, 4), (4, 2)),
    "three operands": ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    "bilinear form": ("bi,ij,bj->b", (2, 3), (3, 4), (2, 4)),
}


def record(recorder: Recorder) -> None:
    for title, (left, right) in MATMULS.items():
        recorder.case("matmul", title, "torch.matmul(a, b)", a=normal(*left), b=normal(*right))
    transposed(recorder)
    for title, (equation, *shapes) in EINSUMS.items():
        inputs = {name: normal(*shape) for name, shape in zip("abc", shapes)}
        recorder.case("einsum", title, f"torch.einsum('{equation}', {', '.join(inputs)})", {"equation": equation}, **inputs)
    wrong(recorder)


def transposed(recorder: Recorder) -> None:
    shapes = {
        "b": ((3, 5), (4, 5), "a @ b.mT"),
        "a": ((5, 3), (5, 4), "a.mT @ b"),
        "both": ((5, 3), (4, 5), "a.mT @ b.mT"),
        "b of a batch": ((2, 2, 3, 5), (2, 2, 4, 5), "a @ b.mT"),
        "a of a batch": ((2, 5, 3), (2, 5, 4), "a.mT @ b"),
    }
    for title, (left, right, expression) in shapes.items():
        attributes = {"transposeA": "a.mT" in expression, "transposeB": "b.mT" in expression}
        recorder.case("matmulTransposed", title, expression, attributes, a=normal(*left), b=normal(*right))


def wrong(recorder: Recorder) -> None:
    for title, left, right in (("inner sizes differ", (3, 5), (4, 5)), ("batches differ", (2, 3, 5), (3, 5, 4)), ("a scalar", (), (3, 2))):
        recorder.error("matmul", title, "torch.matmul(a, b)", a=normal(*left), b=normal(*right))
    bad = {
        "a letter of two sizes": ("ij,jk->ik", (3, 4), (5, 2)),
        "too few letters": ("i,jk->ik", (3, 4), (4, 2)),
        "an unknown output letter": ("ij->iz", (3, 4)),
        "too few operands": ("ij,jk->ik", (3, 4)),
    }
    for title, (equation, *shapes) in bad.items():
        inputs = {name: normal(*shape) for name, shape in zip("ab", shapes)}
        recorder.error("einsum", title, f"torch.einsum('{equation}', {', '.join(inputs)})", {"equation": equation}, **inputs)
