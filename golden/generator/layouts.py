"""Layouts, shapes without elements or dims, and array forms where the functions' own modules do not have them."""
import numpy as np

from . import matrices as exactly
from .core import NONE, NULL_ARRAY, Raw, Tensor, TYPES, rounded
from .creation import BAD_ARRAYS
from .data import sequence, unit
from .layers import normalized
from .losses import both, nll
from .softmaxes import log_softmax
from .windows import conv, pool

FLOATS = ("f32", "f64")
ALL = ("transposed", "sliced", "permuted")

# name: (shape, arguments after the tensor, what NumPy makes of it, layouts)
MOVES = {
    "view": ((2, 3, 4), [[2, 1, 3, 4]], lambda v: v[:, None], ("transposed", "permuted")), "permute": ((2, 3, 4), [[2, 0, 1]], lambda v: v.transpose(2, 0, 1), ("transposed", "sliced")),
    "slice": ((2, 3, 4), [1, 0, 3, 2], lambda v: v[:, ::2], ("sliced", "permuted")), "chunk": ((3, 2, 4), [2, 0], lambda v: [v[:2], v[2:]], ("sliced", "permuted")),
    "squeeze_dim": ((2, 1, 4), [1], lambda v: v[:, 0], ALL), "dropout": ((2, 3, 4), [0.5, False], lambda v: v, ("sliced", "permuted")),
    "gather": ((2, 1, 3), [0, np.array([[[1, 0, 1]]])], lambda v: v[[1, 0, 1], 0, [0, 1, 2]].reshape(1, 1, 3), ("sliced", "permuted")), "t": ((3, 4), [], lambda v: v.T, ("permuted",))}

# name: (shape, arguments after the tensor, what NumPy makes of it)
EMPTY = {"permute": ((2, 0, 3), [[2, 0, 1]], lambda v: v.transpose(2, 0, 1)), "transpose": ((2, 0), [0, 1], np.transpose), "unsqueeze": ((0, 2), [0], lambda v: v[None]),
         "squeeze_dim": ((1, 0), [0], lambda v: v[0]), "slice": ((0, 4), [1, 1, 3, 1], lambda v: v[:, 1:3]), "index_select": ((0, 4), [1, np.array([3, 3])], lambda v: v[:, [3, 3]]),
         "gather": ((0, 3), [0, np.zeros((0, 3), np.int64)], lambda v: v)}
ONES = {"permute": ((1, 2, 1), [[1, 2, 0]], lambda v: v.transpose(1, 2, 0)), "slice": ((1, 4), [0, 0, 9, 1], lambda v: v), "index_select": ((1, 3), [0, np.array([0, 0])], lambda v: v[[0, 0]]),
        "gather": ((1, 3), [0, np.array([[0], [0]])], lambda v: np.array([[v[0, 0]], [v[0, 0]]])), "dropout": ((1, 3, 1), [0.0, True], lambda v: v)}


def moves(cases):
    for dtype in TYPES:
        for name, (shape, extra, function, layouts) in MOVES.items():
            for layout in layouts:
                x = Tensor(sequence(shape, dtype), layout)
                cases.value(name, f"{dtype}-{layout}-strides", [x, *extra], function(x.values), ["H7"])
        for label, table in (("without-elements", EMPTY), ("size-1", ONES)):
            for name, (shape, extra, function) in table.items():
                x = Tensor(sequence(shape, dtype))
                cases.value(name, f"{dtype}-{label}", [x, *extra], function(x.values))
        pair = [Tensor(sequence((1, 2), dtype)), Tensor(sequence((1, 2), dtype, start=4))]
        cases.value("cat", f"{dtype}-size-1", [pair, 0], np.concatenate([t.values for t in pair]))
        cases.value("stack", f"{dtype}-size-1", [pair, 1], np.stack([t.values for t in pair], 1))
        none = Tensor(sequence((0, 2), dtype))
        cases.value("stack", f"{dtype}-without-elements", [[none, none], 0], np.zeros((2, 0, 2), TYPES[dtype]))
        cases.value("embedding", f"{dtype}-without-elements", [np.zeros((0,), np.int64), Tensor(sequence((0, 3), dtype))], np.zeros((0, 3), TYPES[dtype]))
        cases.value("embedding", f"{dtype}-size-1", [np.array([[0, 0]]), Tensor(sequence((1, 2), dtype))], sequence((1, 2), dtype)[[[0, 0]]])
        table = Tensor(sequence((4, 3), dtype), "permuted")
        cases.value("embedding", f"{dtype}-permuted", [np.array([[3], [0]]), table], table.values[[[3], [0]]])
        cases.error("embedding", f"{dtype}-weight-0d", [np.array([0]), Tensor(sequence((), dtype))], 3, "weight")
        x = Tensor(sequence((), dtype))
        cases.value("gather", f"{dtype}-0d", [x, 0, np.array(0)], x.values)


