"""Makes tests/Crucible.Tests/Oracle/*.json: what PyTorch answers, for the C# tests to compare with.

    python3 tests/peers/oracle.py            # all files
    python3 tests/peers/oracle.py losses     # one file

Each module of the folder cases/ makes one file. A case carries the PyTorch expression that made it, so that every
number can be traced and made again by hand. Only this program needs PyTorch; the C# tests just read the files.
"""

import importlib
import json
import math
import pkgutil
import sys
from pathlib import Path

import torch

import cases
from recorder import Recorder, SEED, SNIPPET

FOLDER = Path(__file__).resolve().parent.parent / "Crucible.Tests" / "Oracle"


def named(value):
    """JSON has no infinities: they are written as the strings that System.Text.Json reads as numbers."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, list):
        return [named(item) for item in value]
    if isinstance(value, dict):
        return {key: named(item) for key, item in value.items()}
    return value


def text(value, indent: str = "") -> str:
    """JSON with a tensor, a list of numbers or anything short on one line, and one line for each member of the rest."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= 100 or not isinstance(value, (dict, list)) or "values" in value:
        return line
    inner = indent + "  "
    if isinstance(value, dict):
        members = [f"{inner}{json.dumps(key)}: {text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(members) + "\n" + indent + "}"
    if not any(isinstance(item, (dict, list, str)) for item in value):
        return line
    return "[\n" + ",\n".join(inner + text(item, inner) for item in value) + "\n" + indent + "]"


def main(wanted: list[str]) -> None:
    torch.set_num_threads(1)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for module in pkgutil.iter_modules(cases.__path__):
        if wanted and module.name not in wanted:
            continue
        source = importlib.import_module(f"cases.{module.name}")
        recorder = Recorder()
        source.record(recorder)
        snippet = getattr(source, "SNIPPET", SNIPPET)
        header = {"made": f"python3 tests/peers/oracle.py {module.name}", "torch": torch.__version__, "seed": SEED}
        document = header | {"snippet": snippet} | recorder.sections()
        (FOLDER / f"{module.name}.json").write_text(text(named(document)) + "\n", encoding="utf-8")
        print(f"{module.name}.json: {recorder.count()} cases")


if __name__ == "__main__":
    main(sys.argv[1:])
