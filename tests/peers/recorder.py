"""Runs PyTorch expressions on fixed inputs and keeps inputs, outputs and gradients as plain data."""

import zlib

import torch
import torch.nn.functional as F

SEED = 20251

SNIPPET = [
    "inputs are named a, b, c, … in the order given; those of dtype float64 require gradients unless constant",
    "outputs = eval(case['torch']); i counts the elements of all float outputs, row-major, from 0",
    "weight(i) = ((7 * i) % 11 - 4.5) / 4",
    "torch.autograd.grad(sum(weight(i) * output[i]), inputs) gives the gradients; null: no gradient is defined",
]

DTYPES = {torch.float64: "float64", torch.int64: "int32", torch.bool: "bool"}


def generator_for(name: str) -> torch.Generator:
    """A generator of its own for each record: a new record leaves the numbers of all others as they are."""
    return torch.Generator().manual_seed(SEED + zlib.crc32(name.encode()))


class Input:
    """How one input of a case is made from the case's own generator."""

    def __init__(self, make, constant: bool = False):
        self.make = make
        self.constant = constant


def normal(*shape: int, scale: float = 1.0) -> Input:
    """Normal values with two decimals, none of them nearer to zero than 0.05, where relu and abs have their kink."""

    def make(generator):
        draws = scale * torch.randn(shape, generator=generator, dtype=torch.float64)
        away = torch.where(draws.abs() < 0.05, torch.full_like(draws, 0.05), draws)
        return torch.round(away, decimals=2)

    return Input(make)


def uniform(low: float, high: float, *shape: int) -> Input:
    """Uniform values with two decimals."""

    def make(generator):
        draws = torch.rand(shape, generator=generator, dtype=torch.float64)
        return torch.round(low + (high - low) * draws, decimals=2)

    return Input(make)


def distinct(*shape: int) -> Input:
    """A shuffled grid of values, all different: for orders and extremes, which have no derivative at ties."""

    def make(generator):
        size = torch.Size(shape).numel()
        order = torch.randperm(size, generator=generator)
        return ((order - size // 2).double() / 8 + 0.05).reshape(shape)

    return Input(make)


def values(data) -> Input:
    """Exactly these values; integers become int32 and booleans bool."""
    tensor = torch.tensor(data)
    return Input(lambda generator: tensor.double() if tensor.is_floating_point() else tensor)


def constant(source: Input) -> Input:
    """The same input without a gradient."""
    return Input(source.make, constant=True)


def indices(high: int, *shape: int) -> Input:
    """Integers from 0 to high - 1."""
    return Input(lambda generator: torch.randint(high, shape, generator=generator))


def booleans(*shape: int) -> Input:
    """Fair coin tosses."""
    return Input(lambda generator: torch.rand(shape, generator=generator) < 0.5)


def plain(tensor: torch.Tensor) -> dict:
    """The tensor as data."""
    flat = tensor.detach().reshape(-1).tolist()
    return {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "values": flat}


def weighted_sum(outputs: list[torch.Tensor]) -> torch.Tensor:
    """A scalar that gives every element of the float outputs a weight of its own, none of them zero."""
    flat = torch.cat([output.reshape(-1) for output in outputs])
    weights = ((7 * torch.arange(len(flat))) % 11 - 4.5) / 4
    return (weights.double() * flat).sum()


class Recorder:
    """Collects the cases of one file, section by section."""

    def __init__(self):
        self._sections: dict[str, list[dict]] = {}

    def add(self, section: str, record: dict) -> None:
        """Appends a record whose name is new to its section."""
        records = self._sections.setdefault(section, [])
        if any(other["name"] == record["name"] for other in records):
            raise ValueError(f"two records of {section} are named {record['name']}")
        records.append(record)

    def case(self, operation: str, title: str, expression: str, attributes: dict | None = None, **inputs: Input) -> None:
        """Records the outputs of an expression and the gradient of their weighted sum for each input."""
        record, tensors = self._start(operation, title, expression, attributes, inputs)
        outputs = self._evaluate(expression, tensors)
        differentiable = [output for output in outputs if output.requires_grad]
        sources = [tensor for tensor in tensors.values() if tensor.requires_grad]
        record["outputs"] = [plain(output) for output in outputs]
        if differentiable:
            found = iter(torch.autograd.grad(weighted_sum(differentiable), sources))
            record["gradients"] = [
                next(found).reshape(-1).tolist() if tensor.requires_grad else None for tensor in tensors.values()
            ]
        self.add("cases", record)

    def error(self, operation: str, title: str, expression: str, attributes: dict | None = None, **inputs: Input) -> None:
        """Records an expression that PyTorch refuses, as Crucible must."""
        record, tensors = self._start(operation, title, expression, attributes, inputs)
        try:
            self._evaluate(expression, tensors)
        except (RuntimeError, IndexError, ValueError) as refusal:
            record["refusal"] = str(refusal).splitlines()[0]
            self.add("errors", record)
            return
        raise AssertionError(f"PyTorch accepts {record['name']}")

    def sections(self) -> dict[str, list[dict]]:
        """The records by section."""
        return self._sections

    def count(self) -> int:
        """How many records there are."""
        return sum(len(records) for records in self._sections.values())

    @staticmethod
    def _start(operation, title, expression, attributes, inputs):
        name = f"{operation}: {title}"
        generator = generator_for(name)
        tensors = {key: source.make(generator) for key, source in inputs.items()}
        record = {
            "name": name,
            "operation": operation,
            "torch": expression,
            "attributes": attributes or {},
            "inputs": [plain(tensor) for tensor in tensors.values()],
        }
        for key, source in inputs.items():
            tensors[key].requires_grad_(tensors[key].is_floating_point() and not source.constant)
        return record, tensors

    @staticmethod
    def _evaluate(expression, tensors) -> list[torch.Tensor]:
        result = eval(expression, {"torch": torch, "F": F, "inf": float("inf"), **tensors})
        return [result] if isinstance(result, torch.Tensor) else list(result)
