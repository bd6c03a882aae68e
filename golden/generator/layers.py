"""batch_norm, layer_norm, linear, dropout's identity."""
import itertools

import numpy as np

from .core import NONE, NULL_ARRAY, Shaped, STALE, Tensor, TYPES as NUMPY_TYPES, promoted, rounded, wide
from .data import positive, sequence


def by_channel(values, ndim):
    return wide(values).reshape((1, -1) + (1,) * (ndim - 2))


def normalized(x, mean, var, eps, weight, bias):
    out = (wide(x) - mean) / np.sqrt(var + eps)
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


def variance(x, axes, keepdims=False):
    """The biased variance; np.var would take the magnitude of complex numbers."""
    return ((wide(x) - wide(x).mean(axis=axes, keepdims=True)) ** 2).mean(axis=axes, keepdims=keepdims)


def batch_norm(x, mean, var, weight, bias, training, momentum, eps):
    """The result, and the running statistics afterwards."""
    axes = (0,) + tuple(range(2, x.ndim))
    count = x.size // x.shape[1]
    if training:
        batch_mean, batch_var = wide(x).mean(axis=axes), variance(x, axes)
        keep = 1 - np.longdouble(momentum)
        # One value has no unbiased variance: the running one stays.
        after = None if mean is None else (keep * mean + momentum * batch_mean, keep * var + momentum * (batch_var * count / (count - 1)) if count > 1 else var)
    else:
        batch_mean, batch_var, after = mean, var, (mean, var)
    affine = [None if v is None else by_channel(v, x.ndim) for v in (weight, bias)]
    return normalized(x, by_channel(batch_mean, x.ndim), by_channel(batch_var, x.ndim), eps, *affine), after


def batch_case(cases, label, x, mean, var, weight, bias, training, momentum=0.25, eps=0.5, promises=(), quick=False, kept=lambda values: values):
    tensors = [mean, var, weight, bias]
    plain = [None if t is None else t.values.astype(np.longdouble) for t in tensors]
    out, after = batch_norm(x.values, *plain, training, momentum, eps)
    dtype = promoted(*(t.dtype for t in (x, weight, bias) if t is not None))
    checked = {1: rounded(after[0], mean.dtype), 2: rounded(after[1], var.dtype)} if after is not None and mean is not None else None
    cases.value("batch_norm", label, [x, *(NONE if t is None else t for t in tensors), training, momentum, eps], kept(rounded(out, dtype)),
                ["V1", *promises], quick=quick, after=checked)


