"""Layers whose arguments, or whose result's gradient, do not lie row by row, and layers of no image: values and gradients.

LibTorch picks its kernels by how arguments lie, and some of them take elements for others (findings/batch-norm-layout.sh).
"""
import numpy as np

from .core import NONE, Tensor, rounded, wide
from .data import positive, sequence
from .gradients import gradient
from .layers import batch_norm, normalized, variance
from .windows import conv, pool

LAYOUTS = ("transposed", "sliced", "permuted", "channels-last")


def layouts_of(count):
    """One argument in each layout, all of them, and none but the gradient that comes back: (label, layouts, the gradient's)."""
    for layout in LAYOUTS:
        yield f"{layout}-gradient", ("contiguous",) * count, layout
        yield layout, (layout,) * count, "contiguous"
        if count > 1:
            for at in range(count):
                yield f"{layout}-{at}", tuple(layout if i == at else "contiguous" for i in range(count)), "contiguous"


def batch_norms(cases):
    mean, var = Tensor(sequence((3,), "f64", start=3), "sliced"), Tensor(positive((3,), "f64"), "sliced")
    mean.fixed = var.fixed = True
    for training in (True, False):
        known = (None, None) if training else (mean.values, var.values)
        tail = [training, 0.25, 0.5]
        mode = "training" if training else "evaluation"
        # Of one column, channels that lie last are adjacent and rows are not; of rows alone, the weight has a loop of its own.
        shapes = [(f"{label}{size}", shape, *rest) for label, *rest in layouts_of(1) for size, shape in (("", (2, 3, 2, 2)), ("-column", (1, 3, 3, 1)))]
        for label, shape, (layout,), backward in [*shapes, ("rows", (4, 3), ("contiguous",), "contiguous")]:
            args = [Tensor(sequence(shape, "f64"), layout), *([NONE, NONE] if training else [mean, var]),
                    Tensor(sequence((3,), "f64", start=7), "sliced"), Tensor(sequence((3,), "f64", start=30), "sliced"), *tail]
            gradient(cases, "batch_norm", f"{label}-{mode}", args, lambda x, w, b: [batch_norm(x, *known, w, b, *tail)[0]], backward=backward)
    args = [Tensor(sequence((0, 3, 2, 2), "f64"), "channels-last"), mean, var, Tensor(sequence((3,), "f64"), "sliced"), NONE, False, 0.25, 0.5]
    gradient(cases, "batch_norm", "channels-last-no-batch", args, lambda x, w: [batch_norm(x, mean.values, var.values, w, None, False, 0.25, 0.5)[0]])


def layer_norms(cases):
    def norm(x, w, b):
        return [normalized(x, wide(x).mean(axis=-1, keepdims=True), variance(x, -1, keepdims=True), 0.25, w, b)]

    def args(shape, layout):
        return [Tensor(sequence(shape, "f64"), layout), [3], Tensor(sequence((3,), "f64", start=7), "sliced"), Tensor(sequence((3,), "f64", start=30), "sliced"), 0.25]
    for label, (layout,), backward in layouts_of(1):
        gradient(cases, "layer_norm", label, args((2, 2, 3), layout), norm, backward=backward)
    gradient(cases, "layer_norm", "transposed-no-rows", args((0, 2, 3), "transposed"), norm)


def convolutions(cases):
    tail = [[], [1], [], 1]
    for label, (first, second), backward in layouts_of(2):
        x, weight = Tensor(sequence((1, 2, 3, 3), "f64"), first), Tensor(sequence((2, 2, 2, 2), "f64", step=23), second)
        gradient(cases, "conv2d", label, [x, weight, Tensor(sequence((2,), "f64", start=3), "sliced"), *tail], lambda x, w, b: [conv(x, w, b, *tail)], backward=backward)
    for layout in LAYOUTS:
        kernel, bias = sequence((3, 2, 2, 2), "f64", step=23), sequence((3,), "f64", start=3)
        for dtype in ("f32", "f64"):
            x, weight = Tensor(sequence((0, 2, 3, 3), dtype)), Tensor(kernel.astype(np.float32 if dtype == "f32" else np.float64), layout)
            cases.value("conv2d", f"{dtype}-no-batch-{layout}-weight", [x, weight, NONE, *tail], rounded(conv(x.values, weight.values, None, *tail), dtype))
        gradient(cases, "conv2d", f"no-batch-{layout}", [Tensor(sequence((0, 2, 3, 3), "f64"), layout), Tensor(kernel, layout), Tensor(bias, "sliced"), *tail],
                 lambda x, w, b: [conv(x, w, b, *tail)])


def pools(cases):
    for name in ("max_pool2d", "avg_pool2d"):
        tail = [[2], [1], [1]]
        for label, (layout,), backward in layouts_of(1):
            # 997 is prime and larger than the input: no two elements are equal.
            x = Tensor(sequence((2, 2, 3, 3), "f64", step=371, modulus=997, scale=64), layout)
            gradient(cases, name, label, [x, *tail], lambda x: [pool(name, x, *tail)], backward=backward)
        gradient(cases, name, "channels-last-no-batch", [Tensor(sequence((0, 2, 3, 3), "f64"), "channels-last"), *tail], lambda x: [pool(name, x, *tail)])


def make(cases):
    batch_norms(cases)
    layer_norms(cases)
    convolutions(cases)
    pools(cases)
