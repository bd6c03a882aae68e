"""Shape functions, indexing and views: values move, none changes."""
import itertools

import numpy as np

from .core import Raw, Tensor
from .data import LAYOUTS, SHAPES, sequence

TYPES = ("f32", "f64", "i64")
STORAGE = ["H7"]


def everywhere(cases, name, function, extra=(), accept=lambda shape: True):
    for dtype in TYPES:
        for label, shape in SHAPES.items():
            if accept(shape):
                x = Tensor(sequence(shape, dtype))
                cases.value(name, f"{dtype}-{label}", [x, *extra], function(x.values), STORAGE, quick=label == "matrix")
        for layout, shape in LAYOUTS.items():
            if accept(shape):
                x = Tensor(sequence(shape, dtype), layout)
                cases.value(name, f"{dtype}-{layout}", [x, *extra], function(x.values), STORAGE)


def simple(cases):
    everywhere(cases, "ndim", lambda v: v.ndim)
    everywhere(cases, "numel", lambda v: int(v.size))
    everywhere(cases, "shape", lambda v: [int(s) for s in v.shape])
    everywhere(cases, "squeeze", np.squeeze)
    everywhere(cases, "flatten", lambda v: v.reshape(-1))
    for name in ("contiguous", "clone", "cpu", "detach"):
        everywhere(cases, name, lambda v: v)
    everywhere(cases, "t", lambda v: v.T, accept=lambda s: len(s) <= 2)
    for label in ("cube", "5d", "empty3d"):
        cases.error("t", label, [Tensor(sequence(SHAPES[label], "f32"))], 3, "handle", ["E1"], quick=label == "cube")
    everywhere(cases, "is_cuda", lambda v: False)
    everywhere(cases, "device", lambda v: -1)
    everywhere(cases, "requires_grad", lambda v: False)
    everywhere(cases, "dtype", lambda v: {"float32": 1, "float64": 2, "int64": 3}[v.dtype.name])
    everywhere(cases, "to_data", lambda v: [float(x) for x in v.reshape(-1)])
    everywhere(cases, "grad", lambda v: 0)
    casts = {"to_float": np.float64, "to_float32": np.float32, "to_int": np.int64}
    for name, target in casts.items():
        everywhere(cases, name, lambda v, target=target: v.astype(target))
    x = Tensor(np.array([1.9, -1.9, 0.5, -0.5, 2.0 ** 40 + 0.5]))
    cases.value("to_int", "cut-off-towards-zero", [x], np.trunc(x.values).astype(np.int64), quick=True)
    x = Tensor(np.array([0.1, 1e39, -1e39, 1e-50, np.nan, np.inf]))
    with np.errstate(all="ignore"):
        cases.value("to_float32", "rounds-and-overflows", [x], x.values.astype(np.float32), quick=True)
    x = Tensor(np.array([2 ** 53 + 1, 2 ** 24 + 1, -(2 ** 62)], dtype=np.int64))
    cases.value("to_float", "i64-beyond-2^53", [x], x.values.astype(np.float64))
    cases.value("to_float32", "i64-beyond-2^24", [x], x.values.astype(np.float32))


