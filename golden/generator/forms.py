"""Arrays of each length that a dyncall form has (impl/dynload/dyncall.def), where other modules have no value or no error of it."""
import numpy as np

from .core import NONE, Shaped, Tensor
from .data import sequence
from .shapes import TYPES


def creation(cases):
    for name, fill in {"zeros": 0, "ones": 1, "full": -2.5, "empty": None, "randn": None, "rand": None}.items():
        extra = [-2.5] if name == "full" else []
        dims = [2, 3, 1, 4]
        cases.value(name, "4d", [dims, *extra], Shaped("f32", dims) if fill is None else np.full(dims, fill, np.float32), ["V1"])
        for bad in ([2, -1, 3], [2, 3, 1, -1]):
            cases.error(name, f"negative-of-{len(bad)}", [bad, *extra], 2, "dims")


def shapes(cases):
    x = Tensor(sequence((2, 3, 4, 2), "f32"))
    for dtype in TYPES:
        y = Tensor(sequence((2, 3, 4, 2), dtype))
        cases.value("permute", f"{dtype}-4d", [y, [3, 1, 0, 2]], y.values.transpose(3, 1, 0, 2), ["H7"])
    for name in ("reshape", "view"):
        cases.error(name, "count-of-1d", [x, [47]], 3, "")
        for dims in ([2, -1, -1], [-1, 2, 2, -1]):
            cases.error(name, f"two-open-of-{len(dims)}", [x, dims], 2, "")


def joins(cases):
    for dtype in TYPES:
        parts = [Tensor(sequence((2, 3), dtype, start=start)) for start in (11, 4, 29, 17)]
        for count in (3, 4):
            given = parts[:count]
            cases.value("cat", f"{dtype}-of-{count}", [given, 1], np.concatenate([p.values for p in given], 1))
            cases.value("stack", f"{dtype}-of-{count}", [given, 1], np.stack([p.values for p in given], 1))
    odd = Tensor(sequence((4, 2), "f32"))
    for name in ("cat", "stack"):
        for count in (3, 4):
            cases.error(name, f"sizes-of-{count}", [[*parts[:count - 1], odd], 0], 3, "tensors")


def windows(cases):
    x, weight = Tensor(sequence((1, 2, 5, 6), "f32")), Tensor(sequence((2, 2, 2, 2), "f32"))
    cases.error("conv2d", "pairs-with-a-stride-of-0", [x, weight, NONE, [1, 0], [0, 0], [1, 1], 1], 2, "stride", ["V7"])
    for name in ("max_pool2d", "avg_pool2d"):
        cases.error(name, "pairs-with-a-stride-of-0", [x, [2, 2], [1, 0], [0, 0]], 2, "stride", ["V7"])
    cases.error("layer_norm", "size-of-two", [x, [6, 5], NONE, NONE, 0.25], 3, "")


def make(cases):
    creation(cases)
    shapes(cases)
    joins(cases)
    windows(cases)
