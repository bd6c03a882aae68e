"""No two cases of a function check the same: the same outcome for tensors alike in dtype, layout, shape and special values, and equal other arguments.

Where two differ in their elements only, repeats.toml says why both are there.
"""
import collections
import fnmatch
import json
import math
import tomllib
from pathlib import Path

from .features import LARGE, LARGEST, PICKING, SIDES, SMALLEST_NORMAL, ties

FOLDER = Path(__file__).resolve().parent


def size(n):
    return n if n < 2 or n in SIDES else "n"


def shape_class(shape):
    return tuple(size(n) for n in shape), math.prod(shape) > LARGE


def relation(shapes):
    """How the shapes of a call lie to each other: which sizes are equal, counted from the last dim."""
    numbered = {}
    return tuple(tuple(numbered.setdefault(n, len(numbered)) for n in reversed(s)) for s in shapes)


def special_values(tensor):
    found = set()
    for x in tensor.elements:
        if tensor.dtype == "i64":
            found |= {"beyond 2^53"} if abs(x) > 2 ** 53 else set()
        elif x != x:
            found.add("nan")
        elif math.isinf(x):
            found.add(x)
        elif x == 0:
            found.add(str(x))
        elif abs(x) < SMALLEST_NORMAL[tensor.dtype]:
            found.add("denormal")
        elif abs(x) == SMALLEST_NORMAL[tensor.dtype]:
            found.add("smallest normal")
        elif abs(x) >= LARGEST[tensor.dtype] / 4:
            found.add("near overflow")
        elif tensor.param.role in ("index", "target") and x != math.floor(x):
            found.add("fraction")
    if tensor.param.role in ("index", "target"):
        found |= {"negative"} if any(x < 0 for x in tensor.elements) else set()
        found |= {"repeated"} if len(set(tensor.elements)) < len(tensor.elements) else set()
    return frozenset(found)


def signature(case):
    tensors = [(t.param.name, t.dtype, t.layout, shape_class(t.shape), special_values(t), "zeros" in t.encoded, t.encoded.get("requires_grad", False)) for t in case.tensors]
    extreme_twice = case.function.name in PICKING and ties(case)
    result = [shape_class(tuple(r["shape"])) for r in case.results()]
    others = json.dumps([arg for _, arg in case.others])
    backward = [weight and weight.get("layout") for weight in case.json.get("gradients", {}).get("weights", [])]
    return case.code, str(result), extreme_twice, tuple(tensors), relation([t.shape for t in case.tensors]), others, str(backward)


def groups(cases):
    """The ids, without the function's name, of cases that share a signature."""
    by_signature = collections.defaultdict(list)
    for case in cases:
        by_signature[signature(case)].append(case.id.split("/", 1)[1])
    return [ids for ids in by_signature.values() if len(ids) > 1]


def faults(inventory, reasons=None):
    reasons = reasons if reasons is not None else tomllib.loads((FOLDER / "repeats.toml").read_text())["repeat"]
    used = set()
    for name, cases in inventory.cases.items():
        for ids in groups(cases):
            # All but one of a group need a reason: the one is the case that the others repeat.
            unexplained = [i for i in ids if not any(explains(reason, name, i, used) for reason in reasons)]
            if len(unexplained) > 1:
                yield f"{name}: {', '.join(unexplained)} check the same, and repeats.toml gives no reason"
    for reason in reasons:
        for pattern in reason["cases"]:
            if (id(reason), pattern) not in used:
                yield f"repeats.toml: {pattern} repeats no case"


def explains(reason, function, case, used):
    for pattern in reason["cases"]:
        if fnmatch.fnmatchcase(f"{function}/{case}", pattern):
            used.add((id(reason), pattern))
            return True
    return False
