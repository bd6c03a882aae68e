"""The four losses, as numbers and as 0-d tensors."""
import itertools

import numpy as np

from .compact import distinct
from .core import STALE, Tensor, TYPES as NUMPY_TYPES, promoted, rounded
from .data import sequence, unit
from .softmaxes import log_softmax

IGNORED = -100


def both(cases, name, label, args, value, promises=(), quick=False, tolerance=None):
    both_count = name in ("mse_loss", "binary_cross_entropy") or "probabilities" in label
    dtype = promoted(*(a.dtype for a in args[: 2 if both_count else 1]))
    value = float(value)
    cases.value(name, label, args, value, promises, quick, tolerance=tolerance)
    cases.value(name + "_tensor", label, args, rounded(np.asarray(value), dtype), promises, quick, tolerance=tolerance)


def both_fail(cases, name, label, args, code, message, promises=(), quick=False):
    cases.error(name, label, args, code, message, promises, quick)
    cases.error(name + "_tensor", label, args, code, message, promises, quick)


def squares(cases):
    for types in itertools.product(("f32", "f64", "i64"), repeat=2):
        if types == ("i64", "i64"):
            continue
        dtype = promoted(*types)
        for label, shapes in {"same": ((2, 3), (2, 3)), "row": ((2, 3), (3,)), "outer": ((2, 1), (1, 4)), "0d": ((), ()), "0d-target": ((5,), ()), "empty": ((0,), (0,))}.items():
            a, b = Tensor(sequence(shapes[0], types[0])), Tensor(sequence(shapes[1], types[1], start=4))
            left, right = (rounded(t.values, dtype).astype(np.longdouble) for t in (a, b))
            gap = (left - right) ** 2
            both(cases, "mse_loss", f"{'-'.join(types)}-{label}", [a, b], gap.mean() if gap.size else np.nan, ["V1", "V5"], quick=label == "row")
    for dtype in ("f32", "f64"):
        for layout in ("transposed", "sliced"):
            a, b = Tensor(sequence((3, 4), dtype), layout), Tensor(sequence((3, 4), dtype, start=4))
            both(cases, "mse_loss", f"{dtype}-{layout}", [a, b], ((a.values.astype(float) - b.values) ** 2).mean())
        a, b = Tensor(distinct((41, 820), NUMPY_TYPES[dtype])), Tensor(np.zeros((1,), NUMPY_TYPES[dtype]))
        both(cases, "mse_loss", f"{dtype}-large", [a, b], (a.values.astype(np.longdouble) ** 2).mean())
        a = Tensor(np.array([np.nan, 1.0], a.values.dtype))
        both(cases, "mse_loss", f"{dtype}-nan", [a, b], np.nan)
        both_fail(cases, "mse_loss", f"{dtype}-shapes", [Tensor(sequence((2, 3), dtype)), Tensor(sequence((4,), dtype))], 3, "", quick=True)
        both_fail(cases, "mse_loss", f"{dtype}-shapes-2d", [Tensor(sequence((2, 3), dtype)), Tensor(sequence((3, 2), dtype))], 3, "")
    both_fail(cases, "mse_loss", "int64", [Tensor(sequence((2,), "i64"))] * 2, 4, "int64", ["V2"], quick=True)
    both_fail(cases, "mse_loss", "int64-shapes", [Tensor(sequence((2,), "i64")), Tensor(sequence((3,), "i64"))], 4, "int64", ["E4"])


def binaries(cases):
    def loss(x, t):
        with np.errstate(all="ignore"):
            logs = np.maximum(np.log(x.astype(np.longdouble)), -100), np.maximum(np.log1p(-x.astype(np.longdouble)), -100)
        terms = -(t * logs[0] + (1 - t) * logs[1])
        return terms.mean() if terms.size else np.nan
    for types in itertools.product(("f32", "f64"), repeat=2):
        dtype = promoted(*types)
        for label, shape in {"matrix": (2, 3), "vector": (7,), "0d": (), "empty": (0,)}.items():
            a, b = Tensor(unit(shape, types[0])), Tensor(unit(shape, types[1])[..., ::-1] if shape else unit(shape, types[1]))
            both(cases, "binary_cross_entropy", f"{'-'.join(types)}-{label}", [a, b], loss(rounded(a.values, dtype), rounded(b.values, dtype).astype(np.longdouble)), ["V1", "V5"],
                 quick=label == "matrix")
    for dtype in ("f32", "f64"):
        np_type = sequence((), dtype).dtype
        a = Tensor(np.array([0, 1, 0, 1, 0.5], np_type))
        both(cases, "binary_cross_entropy", f"{dtype}-clamped-logarithms", [a, Tensor(np.array([0, 1, 1, 0, 1], np_type))], loss(a.values, np.array([0, 1, 1, 0, 1])), quick=True)
        both(cases, "binary_cross_entropy", f"{dtype}-int64-target", [a, Tensor(np.array([0, 1, 1, 0, 1]))], loss(a.values, np.array([0, 1, 1, 0, 1])), ["V1"])
        x = Tensor(unit((3, 4), dtype), "transposed")
        both(cases, "binary_cross_entropy", f"{dtype}-transposed", [x, Tensor(unit((3, 4), dtype))], loss(x.values, x.values.astype(np.longdouble)))
        good = Tensor(np.array([0.5, 1.0], np_type))
        for bad in (1.5, -0.25, np.nan, np.inf):
            out = Tensor(np.array([0.5, bad], np_type))
            both_fail(cases, "binary_cross_entropy", f"{dtype}-input-{bad}", [out, good], 2, "input", ["V5"], quick=bad == 1.5)
            both_fail(cases, "binary_cross_entropy", f"{dtype}-target-{bad}", [good, out], 2, "target", ["V5"])
        both_fail(cases, "binary_cross_entropy", f"{dtype}-shapes", [good, Tensor(np.array([0.5], np_type))], 3, "", ["V5"], quick=True)
    ints = Tensor(np.array([0, 1]))
    both_fail(cases, "binary_cross_entropy", "int64", [ints, ints], 4, "int64", ["V2"], quick=True)


