"""One element less and one more than the pieces in which kernels work: vector registers and their unrolled loops (8 to 64 elements), blocks of
sums (2,048), and the size from which LibTorch splits work among threads (32,768). Each side is met contiguous and not, over the dtypes.

What is picked (max, argmax) stands last, and what is summed weighs its last element: a tail that is left out shows.
"""
import numpy as np

from .compact import distinct, scattered
from .core import NONE, TYPES, Tensor, rounded
from .data import positive, sequence, unit
from .elementwise import BINARY, UNARY, binary_result, unary_result
from .layers import batch_case, normalized
from .linalg import product
from .losses import both, nll
from .reductions import DIM_FUNCTIONS, NUMBERS, along, with_last
from .softmaxes import expected as softmax, log_softmax
from .windows import conv, pool

BLOCKS = (8, 16, 32, 64, 2048, 32768)
FLOATS = ("f32", "f64")
# Which side of a block is contiguous; the other is strided.
CONTIGUOUS_SIDE = {"f32": -1, "f64": 1, "i64": 1}


STRIDED_NORM = {"rtol": 1e-5, "atol": 0, "why": "LibTorch 1.13 adds the squares of strided float32 one by one: 32,769 of them lose 4e-6; the last one weighs 4e-5"}


def sides(dtype, largest=32768, strided="sliced"):
    """(label, size, layout). At 32,768 the floating dtypes stand for all."""
    for block in BLOCKS:
        if block > largest or block == 32768 and dtype == "i64":
            continue
        for side in (-1, 1):
            layout = "contiguous" if side == CONTIGUOUS_SIDE[dtype] else strided
            if block + side > 8 or layout != "contiguous":  # fewer, contiguous, have the other modules' shapes
                yield f"{dtype}-{block + side}-{layout}", block + side, layout


def elementwise(cases):
    for name, (_, scalar, int_result, make) in UNARY.items():
        extra = [] if scalar is None else [scalar]
        for dtype in FLOATS + (("i64",) if int_result else ()):
            for label, size, layout in sides(dtype):
                x = Tensor(make((size,), dtype), layout)
                cases.value(name, label, [x, *extra], unary_result(name, x, extra))
    for name in BINARY:
        for dtype in TYPES:
            for label, size, layout in sides(dtype):
                a, b = Tensor(sequence((size,), dtype), layout), Tensor(positive((size,), dtype, step=23))
                cases.value(name, label, [a, b], binary_result(name, a, b))


def reductions(cases):
    for name, (function, takes_int) in NUMBERS.items():
        for dtype in FLOATS + (("i64",) if takes_int else ()):
            for label, size, layout in sides(dtype):
                x = Tensor(with_last(name, (size,), dtype), layout)
                values = x.values if dtype == "i64" else x.values.astype(np.float64)
                cases.value(name, label, [x], float(function(values)), tolerance=STRIDED_NORM if (name, dtype) == ("norm", "f32") else None)
    for name, takes_int in DIM_FUNCTIONS.items():
        for dtype in FLOATS + (("i64",) if takes_int else ()):
            for label, size, layout in sides(dtype, largest=2048, strided="transposed"):
                for dim, shape in ((0, (size, 3)), (1, (3, size))):
                    x = Tensor(with_last(name, shape, dtype), layout)
                    cases.value(name, f"{label}-dim{dim}", [x, dim, False], along(name, x, dim, False))


def rows(cases):
    for dtype in FLOATS:
        for label, size, layout in sides(dtype, largest=64):
            for name in ("softmax", "log_softmax"):
                x = Tensor(sequence((3, size), dtype), layout)
                cases.value(name, label, [x, 1], softmax(name, x, 1))
            x = Tensor(sequence((3, size), dtype), layout)
            wide = x.values.astype(np.longdouble)
            out = normalized(wide, wide.mean(axis=1, keepdims=True), wide.var(axis=1, keepdims=True), 0.25, None, None)
            cases.value("layer_norm", label, [x, [size], NONE, NONE, 0.25], rounded(out, dtype))


def losses(cases):
    for dtype in FLOATS:
        for label, size, layout in sides(dtype):
            a, b = Tensor(with_last("max", (size,), dtype), layout), Tensor(sequence((size,), dtype))
            both(cases, "mse_loss", label, [a, b], ((a.values.astype(np.longdouble) - b.values) ** 2).mean())
            p = Tensor(unit((size,), dtype), layout)
            wide = p.values.astype(np.longdouble)
            both(cases, "binary_cross_entropy", label, [p, Tensor(p.values)], -(wide * np.log(wide) + (1 - wide) * np.log1p(-wide)).mean())


