"""Over 32,768 elements, where LibTorch works in parallel, for functions whose own modules have none. No row, column or slice is that beside it."""
import numpy as np

from .compact import distinct, distinct_parts, scattered
from .core import NONE, Elements, Sampled, Tensor, TYPES, rounded
from .data import LARGE, positive, sequence
from .layers import batch_case, normalized
from .losses import both, nll
from .shapes import TYPES as DTYPES
from .softmaxes import log_softmax
from .windows import conv, pool

FLOATS = ("f32", "f64")
ROWS, COLUMNS = 820, 41
SIDE = 182  # a square matrix


def moves(cases):
    for dtype in DTYPES:
        x = Tensor(distinct(LARGE, TYPES[dtype]))
        same = {name: x.values for name in ("contiguous", "clone", "cpu", "detach", "squeeze")}
        for name, out in {**same, "flatten": x.values.reshape(-1), "ndim": 2, "numel": x.values.size, "shape": [int(s) for s in LARGE], "is_cuda": False, "device": -1,
                          "requires_grad": False, "grad": 0, "dtype": {"f32": 1, "f64": 2, "i64": 3}[dtype], "to_float": x.values.astype(np.float64),
                          "to_float32": x.values.astype(np.float32)}.items():
            cases.value(name, f"{dtype}-large", [x], out)
        few = Tensor(sequence(LARGE, dtype))
        cases.value("to_int", f"{dtype}-large", [few], few.values.astype(np.int64))
        for name, extra, out in (("reshape", [[-1, 4]], x.values.reshape(-1, 4)), ("view", [[-1, 4]], x.values.reshape(-1, 4)), ("squeeze_dim", [0], x.values),
                                 ("unsqueeze", [1], x.values[:, None]), ("dropout", [0.5, False], x.values), ("slice", [1, 0, LARGE[1], 2], x.values[:, ::2]),
                                 ("chunk", [2, 0], [x.values[:2], x.values[2:]])):
            cases.value(name, f"{dtype}-large", [x, *extra], out)
        matrix, cube = Tensor(distinct((200, 165), TYPES[dtype])), Tensor(distinct((20, 33, 51), TYPES[dtype]))
        cases.value("t", f"{dtype}-large", [matrix], matrix.values.T)
        cases.value("transpose", f"{dtype}-large", [cube, 0, 1], cube.values.swapaxes(0, 1))
        cases.value("permute", f"{dtype}-large", [cube, [2, 0, 1]], cube.values.transpose(2, 0, 1))
        wide, chosen = Tensor(distinct((60, 600), TYPES[dtype])), np.array([599, 0, 7, 7])
        cases.value("index_select", f"{dtype}-large", [wide, 1, chosen], wide.values[:, chosen])
        tall = Tensor(distinct((600, 60), TYPES[dtype]))
        cases.value("embedding", f"{dtype}-large", [chosen, tall], tall.values[chosen])
        cases.value("index_select", f"{dtype}-large-rows", [tall, 0, chosen], tall.values[chosen])
        rows, columns = Tensor(distinct((250, 133), TYPES[dtype])), np.arange(250)[:, None] * 37 % 133
        cases.value("gather", f"{dtype}-large", [rows, 1, columns], np.take_along_axis(rows.values, columns, 1))
        short, often = Tensor(distinct((COLUMNS,), TYPES[dtype])), scattered(np.arange(COLUMNS), ROWS * COLUMNS)
        cases.value("gather", f"{dtype}-large-index", [short, 0, often], short.values[often])
        whole = distinct((2, 200, 82), TYPES[dtype])
        halves = [Tensor(part) for part in whole]
        cases.value("stack", f"{dtype}-large", [halves, 0], whole)
        cases.value("cat", f"{dtype}-large", [halves, 0], whole.reshape(400, 82))


def creation(cases):
    values = distinct((33000,), np.float64)
    cases.value("from_data", "large", [Elements(values), [values.size]], values)
    whole = distinct((3, 11000), np.int64)
    cases.value("from_i64_data", "large", [Elements(whole), list(whole.shape)], whole)
    cases.value("eye", "large", [SIDE], np.eye(SIDE, dtype=np.float32))
    eighths = np.arange(-16500, 16501) / 8
    cases.value("linspace", "large", [eighths[0], eighths[-1], eighths.size], eighths.astype(np.float32))


