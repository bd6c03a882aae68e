"""Reductions to a number and along a dim; sums in extended precision, rounded once."""
import math

import numpy as np

from . import compact
from .compact import distinct
from .core import TYPES, Tensor, rounded
from .data import LARGE, LAYOUTS, SHAPES, sequence

NAN = float("nan")


def exact_sum(values):
    flat = [float(v) for v in np.asarray(values).reshape(-1)]
    if not all(math.isfinite(v) for v in flat):
        with np.errstate(all="ignore"):
            return float(np.sum(np.array(flat)))
    return math.fsum(flat)


def variance(values):
    n = values.size
    if n < 2:
        return NAN
    if not np.all(np.isfinite(values)):
        return NAN
    mean = exact_sum(values) / n
    return exact_sum((values.astype(np.longdouble) - mean) ** 2) / (n - 1)


def integer_sum(values):
    return float(int(values.sum(dtype=np.int64)))


NUMBERS = {
    "sum": (lambda v: exact_sum(v), True),
    "mean": (lambda v: exact_sum(v) / v.size if v.size else NAN, False),
    "max": (lambda v: float(np.max(v)), True),
    "min": (lambda v: float(np.min(v)), True),
    "std": (lambda v: math.sqrt(variance(v)), False),
    "var": (variance, False),
    "norm": (lambda v: math.sqrt(exact_sum(v.astype(np.longdouble) ** 2)), False),
}
SPECIAL = {"infinity": [1.0, np.inf, 2.0], "minus-infinity": [1.0, -np.inf], "nan": [1.0, np.nan, 3.0],
           "ties": [2.0, 5.0, 5.0, -1.0, -1.0], "zeros": [0.0, 0.0, 0.0], "one-large": [1e30, 1.0, 1.0]}


def with_last(name, shape, dtype):
    """Distinct elements, of which the last is the largest, or for min and argmin the smallest."""
    offset = compact.position(compact.LOWEST if "min" in name else compact.HIGHEST) - (math.prod(shape) - 1)
    return distinct(shape, TYPES[dtype], offset)


def numbers(cases):
    for name, (function, takes_int) in NUMBERS.items():
        for dtype in ("f32", "f64") + (("i64",) if takes_int else ()):
            arguments = {label: Tensor(sequence(shape, dtype)) for label, shape in SHAPES.items()}
            arguments.update({layout: Tensor(sequence(shape, dtype), layout) for layout, shape in LAYOUTS.items()})
            arguments["large"] = Tensor(with_last(name, LARGE, dtype))
            if dtype != "i64":
                arguments.update({label: Tensor(np.array(v, dtype=arguments["0d"].values.dtype)) for label, v in SPECIAL.items()
                                  if not (label == "one-large" and name not in ("sum", "mean") or label == "ties" and name not in ("max", "min"))})
            for label, x in arguments.items():
                if name in ("max", "min") and x.values.size == 0:
                    cases.error(name, f"{dtype}-{label}", [x], 3, "shape")
                    continue
                values = x.values if dtype == "i64" else x.values.astype(np.float64)
                cases.value(name, f"{dtype}-{label}", [x], float(function(values)), ["V2"] if dtype == "i64" else [],
                            quick=label == "matrix")
        if not takes_int:
            for label in ("matrix", "empty", "0d"):
                cases.error(name, f"int64-{label}", [Tensor(sequence(SHAPES[label], "i64"))], 4, "int64", ["V2"])


def with_keepdim(values, axis, keepdim, ndim):
    return np.expand_dims(values, axis) if keepdim and ndim else values


def along(name, x, dim, keepdim):
    values = x.values
    if values.ndim == 0:
        return np.int64(0) * np.zeros((), np.int64) if name.startswith("arg") else values
    axis = dim % values.ndim
    if name in ("argmax", "argmin"):
        pick = np.argmax if name == "argmax" else np.argmin
        out = pick(values, axis=axis).astype(np.int64)
    elif name in ("max_dim", "min_dim"):
        out = (np.max if name == "max_dim" else np.min)(values, axis=axis)
    elif x.dtype == "i64":
        out = values.sum(axis=axis, dtype=np.int64)
    else:
        with np.errstate(all="ignore"):
            wide = values.astype(np.longdouble).sum(axis=axis)
            if name == "mean_dim":
                wide = wide / values.shape[axis]
        out = rounded(wide, x.dtype)
    return with_keepdim(np.asarray(out), axis, keepdim, values.ndim)