def nll(logs, target):
    """The mean of -logs[n, target[n]] over targets that are not ignored; classes in dim 1, or 0 of a 1-D input."""
    axis = 0 if logs.ndim == 1 else 1
    moved = np.moveaxis(logs, axis, -1).reshape(-1, logs.shape[axis])
    picked = [-moved[i, t] for i, t in enumerate(np.asarray(target).reshape(-1).astype(np.int64)) if t != IGNORED]
    return np.mean(picked) if picked else np.nan


def classes(cases):
    targets = {"1d-0d": ((4,), 2), "2d": ((3, 4), [3, 0, 1]), "one-row": ((1, 2), [1]), "3d": ((2, 3, 2), [[0, 2], [1, 1]]), "4d": ((1, 2, 2, 2), [[[0, 1], [1, 0]]]),
               "ignored": ((3, 4), [3, IGNORED, 1]), "all-ignored": ((2, 3), [IGNORED, IGNORED])}
    for name in ("cross_entropy", "nll_loss"):
        for dtype, target_type in itertools.product(("f32", "f64"), ("i64", "f32", "f64")):
            for label, (shape, target) in targets.items():
                x = Tensor(sequence(shape, dtype))
                t = Tensor(np.array(target, {"i64": np.int64, "f32": np.float32, "f64": np.float64}[target_type]))
                logs = log_softmax(x.values, 0 if len(shape) == 1 else 1) if name == "cross_entropy" else x.values.astype(np.longdouble)
                both(cases, name, f"{dtype}-{target_type}-{label}", [x, t], nll(logs, t.values), ["V3", "V5"], quick=label == "2d")
        for dtype in ("f32", "f64"):
            for layout in ("transposed", "sliced"):
                x, t = Tensor(sequence((3, 4), dtype), layout), Tensor(np.array([3, 0, 1]))
                logs = log_softmax(x.values, 1) if name == "cross_entropy" else x.values.astype(np.longdouble)
                both(cases, name, f"{dtype}-{layout}", [x, t], nll(logs, t.values))
            x = Tensor(sequence((2, 3), dtype))
            for bad in (3, -1, -99, 2 ** 40):
                both_fail(cases, name, f"{dtype}-class-{bad}", [x, Tensor(np.array([0, bad]))], 5, "target", ["V3"], quick=bad == 3)
            for bad in (0.5, np.nan):
                both_fail(cases, name, f"{dtype}-class-{bad}", [x, Tensor(np.array([0, bad]))], 2, "target", ["V3"], quick=bad == 0.5)
            for label, shape in {"count": (3,), "0d": (), "2d": (2, 1)}.items():
                both_fail(cases, name, f"{dtype}-target-{label}", [x, Tensor(np.zeros(shape, np.int64))], 3, "target", quick=label == "count")
            both_fail(cases, name, f"{dtype}-input-0d", [Tensor(sequence((), dtype)), Tensor(np.array(0))], 3, "input")
        both_fail(cases, name, "int64", [Tensor(sequence((2, 3), "i64")), Tensor(np.array([0, 1]))], 4, "int64", ["V2"], quick=True)
        both_fail(cases, name, "stale-target-before-dtype", [Tensor(sequence((2, 3), "i64")), STALE], 1, "target", ["E4"])
    for dtype, target_type in itertools.product(("f32", "f64"), repeat=2):
        for label, shape in {"1d": (4,), "2d": (2, 3), "3d": (2, 3, 2)}.items():
            axis = 0 if len(shape) == 1 else 1
            x, t = Tensor(sequence(shape, dtype)), Tensor(unit(shape, target_type))
            rows = x.values.size // shape[axis]
            value = -(t.values * log_softmax(x.values, axis)).sum() / rows
            both(cases, "cross_entropy", f"{dtype}-{target_type}-probabilities-{label}", [x, t], value, ["V3"], quick=label == "2d")


def make(cases):
    squares(cases)
    binaries(cases)
    classes(cases)