def layers(cases):
    for dtype in FLOATS:
        channels = (2,)
        x = Tensor(distinct((103, 2, 164), TYPES[dtype]))
        for training in (True, False):
            batch_case(cases, f"{dtype}-large-{'training' if training else 'evaluation'}", x, Tensor(sequence(channels, dtype)), Tensor(positive(channels, dtype)),
                       Tensor(sequence(channels, dtype, start=7)), None, training, kept=Sampled)
        rows = Tensor(distinct((205, 164), TYPES[dtype]))
        wide = rows.values.astype(np.longdouble)
        out = normalized(wide, wide.mean(axis=1, keepdims=True), wide.var(axis=1, keepdims=True), 0.25, None, None)
        cases.value("layer_norm", f"{dtype}-large", [rows, [164], NONE, NONE, 0.25], Sampled(rounded(out, dtype)))
        weight, bias = Tensor(sequence((3, 164), dtype, step=23)), Tensor(sequence((3,), dtype))
        cases.value("linear", f"{dtype}-large", [rows, weight, bias], Sampled(rounded(wide @ weight.values.T.astype(np.longdouble) + bias.values, dtype)))
        a, b = Tensor(sequence((ROWS * COLUMNS,), dtype)), Tensor(sequence((ROWS * COLUMNS,), dtype, step=23))
        cases.value("dot", f"{dtype}-large", [a, b], rounded(a.values.astype(np.float64) @ b.values.astype(np.float64), dtype),
                    tolerance={"ulp": 0, "why": "multiples of 1/64 below 2^18: no sum is rounded"})
    a, b = Tensor(sequence((ROWS * COLUMNS,), "i64")), Tensor(sequence((ROWS * COLUMNS,), "i64", step=23))
    cases.value("dot", "i64-large", [a, b], np.asarray(a.values @ b.values))


def windows(cases):
    """Each element is in one window."""
    for dtype in FLOATS:
        x, weight = Tensor(distinct((1, 1, 180, 192), TYPES[dtype])), Tensor(sequence((1, 1, 12, 16), dtype, step=23))
        cases.value("conv2d", f"{dtype}-large-windows", [x, weight, NONE, [12, 16], [], [], 1], rounded(conv(x.values, weight.values, None, [12, 16], [], [], 1), dtype))
        for name in ("max_pool2d", "avg_pool2d"):
            cases.value(name, f"{dtype}-large-windows", [x, [12, 16], [], []], rounded(pool(name, x.values, [12, 16], [], []), dtype))


def losses(cases):
    for dtype in FLOATS:
        x = Tensor(distinct((ROWS, COLUMNS), TYPES[dtype]))
        classes = scattered(np.arange(COLUMNS), ROWS)
        for name in ("cross_entropy", "nll_loss"):
            logs = log_softmax(x.values, 1) if name == "cross_entropy" else x.values.astype(np.longdouble)
            both(cases, name, f"{dtype}-large", [x, classes], nll(logs, classes))
        p, target = (Tensor(distinct_parts((ROWS, COLUMNS), TYPES[dtype], offset)) for offset in (0, 500))
        wide, wanted = (t.values.astype(np.longdouble) for t in (p, target))
        both(cases, "binary_cross_entropy", f"{dtype}-large", [p, target], -(wanted * np.log(wide) + (1 - wanted) * np.log1p(-wide)).mean())


def matrices(cases):
    """Powers of two from the upper right to the lower left: every row has its own, and elimination exchanges all of them."""
    for dtype in FLOATS:
        powers = 2.0 ** (np.arange(SIDE) * 5 % 11 - 5)
        matrix = np.diag(powers)[:, ::-1].astype(TYPES[dtype])
        sign = -1.0 if SIDE * (SIDE - 1) // 2 % 2 else 1.0
        cases.value("det", f"{dtype}-large", [Tensor(matrix)], float(sign * np.prod(powers)), tolerance={"ulp": 0, "why": "one product of powers of two"})
        cases.value("inverse", f"{dtype}-large", [Tensor(matrix)], np.diag(1 / powers)[::-1].astype(TYPES[dtype]))


def make(cases):
    moves(cases)
    creation(cases)
    layers(cases)
    windows(cases)
    losses(cases)
    matrices(cases)
