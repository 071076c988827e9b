"""Decompositions: what they determine uniquely, and no derivatives."""

from recorder import Recorder, constant, normal, values

WELL_CONDITIONED = constant(values([[4.0, 1.0, -0.5], [0.5, 3.0, 1.0], [-1.0, 0.25, 2.0]]))
SYMMETRIC = constant(values([[2.0, -1.0, 0.5], [-1.0, 3.0, 0.25], [0.5, 0.25, -1.0]]))


def record(recorder: Recorder) -> None:
    recorder.case("determinant", "three rows", "torch.linalg.det(a)", a=WELL_CONDITIONED)
    recorder.case("inverse", "three rows", "torch.linalg.inv(a)", a=WELL_CONDITIONED)
    recorder.case("solve", "a vector", "torch.linalg.solve(a, b)", a=WELL_CONDITIONED, b=constant(normal(3)))
    recorder.case("solve", "a matrix", "torch.linalg.solve(a, b)", a=WELL_CONDITIONED, b=constant(normal(3, 2)))
    recorder.case("symmetricEigenvalues", "ascending", "torch.linalg.eigvalsh(a)", a=SYMMETRIC)
    for shape in ((4, 3), (3, 4)):
        recorder.case("singularValues", f"{list(shape)}, descending", "torch.linalg.svdvals(a)", a=constant(normal(*shape)))
    recorder.error("inverse", "not square", "torch.linalg.inv(a)", a=constant(normal(2, 3)))
    recorder.error("inverse", "singular", "torch.linalg.inv(a)", a=constant(values([[1.0, 2.0], [2.0, 4.0]])))
    recorder.error("solve", "counts of rows differ", "torch.linalg.solve(a, b)", a=WELL_CONDITIONED, b=constant(normal(4, 2)))