def classes(cases):
    """Rows of so many classes, and so many rows."""
    for dtype in FLOATS:
        for label, size, layout in sides(dtype, largest=2048, strided="transposed"):
            x, chosen = Tensor(sequence((3, size), dtype), layout), np.array([size - 1, 0, size // 2])
            both(cases, "cross_entropy", label, [x, chosen], nll(log_softmax(x.values, 1), chosen))
            tall, often = Tensor(sequence((size, 3), dtype), layout), scattered(np.arange(3), size)
            both(cases, "nll_loss", label, [tall, often], nll(tall.values.astype(np.longdouble), often))


def images(cases):
    """So many elements in a channel; so many columns of windows."""
    for dtype in FLOATS:
        for label, size, layout in sides(dtype, largest=2048, strided="transposed"):
            x, one = Tensor(sequence((size, 1), dtype), layout), (1,)
            batch_case(cases, label, x, Tensor(sequence(one, dtype)), Tensor(positive(one, dtype)), Tensor(sequence(one, dtype, start=7)), None, True)
        for label, size, layout in sides(dtype, largest=64, strided="transposed"):
            x, weight = Tensor(sequence((1, 1, 3, size), dtype), layout), Tensor(sequence((1, 1, 2, 1), dtype, step=23))
            cases.value("conv2d", label, [x, weight, NONE, [], [], [], 1], rounded(conv(x.values, weight.values, None, [], [], [], 1), dtype))
            for name in ("max_pool2d", "avg_pool2d"):
                cases.value(name, label, [x, [2, 1], [1], []], rounded(pool(name, x.values, [2, 1], [1], []), dtype))


def products(cases):
    """The tiles of the inner size and, for matmul, of the two outer ones."""
    for dtype in TYPES:
        for label, size, layout in sides(dtype, largest=2048):
            a, b = Tensor(sequence((size,), dtype), layout), Tensor(sequence((size,), dtype, step=23))
            cases.value("dot", label, [a, b], product(a, b))
        for label, size, layout in sides(dtype, largest=2048, strided="transposed"):
            a, b = Tensor(sequence((3, size), dtype), layout), Tensor(sequence((size, 2), dtype, step=23))
            cases.value("matmul", f"{label}-inner", [a, b], product(a, b))
            weight = Tensor(sequence((2, size), dtype, step=23))
            cases.value("linear", label, [a, weight, NONE], product(a, Tensor(weight.values.T)))
        for label, size, layout in sides(dtype, largest=64, strided="transposed"):
            a, b = Tensor(sequence((size, 5), dtype), layout), Tensor(sequence((5, 3), dtype, step=23))
            cases.value("matmul", f"{label}-rows", [a, b], product(a, b))
            a, b = Tensor(sequence((3, 5), dtype)), Tensor(sequence((5, size), dtype, step=23), layout)
            cases.value("matmul", f"{label}-columns", [a, b], product(a, b))


def moves(cases):
    for dtype in TYPES:
        for label, size, layout in sides(dtype):
            x = Tensor(distinct((size,), TYPES[dtype]), layout)
            for name in ("contiguous", "clone"):
                cases.value(name, label, [x], x.values)
        for label, size, layout in sides(dtype, largest=2048):
            x = Tensor(distinct((size,), TYPES[dtype]), layout)
            cases.value("to_float", label, [x], x.values.astype(np.float64))
            cases.value("to_float32", label, [x], x.values.astype(np.float32))
            few = Tensor(sequence((size,), dtype), layout)
            cases.value("to_int", label, [few], few.values.astype(np.int64))
            whole = distinct((2 * size - 1,), TYPES[dtype])
            cases.value("cat", label, [[Tensor(whole[:size], layout), Tensor(whole[size:])], 0], whole)
        for label, size, layout in sides(dtype, largest=64, strided="transposed"):
            x = Tensor(distinct((size, 67), TYPES[dtype]), layout)
            for name in ("contiguous", "clone"):
                cases.value(name, f"{label}-by-67", [x], x.values)
            order = np.arange(size)[::-1] * 3 % size if size % 3 else np.arange(size)[::-1]
            cases.value("index_select", f"{label}-rows", [Tensor(x.values[:, :3], layout), 0, order], x.values[order, :3])
            cases.value("embedding", f"{label}-rows", [order, Tensor(x.values[:, :3], layout)], x.values[order, :3])
            column = Tensor(x.values[:, :2], layout)
            cases.value("gather", label, [column, 0, order[:, None]], np.take_along_axis(column.values[:, :1], order[:, None], 0))


def make(cases):
    elementwise(cases)
    reductions(cases)
    rows(cases)
    losses(cases)
    classes(cases)
    images(cases)
    products(cases)
    moves(cases)
