"""softmax and log_softmax."""
import numpy as np

from .compact import distinct
from .core import Sampled, Tensor, TYPES, rounded, wide
from .data import LAYOUTS, sequence


def log_softmax(values, axis):
    logits = wide(values)
    with np.errstate(all="ignore"):
        shifted = logits - logits.real.max(axis=axis, keepdims=True) if logits.size else logits
        return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def expected(name, x, dim):
    if x.values.ndim == 0:
        return np.asarray(1 if name == "softmax" else 0, x.values.dtype)
    out = log_softmax(x.values, dim)
    return rounded(np.exp(out) if name == "softmax" else out, x.dtype)


def make(cases):
    for name in ("softmax", "log_softmax"):
        for dtype in ("f32", "f64"):
            for label, shape in {"0d": (), "one": (1,), "vector": (7,), "matrix": (3, 4), "cube": (2, 3, 4), "empty": (0,), "empty3d": (2, 0, 3)}.items():
                x = Tensor(sequence(shape, dtype))
                n = max(len(shape), 1)
                for dim in range(-n, n):
                    cases.value(name, f"{dtype}-{label}-dim{dim}", [x, dim], expected(name, x, dim), quick=label == "matrix" and dim == -1)
            for layout, shape in LAYOUTS.items():
                x = Tensor(sequence(shape, dtype), layout)
                for dim in (0, -1):
                    cases.value(name, f"{dtype}-{layout}-dim{dim}", [x, dim], expected(name, x, dim))
            x = Tensor(distinct((205, 164), TYPES[dtype]))
            cases.value(name, f"{dtype}-large", [x, 1], Sampled(expected(name, x, 1)))
            for label, values in {"large-values": [1e4, 1e4 - 1, -1e4], "minus-infinity": [0.0, -np.inf, 1.0], "equal": [3.0] * 4,
                                  "nan": [1.0, np.nan], "infinity": [1.0, np.inf]}.items():
                x = Tensor(np.array(values, x.values.dtype))
                cases.value(name, f"{dtype}-{label}", [x, 0], expected(name, x, 0), quick=label == "large-values")
            for dim in (2, -3, 2 ** 62):
                cases.error(name, f"{dtype}-dim-{dim}", [Tensor(sequence((3, 4), dtype)), dim], 5, "dim", quick=dim == 2)
        cases.error(name, "int64", [Tensor(sequence((3, 4), "i64")), 0], 4, "int64", ["V2"], quick=True)
        cases.error(name, "int64-bad-dim-counts-first", [Tensor(sequence((3, 4), "i64")), 2], 5, "dim", ["E4"])