def dim_views(cases):
    for dtype in TYPES:
        for label, shape in {"0d": (), "vector": (5,), "matrix": (3, 4), "cube": (2, 1, 4)}.items():
            x = Tensor(sequence(shape, dtype))
            n = max(len(shape), 1)
            for a, b in itertools.product(range(-n, n), repeat=2):
                if dtype != "f64" and a != 0 or len(shape) == 3 and b < 0 and a > 0:
                    continue
                out = np.swapaxes(x.values, a, b) if shape else x.values
                cases.value("transpose", f"{dtype}-{label}-{a}-{b}", [x, a, b], out, STORAGE)
            for dim in range(-n, n):
                squeezed = np.squeeze(x.values, dim) if shape and shape[dim] == 1 else x.values
                cases.value("squeeze_dim", f"{dtype}-{label}-{dim}", [x, dim], squeezed, STORAGE)
            for dim in range(-len(shape) - 1, len(shape) + 1):
                cases.value("unsqueeze", f"{dtype}-{label}-{dim}", [x, dim], np.expand_dims(x.values, dim), STORAGE)
            for dim in (len(shape) + 1, -len(shape) - 2, 2 ** 40):
                cases.error("transpose", f"{dtype}-{label}-dim-{dim}", [x, 0, dim], 5, "dim1")
                cases.error("squeeze_dim", f"{dtype}-{label}-dim-{dim}", [x, dim], 5, "dim")
                cases.error("unsqueeze", f"{dtype}-{label}-dim-{dim}", [x, dim], 5, "dim")
        for layout, shape in LAYOUTS.items():
            x = Tensor(sequence(shape, dtype), layout)
            cases.value("transpose", f"{dtype}-{layout}", [x, 0, -1], np.swapaxes(x.values, 0, -1), STORAGE)
            cases.value("unsqueeze", f"{dtype}-{layout}", [x, 1], np.expand_dims(x.values, 1), STORAGE)
    full = Raw({"dtype": "f64", "shape": [1] * 64, "data": [1]})  # NumPy stops at 32 dims
    cases.error("unsqueeze", "beyond-64-dims", [full, 0], 2, "64")
    for dtype in TYPES:
        for label, shape in {"0d": (), "vector": (4,), "matrix": (2, 3), "cube": (2, 3, 4)}.items():
            x = Tensor(sequence(shape, dtype))
            for order in itertools.permutations(range(len(shape))):
                cases.value("permute", f"{dtype}-{label}-{'-'.join(map(str, order)) or 'none'}", [x, list(order)],
                            np.transpose(x.values, order), STORAGE)
        x = Tensor(sequence((2, 3, 4), dtype), "permuted")
        cases.value("permute", f"{dtype}-permuted-negative", [x, [-1, 0, -2]], np.transpose(x.values, (2, 0, 1)))
        for label, order in {"too-few": [0, 1], "too-many": [0, 1, 2, 0], "repeat": [0, 1, 1], "repeat-from-end": [0, 2, -1]}.items():
            cases.error("permute", f"{dtype}-{label}", [x, order], 2, "dims", quick=label == "repeat")
        cases.error("permute", f"{dtype}-dim-3", [x, [0, 1, 3]], 5, "dims")
        cases.error("permute", f"{dtype}-dim-min", [x, [0, 1, -(2 ** 63)]], 5, "dims")


def reshaping(cases):
    targets = {"flat": ((2, 3, 4), [24]), "split": ((24,), [2, 3, 4]), "inferred": ((2, 3, 4), [-1, 6]), "inferred-last": ((2, 3, 4), [4, -1]),
               "ones": ((3, 4), [1, 3, 1, 4]), "0d-to-1d": ((), [1]), "1d-to-0d": ((1,), []), "empty": ((0, 3), [3, 0]),
               "empty-inferred": ((0, 3), [-1, 3]), "merge": ((2, 3, 4), [6, 4])}
    for name in ("reshape", "view"):
        for dtype in TYPES:
            for label, (shape, dims) in targets.items():
                x = Tensor(sequence(shape, dtype))
                cases.value(name, f"{dtype}-{label}", [x, dims], x.values.reshape(dims), STORAGE, quick=label == "inferred")
            for layout, shape in LAYOUTS.items():
                x = Tensor(sequence(shape, dtype), layout)
                flat = [int(np.prod(shape))]
                if name == "reshape":
                    cases.value(name, f"{dtype}-{layout}-copies", [x, flat], x.values.reshape(flat))
                elif layout != "sliced":
                    cases.error(name, f"{dtype}-{layout}-strides-forbid", [x, flat], 3, "handle", quick=True)
                else:
                    cases.value(name, f"{dtype}-{layout}-strides-allow", [x, flat], x.values.reshape(flat), STORAGE)
            x = Tensor(sequence((3, 4), dtype))
            for label, dims, code in (("count", [5, 2], 3), ("not-divisible", [5, -1], 3), ("two-open", [-1, -1], 2),
                                      ("below-minus-one", [-2, 6], 2), ("65-dims", [1] * 65, 2), ("overflow", [2 ** 62, 2 ** 62], 2)):
                cases.error(name, f"{dtype}-{label}", [x, dims], code, "dims", quick=label == "count")
            cases.error(name, f"{dtype}-ambiguous", [Tensor(sequence((0,), dtype)), [-1, 0]], 2, "dims")
            cases.error(name, f"{dtype}-wrong-tag", [x, Raw([12, {"tag": 4}])], 2, "dims", ["T2"])
        x = Tensor(sequence((3, 4), "f32"))
        cases.value(name, "whole-floats-in-dims", [x, Raw([{"f64": 2.0}, 6])], x.values.reshape(2, 6), ["T2"])
        cases.error(name, "fraction-in-dims", [x, Raw([{"f64": 2.5}, 6])], 2, "dims", ["T2"])


def make(cases):
    simple(cases)
    dim_views(cases)
    reshaping(cases)