def batch_norms(cases):
    shapes = {"2d": (4, 3), "3d": (2, 3, 5), "4d": (2, 3, 2, 2), "5d": (2, 2, 1, 2, 2)}
    for dtype in ("f32", "f64"):
        for label, shape in shapes.items():
            channels = (shape[1],)
            x = Tensor(sequence(shape, dtype))
            mean, var = Tensor(sequence(channels, dtype, start=3)), Tensor(positive(channels, dtype))
            weight, bias = Tensor(sequence(channels, dtype, start=7)), Tensor(sequence(channels, dtype, start=30))
            for training in (False, True):
                mode = "training" if training else "evaluation"
                for affine in (False, True):
                    batch_case(cases, f"{dtype}-{label}-{mode}{'-affine' if affine else ''}", x, mean, var, weight if affine else None, bias if affine else None,
                               training, promises=["V4"], quick=label == "4d" and affine)
            batch_case(cases, f"{dtype}-{label}-training-no-statistics", x, None, None, weight, None, True)
            batch_case(cases, f"{dtype}-{label}-weight-only", x, mean, var, weight, None, False)
            batch_case(cases, f"{dtype}-{label}-bias-only", x, mean, var, None, bias, False)
        for layout in ("transposed", "sliced", "permuted"):
            x = Tensor(sequence((2, 3, 4), dtype), layout)
            batch_case(cases, f"{dtype}-{layout}", x, Tensor(sequence((3,), dtype, start=3)), Tensor(positive((3,), dtype)), None, None, True)
        x = Tensor(sequence((4, 2), dtype))
        for momentum in (0.0, 1.0, 0.5):
            batch_case(cases, f"{dtype}-momentum-{momentum}", x, Tensor(sequence((2,), dtype)), Tensor(positive((2,), dtype)), None, None, True, momentum)
        for label, shape, first in (("2d", (1, 3), 1), ("4d", (1, 2, 1, 1), 1), ("far", (1, 3), 2 ** 27)):
            x, channels = Tensor(sequence(shape, dtype) + NUMPY_TYPES[dtype](first)), (shape[1],)
            batch_case(cases, f"{dtype}-one-value-a-channel-{label}", x, Tensor(sequence(channels, dtype, start=3)), Tensor(positive(channels, dtype)), Tensor(sequence(channels, dtype, start=7)),
                       Tensor(sequence(channels, dtype, start=30)) if label == "2d" else None, True, eps=1e-5, promises=["V5"], quick=label == "2d")
        for training in (False, True):
            empty = Tensor(sequence((0, 3), dtype))
            cases.value("batch_norm", f"{dtype}-empty-{training}", [empty, Tensor(sequence((3,), dtype)), Tensor(positive((3,), dtype)), NONE, NONE, training, 0.1, 1e-5],
                        empty.values)
    for x_type, statistic, affine in itertools.product(("f32", "f64", "i64"), ("f32", "f64"), ("f32", "f64", "i64")):
        if len({x_type, statistic, affine}) == 1 or promoted(x_type, affine) == "i64":
            continue
        for training in (False, True):
            batch_case(cases, f"mixed-{x_type}-{statistic}-{affine}-{'training' if training else 'evaluation'}", Tensor(sequence((4, 2), x_type)),
                       Tensor(sequence((2,), statistic)), Tensor(positive((2,), statistic)), Tensor(sequence((2,), affine)), None, training, promises=["V1"])
    x, mean, var = Tensor(sequence((2, 2), "f32")), Tensor(sequence((2,), "f32")), Tensor(positive((2,), "f32"))
    three, ints = Tensor(sequence((3,), "f32")), Tensor(sequence((2,), "i64"))
    grad = Tensor(sequence((2,), "f32"), requires_grad=True)
    tail = [True, 0.1, 1e-5]
    for label, args, code in (("mean-alone", [x, mean, NONE, NONE, NONE, *tail], 2), ("var-alone", [x, NONE, var, NONE, NONE, *tail], 2),
                              ("evaluation-without-statistics", [x, NONE, NONE, NONE, NONE, False, 0.1, 1e-5], 2),
                              ("statistic-requires-grad", [x, grad, var, NONE, NONE, *tail], 2), ("statistics-int64", [x, ints, ints, NONE, NONE, *tail], 4),
                              ("int64", [Tensor(sequence((2, 2), "i64")), mean, var, NONE, NONE, *tail], 4), ("1d", [mean, mean, var, NONE, NONE, *tail], 3),
                              ("0d", [Tensor(sequence((), "f32")), NONE, NONE, NONE, NONE, *tail], 3), ("mean-size", [x, three, var, NONE, NONE, *tail], 3),
                              ("var-size", [x, mean, three, NONE, NONE, *tail], 3), ("weight-size", [x, mean, var, three, NONE, *tail], 3),
                              ("bias-size", [x, mean, var, NONE, three, *tail], 3), ("weight-2d", [x, mean, var, x, NONE, *tail], 3)):
        cases.error("batch_norm", label, args, code, "", ["V5", "E1"], quick=code != 3 or label == "mean-size")
    cases.error("batch_norm", "stale-bias-counts-first", [x, mean, NONE, NONE, STALE, *tail], 1, "bias", ["E4"])


def layer_norms(cases):
    shapes = {"last": ((2, 3), [3]), "all": ((2, 3), [2, 3]), "two-of-three": ((2, 3, 4), [3, 4]), "one-of-three": ((2, 3, 4), [4]), "1d": ((5,), [5]), "empty": ((0, 3), [3])}
    for dtype in ("f32", "f64"):
        for label, (shape, over) in shapes.items():
            x, weight, bias = Tensor(sequence(shape, dtype)), Tensor(sequence(over, dtype, start=7)), Tensor(sequence(over, dtype, start=30))
            axes = tuple(range(len(shape) - len(over), len(shape)))
            wide = x.values.astype(np.longdouble)
            mean, var = wide.mean(axis=axes, keepdims=True), wide.var(axis=axes, keepdims=True)
            for w, b in itertools.product((None, weight), (None, bias)):
                name = f"{dtype}-{label}{'-weight' if w else ''}{'-bias' if b else ''}"
                out = normalized(x.values, mean, var, 0.25, w and w.values, b and b.values)
                cases.value("layer_norm", name, [x, over, w or NONE, b or NONE, 0.25], rounded(out, dtype), quick=label == "last")
        for layout in ("transposed", "sliced"):
            x = Tensor(sequence((3, 4), dtype), layout)
            wide = x.values.astype(np.longdouble)
            out = normalized(wide, wide.mean(axis=1, keepdims=True), wide.var(axis=1, keepdims=True), 1e-5, None, None)
            cases.value("layer_norm", f"{dtype}-{layout}", [x, [4], NONE, NONE, 1e-5], rounded(out, dtype))
    for x_type, w_type in (("f32", "f64"), ("f64", "f32"), ("i64", "f32"), ("i64", "f64")):
        x, weight = Tensor(sequence((2, 3), x_type)), Tensor(sequence((3,), w_type))
        wide = x.values.astype(np.longdouble)
        out = normalized(wide, wide.mean(axis=1, keepdims=True), wide.var(axis=1, keepdims=True), 0.25, weight.values, None)
        cases.value("layer_norm", f"mixed-{x_type}-{w_type}", [x, [3], weight, NONE, 0.25], rounded(out, promoted(x_type, w_type)), ["V1"])
    x = Tensor(sequence((2, 3), "f32"))
    for label, args, code in (("empty-shape", [x, [], NONE, NONE, 1e-5], 2), ("null-shape", [x, NULL_ARRAY, NONE, NONE, 1e-5], 2),
                              ("negative", [x, [-3], NONE, NONE, 1e-5], 2), ("size", [x, [2], NONE, NONE, 1e-5], 3), ("too-many", [x, [1, 2, 3], NONE, NONE, 1e-5], 3),
                              ("weight", [x, [3], Tensor(sequence((2,), "f32")), NONE, 1e-5], 3), ("bias", [x, [3], NONE, Tensor(sequence((1, 3), "f32")), 1e-5], 3),
                              ("int64", [Tensor(sequence((2, 3), "i64")), [3], NONE, NONE, 1e-5], 4)):
        cases.error("layer_norm", label, args, code, "", ["E1"], quick=label in ("empty-shape", "size", "int64"))