DIM_FUNCTIONS = {"sum_dim": True, "mean_dim": False, "max_dim": True, "min_dim": True, "argmax": True, "argmin": True}


def dims(cases):
    for name, takes_int in DIM_FUNCTIONS.items():
        for dtype in ("f32", "f64") + (("i64",) if takes_int else ()):
            for label, shape in {"0d": (), "vector": (7,), "one": (1,), "matrix": (3, 4), "cube": (2, 3, 4)}.items():
                x = Tensor(sequence(shape, dtype))
                n = max(len(shape), 1)
                for dim in range(-n, n):
                    for keepdim in (False, True):
                        if label == "0d" and dtype == "f64" and keepdim:
                            continue
                        cases.value(name, f"{dtype}-{label}-dim{dim}{'-keepdim' if keepdim else ''}", [x, dim, keepdim],
                                    along(name, x, dim, keepdim), ["V2"] if dtype == "i64" else [],
                                    quick=label == "matrix" and dim == -1)
            for layout, shape in LAYOUTS.items():
                x = Tensor(sequence(shape, dtype), layout)
                for dim in (0, -1):
                    cases.value(name, f"{dtype}-{layout}-dim{dim}", [x, dim, False], along(name, x, dim, False))
            x = Tensor(sequence((2, 0, 3), dtype))
            cases.value(name, f"{dtype}-empty-result", [x, 0, False], empty_result(name, dtype, (0, 3)))
            cases.value(name, f"{dtype}-empty-result-keepdim", [x, 2, True], empty_result(name, dtype, (2, 0, 1)))
            if name in ("sum_dim", "mean_dim"):
                fill = 0 if name == "sum_dim" else NAN
                cases.value(name, f"{dtype}-of-none", [x, 1, False], np.full((2, 3), fill, x.values.dtype))
            else:
                cases.error(name, f"{dtype}-of-none", [x, 1, False], 3, "shape")
                cases.error(name, f"{dtype}-of-none-1d", [Tensor(sequence((0,), dtype)), -1, True], 3, "shape")
            large = Tensor(distinct((250, 133), TYPES[dtype]))
            cases.value(name, f"{dtype}-large", [large, 0, False], along(name, large, 0, False))
            cases.value(name, f"{dtype}-large-rows", [large, 1, True], along(name, large, 1, True))
            for dim in (2, -3, 2 ** 62, -(2 ** 63)):
                cases.error(name, f"{dtype}-bad-dim-{dim}", [Tensor(sequence((3, 4), dtype)), dim, False], 5, "dim",
                            quick=dim == 2)
            cases.error(name, f"{dtype}-0d-bad-dim-1", [Tensor(sequence((), dtype)), 1, False], 5, "dim")
        if takes_int:
            for dtype in ("f32", "f64"):
                for label, values in {"nan": [[1.0, np.nan], [np.inf, 2.0]], "infinities": [[np.inf, -np.inf], [1.0, 2.0]],
                                      "ties": [[3.0, 3.0], [5.0, 5.0], [-1.0, 5.0]]}.items():
                    x = Tensor(np.array(values, dtype=np.float32 if dtype == "f32" else np.float64))
                    for dim in (0, 1):
                        if label == "nan" and name.startswith("arg"):
                            continue  # which of NaN and the largest wins is not promised
                        cases.value(name, f"{dtype}-{label}-dim{dim}", [x, dim, False], along(name, x, dim, False))
            ties = Tensor(np.array([4, 7, 7, 4], dtype=np.int64))
            cases.value(name, "i64-ties", [ties, 0, False], along(name, ties, 0, False), quick=True)
    cases.error("mean_dim", "int64", [Tensor(sequence((3, 4), "i64")), 0, False], 4, "int64", ["V2"], quick=True)
    cases.error("mean_dim", "int64-bad-dim-counts-first", [Tensor(sequence((3, 4), "i64")), 2, False], 5, "dim", ["E4"])
    for name in ("max_dim", "min_dim", "argmax", "argmin"):
        cases.error(name, "bad-dim-before-size", [Tensor(sequence((0,), "f32")), 1, False], 5, "dim", ["E4"])


def empty_result(name, dtype, shape):
    return np.zeros(shape, np.int64 if name.startswith("arg") else sequence((), dtype).dtype)


def make(cases):
    numbers(cases)
    dims(cases)