def windows(cases):
    for dtype in FLOATS:
        scalar, none = Tensor(sequence((), dtype)), Tensor(sequence((0, 2, 4, 4), dtype))
        for name in ("max_pool2d", "avg_pool2d"):
            cases.value(name, f"{dtype}-no-batch", [none, [2], [], []], np.zeros((0, 2, 2, 2), TYPES[dtype]))
            cases.error(name, f"{dtype}-0d", [scalar, [2], [], []], 3, "input")
        cases.error("conv2d", f"{dtype}-0d", [scalar, Tensor(sequence((1, 1, 1, 1), dtype)), NONE, [], [], [], 1], 3, "input")
        cases.error("layer_norm", f"{dtype}-0d", [scalar, [1], NONE, NONE, 1e-5], 3, "")
        x, weight = Tensor(sequence((2, 3, 4), dtype), "permuted"), Tensor(sequence((5, 4), dtype, step=23), "permuted")
        cases.value("linear", f"{dtype}-permuted", [x, weight, NONE], rounded(x.values.astype(np.longdouble) @ weight.values.T, dtype))
        wide = x.values.astype(np.longdouble)
        out = normalized(wide, wide.mean(axis=2, keepdims=True), wide.var(axis=2, keepdims=True), 0.25, None, None)
        cases.value("layer_norm", f"{dtype}-permuted", [x, [4], NONE, NONE, 0.25], rounded(out, dtype))


def losses(cases):
    for dtype in FLOATS:
        for layout in ("sliced", "permuted"):
            x = Tensor(unit((2, 3, 2), dtype), layout)
            wide = x.values.astype(np.longdouble)
            both(cases, "binary_cross_entropy", f"{dtype}-{layout}-cube", [x, Tensor(x.values)], -(wide * np.log(wide) + (1 - wide) * np.log1p(-wide)).mean())
        a, b = Tensor(sequence((2, 3, 4), dtype), "permuted"), Tensor(sequence((2, 3, 4), dtype, start=4))
        both(cases, "mse_loss", f"{dtype}-permuted", [a, b], ((a.values.astype(float) - b.values) ** 2).mean())
        classes = np.array([[0, 2], [1, 1]])
        x, t = Tensor(sequence((2, 3, 2), dtype), "permuted"), Tensor(classes, "transposed")
        for name in ("cross_entropy", "nll_loss"):
            both(cases, name, f"{dtype}-permuted", [x, t], nll(log_softmax(x.values, 1) if name == "cross_entropy" else x.values.astype(np.longdouble), classes))
            both(cases, name, f"{dtype}-no-rows", [Tensor(sequence((0, 3), dtype)), np.zeros((0,), np.int64)], np.nan)


def matrices(cases):
    for dtype in FLOATS:
        x = Tensor(np.array([[2, 5, 1], [0, 4, -3], [8, 0, 0.5]], TYPES[dtype]), "permuted")
        wide = x.values.astype(np.float64)
        cases.value("det", f"{dtype}-permuted", [x], exactly.det(wide))
        cases.value("inverse", f"{dtype}-permuted", [x], rounded(exactly.inverse(wide), dtype))


def arrays(cases):
    """The forms that an array argument can have (T2), for each function that takes one."""
    x, one, scalar = Tensor(sequence((3, 4), "f32")), Tensor(sequence((1,), "f32")), Tensor(sequence((), "f32"))
    image, weight = Tensor(sequence((1, 2, 4, 4), "f32")), Tensor(sequence((2, 2, 2, 2), "f32"))
    for name in ("reshape", "view"):
        cases.value(name, "null-dims", [one, NULL_ARRAY], one.values.reshape(()), ["T2"])
    cases.value("permute", "null-dims", [scalar, NULL_ARRAY], scalar.values, ["T2"])
    cases.value("permute", "whole-floats-in-dims", [x, Raw([{"f64": 1.0}, 0])], x.values.T, ["T2"])
    cases.value("conv2d", "whole-floats-in-stride", [image, weight, NONE, Raw([{"f64": 2.0}, 1]), [], [], 1], rounded(conv(image.values, weight.values, None, [2, 1], [], [], 1), "f32"), ["T2"])
    wide = x.values.astype(np.longdouble)
    out = normalized(wide, wide.mean(axis=1, keepdims=True), wide.var(axis=1, keepdims=True), 0.25, None, None)
    cases.value("layer_norm", "whole-floats-in-shape", [x, Raw([{"f64": 4.0}]), NONE, NONE, 0.25], rounded(out, "f32"), ["T2"])
    for name in ("max_pool2d", "avg_pool2d"):
        cases.value(name, "null-stride-and-padding", [image, [2], NULL_ARRAY, NULL_ARRAY], rounded(pool(name, image.values, [2], [], []), "f32"), ["T2", "V7"])
        cases.value(name, "whole-floats-in-stride", [image, [2], Raw([{"f64": 1.0}, 2]), []], rounded(pool(name, image.values, [2], [1, 2], []), "f32"), ["T2", "V7"])
        cases.error(name, "kernel-null", [image, NULL_ARRAY, [], []], 2, "kernel", ["T2"])
    takers = {"reshape": ([x], []), "view": ([x], []), "permute": ([x], []), "layer_norm": ([x], [NONE, NONE, 0.25]), "max_pool2d": ([image], [[], []]), "avg_pool2d": ([image], [[], []]),
              "conv2d": ([image, weight, NONE], [[], [], 1])}
    for label in ("null-items", "negative-length", "string-tag", "nil-tag", "fraction", "nan", "beyond-int64"):
        for name, (before, after) in takers.items():
            cases.error(name, f"array-{label}", [*before, Raw(BAD_ARRAYS[label]), *after], 2, "", ["T2"])
    for name in ("cat", "stack"):
        cases.error(name, "negative-length", [Raw(BAD_ARRAYS["negative-length"]), 0], 2, "tensors", ["T2"])


def make(cases):
    moves(cases)
    windows(cases)
    losses(cases)
    matrices(cases)
    arrays(cases)