def linears(cases):
    for types in itertools.product(("f32", "f64", "i64"), repeat=2):
        dtype = promoted(*types)
        for label, shape in {"2d": (2, 3), "1d": (3,), "3d": (2, 2, 3), "no-rows": (0, 3)}.items():
            x, weight = Tensor(sequence(shape, types[0])), Tensor(sequence((4, 3), types[1], step=23))
            for with_bias in (False, True):
                bias = Tensor(sequence((4,), types[1], start=3))
                wide = [t.values.astype(np.longdouble if dtype != "i64" else np.int64) for t in (x, weight, bias)]
                out = wide[0] @ wide[1].T + (wide[2] if with_bias else 0)
                cases.value("linear", f"{'-'.join(types)}-{label}{'-bias' if with_bias else ''}", [x, weight, bias if with_bias else NONE],
                            rounded(out, dtype) if dtype != "i64" else out, ["V1", "V2", "V7"], quick=label == "2d")
    for dtype in ("f32", "f64"):
        for layout in ("transposed", "sliced"):
            x, weight = Tensor(sequence((2, 3), dtype), layout), Tensor(sequence((4, 3), dtype), layout)
            cases.value("linear", f"{dtype}-{layout}", [x, weight, NONE], rounded(x.values.astype(np.longdouble) @ weight.values.T, dtype))
        x, weight = Tensor(sequence((2, 3), dtype)), Tensor(sequence((4, 3), dtype))
        for label, args in {"features": [x, Tensor(sequence((3, 4), dtype)), NONE], "weight-1d": [x, Tensor(sequence((3,), dtype)), NONE],
                            "weight-3d": [x, Tensor(sequence((1, 4, 3), dtype)), NONE], "input-0d": [Tensor(sequence((), dtype)), Tensor(sequence((1, 1), dtype)), NONE],
                            "bias-size": [x, weight, Tensor(sequence((3,), dtype))], "bias-2d": [x, weight, Tensor(sequence((1, 4), dtype))]}.items():
            cases.error("linear", f"{dtype}-{label}", args, 3, "", ["V5"], quick=label == "features")


def dropouts(cases):
    for dtype in ("f32", "f64", "i64"):
        for label, shape in {"vector": (7,), "0d": (), "empty": (0, 2)}.items():
            x = Tensor(sequence(shape, dtype))
            cases.value("dropout", f"{dtype}-{label}-evaluation", [x, 0.5, False], x.values, ["H7", "V2"], quick=label == "vector")
            cases.value("dropout", f"{dtype}-{label}-p-0", [x, 0.0, True], x.values, ["H7", "V2"])
        x = Tensor(sequence((3, 4), dtype), "transposed")
        cases.value("dropout", f"{dtype}-transposed", [x, 1.0, False], x.values)
        for p in (1.5, -0.1, float("nan"), float("inf")):
            for training in (False, True):
                cases.error("dropout", f"{dtype}-p-{p}-{training}", [x, p, training], 2, "p", ["E1"], quick=p == 1.5)
        if dtype != "i64":
            cases.value("dropout", f"{dtype}-p-1", [Tensor(sequence((5,), dtype)), 1.0, True], np.zeros(5, NUMPY_TYPES[dtype]), quick=True)
            cases.value("dropout", f"{dtype}-shape", [Tensor(sequence((3, 4), dtype)), 0.5, True], Shaped(dtype, (3, 4)))
    cases.error("dropout", "int64", [Tensor(sequence((3,), "i64")), 0.5, True], 4, "int64", ["V2"], quick=True)
    cases.value("dropout", "i64-empty-training", [Tensor(sequence((0,), "i64")), 0.5, True], np.zeros(0, np.int64), ["V2"])


def make(cases):
    batch_norms(cases)
    layer_norms(cases)
    linears(cases)
    dropouts(cases)
