"""Over 32,768 elements, where LibTorch works in parallel, for functions whose own modules have none. The data repeat, and so do the results."""
import numpy as np

from .core import NONE, Raw, Tensor, TYPES, rounded
from .data import LARGE, positive, sequence, unit
from .layers import batch_case, normalized
from .losses import both, nll
from .shapes import TYPES as DTYPES
from .softmaxes import log_softmax

FLOATS = ("f32", "f64")
ROWS, COLUMNS = 820, 41  # the sequence's period, so that all rows are equal
SIDE = 182               # a square matrix; its diagonals repeat


def moves(cases):
    for dtype in DTYPES:
        x = Tensor(sequence(LARGE, dtype))
        same = {name: x.values for name in ("contiguous", "clone", "cpu", "detach", "squeeze")}
        for name, out in {**same, "flatten": x.values.reshape(-1), "ndim": 2, "numel": x.values.size, "shape": [int(s) for s in LARGE], "is_cuda": False, "device": -1,
                          "requires_grad": False, "grad": 0, "dtype": {"f32": 1, "f64": 2, "i64": 3}[dtype], "to_float": x.values.astype(np.float64),
                          "to_float32": x.values.astype(np.float32), "to_int": x.values.astype(np.int64)}.items():
            cases.value(name, f"{dtype}-large", [x], out)
        for name, extra, out in (("reshape", [[-1, 4]], x.values.reshape(-1, 4)), ("view", [[-1, 4]], x.values.reshape(-1, 4)), ("squeeze_dim", [0], x.values),
                                 ("unsqueeze", [1], x.values[:, None]), ("dropout", [0.5, False], x.values), ("slice", [1, 0, LARGE[1], 2], x.values[:, ::2]),
                                 ("chunk", [2, 0], [x.values[:2], x.values[2:]])):
            cases.value(name, f"{dtype}-large", [x, *extra], out)
        rows = Tensor(np.repeat(sequence((2, 1), dtype), 16500, axis=1))
        cases.value("t", f"{dtype}-large", [rows], rows.values.T)
        blocks = Tensor(np.repeat(sequence((2, 3, 1), dtype), 5504, axis=2))
        cases.value("transpose", f"{dtype}-large", [blocks, 0, 1], blocks.values.swapaxes(0, 1))
        cases.value("permute", f"{dtype}-large", [blocks, [1, 0, 2]], blocks.values.transpose(1, 0, 2))
        equal = Tensor(sequence((ROWS, COLUMNS), dtype))
        chosen = np.array([40, 0, 7, 7])
        cases.value("index_select", f"{dtype}-large", [equal, 1, chosen], equal.values[:, chosen])
        scattered = np.tile(np.arange(COLUMNS) * 3 % COLUMNS, (ROWS, 1))
        cases.value("gather", f"{dtype}-large", [equal, 1, scattered], np.take_along_axis(equal.values, scattered, 1))
        cases.value("stack", f"{dtype}-large", [[equal, equal], 0], np.stack([equal.values] * 2))
        cases.value("embedding", f"{dtype}-large", [np.array([ROWS - 1, 0]), equal], equal.values[[ROWS - 1, 0]])


def creation(cases):
    count = 33000
    ten = [v / 8 for v in range(-5, 5)]
    cases.value("from_data", "large", [Raw({"repeat": ten, "count": count}), [count]], np.resize(np.array(ten), count))
    cases.value("from_i64_data", "large", [Raw({"repeat": list(range(-5, 5)), "count": count}), [3, count // 3]], np.resize(np.arange(-5, 5), (3, count // 3)))
    cases.value("eye", "large", [SIDE], np.eye(SIDE, dtype=np.float32))
    cases.value("linspace", "large", [-2.5, -2.5, count], np.full(count, -2.5, np.float32))


def layers(cases):
    for dtype in FLOATS:
        channels = (2,)
        x = Tensor(np.tile(sequence((1, 2, COLUMNS), dtype, modulus=37), (ROWS // 2, 1, 1)))
        for training in (True, False):
            batch_case(cases, f"{dtype}-large-{'training' if training else 'evaluation'}", x, Tensor(sequence(channels, dtype)), Tensor(positive(channels, dtype)),
                       Tensor(sequence(channels, dtype, start=7)), None, training)
        rows = Tensor(sequence((ROWS, COLUMNS), dtype))
        wide = rows.values.astype(np.longdouble)
        out = normalized(wide[:1], wide[:1].mean(), wide[:1].var(), 0.25, None, None)
        cases.value("layer_norm", f"{dtype}-large", [rows, [COLUMNS], NONE, NONE, 0.25], np.tile(rounded(out, dtype), (ROWS, 1)))
        weight, bias = Tensor(sequence((3, COLUMNS), dtype, step=23)), Tensor(sequence((3,), dtype))
        cases.value("linear", f"{dtype}-large", [rows, weight, bias], np.tile(rounded(wide[:1] @ weight.values.T.astype(np.longdouble) + bias.values, dtype), (ROWS, 1)))
        a, b = Tensor(sequence((ROWS * COLUMNS,), dtype)), Tensor(sequence((ROWS * COLUMNS,), dtype, step=23))
        cases.value("dot", f"{dtype}-large", [a, b], rounded(a.values.astype(np.float64) @ b.values.astype(np.float64), dtype),
                    tolerance={"ulp": 0, "why": "multiples of 1/64 below 2^18: no sum is rounded"})
    dtype = "i64"
    a, b = Tensor(sequence((ROWS * COLUMNS,), dtype)), Tensor(sequence((ROWS * COLUMNS,), dtype, step=23))
    cases.value("dot", "i64-large", [a, b], np.asarray(a.values @ b.values))


def losses(cases):
    for dtype in FLOATS:
        x = Tensor(sequence((ROWS, COLUMNS), dtype))
        classes = np.arange(ROWS) % COLUMNS
        for name in ("cross_entropy", "nll_loss"):
            logs = log_softmax(x.values, 1) if name == "cross_entropy" else x.values.astype(np.longdouble)
            both(cases, name, f"{dtype}-large", [x, classes], nll(logs, classes))
        p = Tensor(unit((ROWS, COLUMNS), dtype))
        wide = p.values.astype(np.longdouble)
        both(cases, "binary_cross_entropy", f"{dtype}-large", [p, Tensor(p.values)], -(wide * np.log(wide) + (1 - wide) * np.log1p(-wide)).mean())


def matrices(cases):
    for dtype in FLOATS:
        two_diagonals = -np.eye(SIDE) + np.eye(SIDE, k=1)
        cases.value("det", f"{dtype}-large", [Tensor(two_diagonals.astype(TYPES[dtype]))], 1.0, tolerance={"ulp": 0, "why": "triangular, of -1"})
        cases.value("inverse", f"{dtype}-large", [Tensor((2 * np.eye(SIDE)).astype(TYPES[dtype]))], (np.eye(SIDE) / 2).astype(TYPES[dtype]))


def make(cases):
    moves(cases)
    creation(cases)
    layers(cases)
    losses(cases)
    matrices(cases)
