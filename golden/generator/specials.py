"""Special values where elementwise.py does not have them: moved unchanged, or through sums and products that they leave exact."""
import numpy as np

from .core import NONE, Tensor, TYPES, rounded
from .data import SPECIAL, special
from .losses import both, both_fail, nll
from .softmaxes import log_softmax

FLOATS = ("f32", "f64")
EXACT = {"ulp": 0, "why": "one product by a power of two, and zeros"}
MOVED = {"ulp": 0, "signed_zero": True, "why": "moved unchanged, -0 as well"}
ONE_NEGATED = {"ulp": 0, "why": "one element, negated"}
TINY = {"ulp": 2, "why": "as small numbers have it, no absolute error is allowed"}


def all_special(dtype):
    """Two rows of four: signed zeros and infinities, then NaN, the smallest and the largest numbers."""
    flat = [0.0, -0.0, np.inf, -np.inf, np.nan, special("denormal", dtype)[0], *special("largest", dtype)]
    return np.array(flat, TYPES[dtype]).reshape(2, 4)


# name: (arguments after the tensor, what NumPy makes of it)
MOVES = {
    "transpose": ([0, 1], np.transpose), "t": ([], np.transpose), "permute": ([[1, 0]], np.transpose), "reshape": ([[4, 2]], lambda v: v.reshape(4, 2)),
    "view": ([[4, 2]], lambda v: v.reshape(4, 2)), "squeeze": ([], np.squeeze), "squeeze_dim": ([0], lambda v: v), "unsqueeze": ([1], lambda v: v[:, None]),
    "flatten": ([], np.ravel), "contiguous": ([], lambda v: v), "clone": ([], lambda v: v), "cpu": ([], lambda v: v), "detach": ([], lambda v: v),
    "slice": ([1, 1, 4, 1], lambda v: v[:, 1:4]), "index_select": ([1, np.array([3, 1, 0, 2])], lambda v: v[:, [3, 1, 0, 2]]),
    "gather": ([0, np.array([[1, 1, 1, 1], [0, 0, 0, 0]])], lambda v: v[[1, 0]]), "chunk": ([2, 0], lambda v: [v[:1], v[1:]]),
    "dropout": ([0.0, True], lambda v: v), "to_data": ([], lambda v: [float(x) for x in v.reshape(-1)])}


def moves(cases):
    for dtype in FLOATS:
        x = Tensor(all_special(dtype))
        for name, (extra, function) in MOVES.items():
            cases.value(name, f"{dtype}-special-values", [x, *extra], function(x.values), tolerance=MOVED if name == "dropout" else None)
        y = Tensor(all_special(dtype)[::-1])
        cases.value("cat", f"{dtype}-special-values", [[x, y], 1], np.concatenate([x.values, y.values], 1))
        cases.value("stack", f"{dtype}-special-values", [[x, y], 0], np.stack([x.values, y.values]))
        cases.value("embedding", f"{dtype}-special-values", [np.array([1, 0]), x], x.values[[1, 0]])
        with np.errstate(all="ignore"):
            cases.value("to_float", f"{dtype}-special-values", [x], x.values.astype(np.float64))
            cases.value("to_float32", f"{dtype}-special-values", [x], x.values.astype(np.float32))
        small = Tensor(np.array([-0.0, *SPECIAL["denormal"][dtype]], TYPES[dtype]))
        cases.value("to_int", f"{dtype}-small-values", [small], np.zeros(4, np.int64))


