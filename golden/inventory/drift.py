"""Errors that grow with the number of elements, as docs/accuracy.md has them, beside the limits of golden/tolerances.json: one over its
limit at the size of the function's largest case needs a reason."""
import math
import re
from functools import lru_cache

from . import recorded, tolerances
from .recorded import GOLDEN

# The functions whose results are made of many elements and are measured (accuracy_rows/rows.cpp).
MEASURED = ("sum", "mean", "norm", "var", "std", "sum_dim", "mean_dim", "dot", "matmul", "linear", "avg_pool2d", "batch_norm", "layer_norm")


@lru_cache(maxsize=None)
def largest_cases():
    """{function: the elements of the largest float32 operand of its cases}"""
    table = recorded.functions()
    cases = recorded.cases(table)
    return {name: max(t.count for c in cases[name] if not c.code for t in c.values if t.dtype == "f32") for name in MEASURED}


def limit(row, size):
    """The relative error that a tolerance allows of a result of that size."""
    return row["rtol"] + row["atol"] / size


def measured(document):
    """The rows of the last table: function, elements, limit, error and with what."""
    table = document.split("| this library at a case's size |")[-1].split("<!--")[0]
    for line in table.splitlines()[2:]:
        call, _, elements, allowed, error, what = line.strip("| ").split(" | ")
        yield re.match(r"\w+", call)[0], int(elements), float(allowed), {"right": 0.0, "lost": math.inf}.get(error) if error in ("right", "lost") else float(error), what


def faults(limits=None, document=None):
    limits = limits or tolerances.table()
    document = document or (GOLDEN.parent / "docs/accuracy.md").read_text(encoding="utf-8")
    over, found = set(), set()
    for name, elements, allowed, error, what in measured(document):
        found.add(name)
        if elements != largest_cases()[name]:
            yield f"docs/accuracy.md: {name} was measured at {elements} elements, its largest case has {largest_cases()[name]}: golden/accuracy --write"
        if error > allowed:
            over.add(name)
            if "drift" not in limits[name]:
                yield f"tolerances.json: {name} of {elements} elements is off by {error:.0e} with {what}, over its limit {allowed:.0e}, and gives no reason"
    yield from (f"docs/accuracy.md: {name} was not measured" for name in MEASURED if name not in found)
    yield from (f"tolerances.json: {name} gives a reason for a drift that was not measured" for name, row in limits.items()
                if name != "_" and "drift" in row and name not in over)