def arithmetic(cases):
    for dtype in FLOATS:
        tiny, large = special("denormal", dtype), special("largest", dtype)
        for name, function in (("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("div", np.divide)):
            for label, left, right in (("denormals", [*tiny, tiny[0]], [tiny[1], tiny[1], 2.0, 0.5]), ("largest", [*large, large[0]], [large[0], 2.0, 0.5])):
                a, b = (Tensor(np.array(v, TYPES[dtype])) for v in (left, right))
                with np.errstate(all="ignore"):
                    wide = function(a.values.astype(np.float64), b.values.astype(np.float64))
                cases.value(name, f"{dtype}-{label}", [a, b], rounded(wide, dtype), ["V1"])
        for label, left, right, out in products(dtype):
            a, b = (Tensor(np.array(v, TYPES[dtype])) for v in (left, right))
            out = np.array(out, TYPES[dtype])
            cases.value("dot", f"{dtype}-{label}", [a, b], out, tolerance=EXACT)
            cases.value("matmul", f"{dtype}-{label}", [Tensor(a.values[None]), Tensor(b.values[:, None])], out.reshape(1, 1), tolerance=EXACT)
            cases.value("linear", f"{dtype}-{label}", [Tensor(a.values[None]), Tensor(b.values[None]), NONE], out.reshape(1, 1), tolerance=EXACT)


def products(dtype):
    """(label, left, right, their inner product)"""
    tiny, large = special("denormal", dtype)[2], special("largest", dtype)[0]
    return [("negative-zero", [-0.0, 3.0], [2.0, 0.5], 1.5), ("infinity", [np.inf, 3.0], [2.0, 0.5], np.inf), ("infinities-cancel", [np.inf, np.inf], [2.0, -0.5], np.nan),
            ("nan", [np.nan, 3.0], [2.0, 0.5], np.nan), ("denormal", [tiny, 0.0], [2.0, 0.5], 2 * tiny), ("largest", [large, 0.0], [0.5, 1.0], large / 2),
            ("overflow", [large, large], [2.0, 4.0], np.inf)]


def reductions(cases):
    for dtype in FLOATS:
        tiny, large = special("denormal", dtype), special("largest", dtype)
        rows = {"negative-zeros": [[-0.0, 0.0], [-0.0, -1.5]], "denormals": [tiny[:2], tiny[1:]], "largest": [large, [0.0, large[0]]]}
        for label, values in rows.items():
            x = Tensor(np.array(values, TYPES[dtype]))
            wide = x.values.astype(np.longdouble)
            for name, function in {"sum": np.sum, "max": np.max, "min": np.min}.items():
                cases.value(name, f"{dtype}-{label}", [x], float(function(wide)), tolerance={"ulp": 0, "why": "no partial sum is rounded"} if name == "sum" else None)
            cases.value("mean", f"{dtype}-{label}", [x], float(np.mean(wide)), tolerance=TINY if label == "denormals" else None)
            exact = {"ulp": 0, "why": "sums of two that are not rounded"}
            cases.value("sum_dim", f"{dtype}-{label}", [x, 1, False], rounded(wide.sum(axis=1), dtype), tolerance=exact)
            cases.value("mean_dim", f"{dtype}-{label}", [x, 1, True], rounded(wide.mean(axis=1, keepdims=True), dtype), tolerance={"ulp": 1, "why": "half a sum, or a product by a half"})
            cases.value("max_dim", f"{dtype}-{label}", [x, 1, False], x.values.max(axis=1))
            cases.value("min_dim", f"{dtype}-{label}", [x, 1, True], x.values.min(axis=1, keepdims=True))
            cases.value("argmax", f"{dtype}-{label}", [x, 1, False], x.values.argmax(axis=1).astype(np.int64))
            cases.value("argmin", f"{dtype}-{label}", [x, 1, True], x.values.argmin(axis=1)[:, None].astype(np.int64))
        for label, values in {"nan": [[1.0, np.nan], [3.0, 2.0]], "infinities": [[np.inf, 1.0], [np.inf, -np.inf]]}.items():
            x = Tensor(np.array(values, TYPES[dtype]))
            with np.errstate(all="ignore"):
                cases.value("mean_dim", f"{dtype}-{label}", [x, 1, False], x.values.mean(axis=1))
        x = Tensor(np.array([-0.0, 3.0, -4.0], TYPES[dtype]))
        for name, value in (("norm", 5.0), ("var", 37 / 3), ("std", float(np.sqrt(37 / 3)))):
            cases.value(name, f"{dtype}-negative-zero", [x], value)


def softmaxes(cases):
    for dtype in FLOATS:
        for label, values in {"negative-zero": [-0.0, 0.0, 1.0], "denormals": [*special("denormal", dtype), 0.0], "largest": [*special("largest", dtype), 0.0]}.items():
            x = Tensor(np.array(values, TYPES[dtype]))
            out = log_softmax(x.values, 0)
            cases.value("log_softmax", f"{dtype}-{label}", [x, 0], rounded(out, dtype))
            cases.value("softmax", f"{dtype}-{label}", [x, 0], rounded(np.exp(out), dtype))


def matrices(cases):
    for dtype in FLOATS:
        np_type = TYPES[dtype]
        signed = np.array([[-0.0, 2.0], [4.0, -0.0]], np_type)
        cases.value("det", f"{dtype}-negative-zero", [Tensor(signed)], -8.0)
        cases.value("inverse", f"{dtype}-negative-zero", [Tensor(signed)], np.array([[0, 0.25], [0.5, 0]], np_type))
        for label, value in (("denormal", special("denormal", dtype)[2]), ("largest", special("largest", dtype)[0])):
            cases.value("det", f"{dtype}-{label}", [Tensor(np.array([[value]], np_type))], float(value), tolerance={"ulp": 0, "why": "the one element"})


def layers(cases):
    for dtype in FLOATS:
        np_type = TYPES[dtype]
        x = Tensor(all_special(dtype).reshape(1, 1, 2, 4))
        one, zero = Tensor(np.ones((1, 1, 1, 1), np_type)), Tensor(np.zeros((1,), np_type))
        unit = Tensor(np.ones((1,), np_type))
        cases.value("conv2d", f"{dtype}-special-values", [x, one, NONE, [], [], [], 1], x.values, tolerance=EXACT)
        for name in ("avg_pool2d", "max_pool2d"):
            cases.value(name, f"{dtype}-special-values", [x, [1], [], []], x.values)
        cases.value("batch_norm", f"{dtype}-special-values", [x, zero, unit, NONE, NONE, False, 0.1, 0.0], x.values, tolerance=EXACT)
        rows = Tensor(np.array([[np.nan, 1.0], [np.inf, 1.0], [-0.0, 0.0], special("denormal", dtype)[:2]], np_type))
        out = np.array([[np.nan] * 2, [np.nan] * 2, [0, 0], [0, 0]], np_type)
        cases.value("layer_norm", f"{dtype}-special-values", [rows, [2], NONE, NONE, 1.0], out)


def losses(cases):
    for dtype in FLOATS:
        np_type = TYPES[dtype]
        tiny, large = special("denormal", dtype), special("largest", dtype)
        zero = Tensor(np.zeros(2, np_type))
        for label, values, loss in (("infinity", [np.inf, 1.0], np.inf), ("negative-zero", [-0.0, 2.0], 2.0), ("denormal", [tiny[2], 2.0], 2.0), ("overflow", [large[0], 1.0], np.inf)):
            both(cases, "mse_loss", f"{dtype}-{label}", [Tensor(np.array(values, np_type)), zero], loss)
        both(cases, "mse_loss", f"{dtype}-equal-infinities", [Tensor(np.array([np.inf, 1.0], np_type))] * 2, np.nan)
        for label, values, loss in (("negative-zero", [-0.0, 0.5], np.log(2.0) / 2), ("denormal", [tiny[0], 0.5], np.log(2.0) / 2)):
            both(cases, "binary_cross_entropy", f"{dtype}-{label}", [Tensor(np.array(values, np_type)), Tensor(np.array([0, 1], np_type))], loss)
        both_fail(cases, "binary_cross_entropy", f"{dtype}-input-largest", [Tensor(np.array([large[0], 0.5], np_type)), zero], 2, "input", ["V5"])
        rows = {"nan": [[np.nan, 1.0]], "infinity": [[-np.inf, 1.0]], "negative-zero": [[-0.0, 0.0]], "denormals": [tiny[:2]], "largest": [large]}
        for label, values in rows.items():
            x = Tensor(np.array(values, np_type))
            for name in ("cross_entropy", "nll_loss"):
                logs = log_softmax(x.values, 1) if name == "cross_entropy" else x.values.astype(np.longdouble)
                tiny_loss = name == "nll_loss" and label == "denormals"
                both(cases, name, f"{dtype}-{label}", [x, Tensor(np.array([0]))], nll(logs, np.array([0])), tolerance=ONE_NEGATED if tiny_loss else None)


def wholes(cases):
    """int64 that no float64 holds, for what gives int64; add, sub and mul have theirs in elementwise.py."""
    matrix = np.array([[2 ** 53 + 1, 2 ** 53], [-(2 ** 53) - 1, -(2 ** 53)]], np.int64)
    few, picked = np.array([[1, 0], [1, 3]], np.int64), np.array([1, 0])
    x = Tensor(matrix)
    same = {name: matrix for name in ("contiguous", "clone", "cpu", "detach", "squeeze", "to_int")}
    for name, out in {**same, "neg": -matrix, "abs": np.abs(matrix), "relu": np.maximum(matrix, 0), "flatten": matrix.reshape(-1), "t": matrix.T}.items():
        cases.value(name, "i64-beyond-2^53", [x], out, ["V2"])
    for name, extra, out in (("sum_dim", [1, False], matrix.sum(axis=1)), ("max_dim", [1, False], matrix.max(axis=1)), ("min_dim", [1, False], matrix.min(axis=1)),
                             ("argmax", [1, False], matrix.argmax(axis=1)), ("argmin", [1, False], matrix.argmin(axis=1)), ("matmul", [few], matrix @ few),
                             ("linear", [few, NONE], matrix @ few.T), ("index_select", [1, picked], matrix[:, picked]), ("gather", [1, few[:, ::-1] % 2], np.take_along_axis(matrix, few[:, ::-1] % 2, 1)),
                             ("reshape", [[4]], matrix.reshape(4)), ("view", [[4]], matrix.reshape(4)), ("permute", [[1, 0]], matrix.T), ("transpose", [0, 1], matrix.T),
                             ("unsqueeze", [0], matrix[None]), ("squeeze_dim", [0], matrix), ("slice", [1, 0, 1, 1], matrix[:, :1]), ("chunk", [2, 0], [matrix[:1], matrix[1:]]),
                             ("dropout", [0.5, False], matrix)):
        cases.value(name, "i64-beyond-2^53", [x, *(Tensor(e) if isinstance(e, np.ndarray) else e for e in extra)], out, ["V2"])
    cases.value("dot", "i64-beyond-2^53", [Tensor(matrix[0]), Tensor(few[1])], np.asarray(matrix[0] @ few[1]), ["V2"])
    cases.value("embedding", "i64-beyond-2^53", [Tensor(picked), x], matrix[picked], ["V2"])
    for name, out in (("cat", np.concatenate([matrix, few])), ("stack", np.stack([matrix, few]))):
        cases.value(name, "i64-beyond-2^53", [[x, Tensor(few)], 0], out, ["V2"])
    cases.value("from_i64_data", "beyond-2^53", [[int(v) for v in matrix.reshape(-1)], [2, 2]], matrix, ["V1"])


def make(cases):
    moves(cases)
    arithmetic(cases)
    reductions(cases)
    softmaxes(cases)
    matrices(cases)
    layers(cases)
    losses(cases)
    wholes(cases)
