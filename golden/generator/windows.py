"""conv2d and pooling by their definitions, window by window."""
import itertools

import numpy as np

from .core import NONE, NULL_ARRAY, Raw, STALE, Tensor, promoted, rounded, wide
from .data import sequence


def pair(values, default):
    return tuple(default) if not values else tuple(values) * (2 if len(values) == 1 else 1)


def padded(x, padding, fill):
    widths = [(0, 0)] * (x.ndim - 2) + [(padding[0],) * 2, (padding[1],) * 2]
    return np.pad(x, widths, constant_values=fill)


def places(size, kernel, stride, dilation):
    return range(0, size - dilation * (kernel - 1), stride)


def conv(x, weight, bias, stride, padding, dilation, groups):
    stride, padding, dilation = pair(stride, (1, 1)), pair(padding, (0, 0)), pair(dilation, (1, 1))
    x, weight = padded(wide(x), padding, 0), wide(weight)
    if x.ndim == 3:
        return conv_batch(x[None], weight, bias, stride, dilation, groups)[0]
    return conv_batch(x, weight, bias, stride, dilation, groups)


def conv_batch(x, weight, bias, stride, dilation, groups):
    out_channels, per_group, kh, kw = weight.shape
    rows = list(places(x.shape[2], kh, stride[0], dilation[0]))
    columns = list(places(x.shape[3], kw, stride[1], dilation[1]))
    out = np.zeros((x.shape[0], out_channels, len(rows), len(columns)), np.result_type(x, weight, x if bias is None else bias))
    for o in range(out_channels):
        first = o // (out_channels // groups) * per_group
        for (i, row), (j, column) in itertools.product(enumerate(rows), enumerate(columns)):
            window = x[:, first:first + per_group, row:row + dilation[0] * kh:dilation[0], column:column + dilation[1] * kw:dilation[1]]
            out[:, o, i, j] = (window[:, :, :kh, :kw] * weight[o]).sum(axis=(1, 2, 3)) + (0 if bias is None else bias[o])
    return out


CONVS = {  # input, weight, stride, padding, dilation, groups
    "plain": ((1, 2, 4, 5), (3, 2, 2, 3), [], [], [], 1), "3d": ((2, 4, 5), (3, 2, 2, 3), [], [], [], 1),
    "stride": ((1, 1, 5, 7), (1, 1, 2, 2), [2], [], [], 1), "stride-by-axis": ((1, 1, 5, 7), (2, 1, 2, 2), [2, 3], [], [], 1),
    "padding": ((1, 1, 3, 3), (1, 1, 3, 3), [], [1], [], 1), "padding-by-axis": ((1, 1, 3, 3), (1, 1, 2, 2), [], [2, 1], [], 1),
    "dilation": ((1, 1, 5, 6), (1, 1, 2, 2), [], [], [2], 1), "dilation-by-axis": ((1, 1, 5, 6), (1, 1, 2, 2), [], [], [3, 2], 1),
    "groups": ((1, 4, 3, 3), (4, 2, 2, 2), [], [], [], 2), "depthwise": ((2, 3, 4, 4), (3, 1, 3, 2), [], [], [], 3),
    "all": ((2, 4, 6, 7), (2, 2, 2, 3), [2, 1], [1, 2], [2, 1], 2), "1x1": ((2, 3, 2, 2), (4, 3, 1, 1), [], [], [], 1),
    "whole-input": ((1, 2, 3, 4), (2, 2, 3, 4), [], [], [], 1), "no-batch": ((0, 2, 3, 3), (2, 2, 2, 2), [], [], [], 1)}


def convolutions(cases):
    for dtype in ("f32", "f64"):
        for label, (shape, kernel, stride, padding, dilation, groups) in CONVS.items():
            x, weight, bias = Tensor(sequence(shape, dtype)), Tensor(sequence(kernel, dtype, step=23)), Tensor(sequence((kernel[0],), dtype, start=3))
            for with_bias in (False, True):
                out = rounded(conv(x.values, weight.values, bias.values if with_bias else None, stride, padding, dilation, groups), dtype)
                cases.value("conv2d", f"{dtype}-{label}{'-bias' if with_bias else ''}", [x, weight, bias if with_bias else NONE, stride, padding, dilation, groups],
                            out, ["V7"], quick=label in ("plain", "all"))
        for layout in ("transposed", "sliced", "permuted"):
            x, weight = Tensor(sequence((1, 2, 4, 4), dtype), layout), Tensor(sequence((3, 2, 2, 2), dtype), layout)
            cases.value("conv2d", f"{dtype}-{layout}", [x, weight, NONE, [], [], [], 1], rounded(conv(x.values, weight.values, None, [], [], [], 1), dtype))
        x, weight = Tensor(sequence((1, 1, 182, 182), dtype, modulus=41)), Tensor(np.ones((1, 1, 1, 1), sequence((), dtype).dtype) * 2)
        cases.value("conv2d", f"{dtype}-large", [x, weight, NONE, [], [], [], 1], x.values * 2)
        # What a sum in 32 bits does not hold. Of the widest padding the result's middle alone meets the image.
        x, weight = Tensor(sequence((2, 2, 2, 2), dtype)), Tensor(sequence((2, 2, 2, 2), dtype, step=23))
        far, kernel = 2 ** 31 - 1, Tensor(sequence((2, 2, 1, 1), dtype, step=23))
        cases.value("conv2d", f"{dtype}-stride-2^31-1", [x, weight, NONE, [far], [1], [], 1], rounded(conv(x.values, weight.values, None, [far], [1], [], 1), dtype), ["V7"])
        cases.value("conv2d", f"{dtype}-dilation-2^31-1", [x, kernel, NONE, [1, far], [], [far], 1], rounded(conv(x.values, kernel.values, None, [1, far], [], [], 1), dtype), ["V7"])
        out = np.zeros((2, 2, 3, 3), wide(x.values).dtype)
        out[:, :, 1, 1] = conv(x.values, kernel.values, None, [], [], [], 1)[:, :, 0, 0]
        cases.value("conv2d", f"{dtype}-padding-2^31-1", [x, kernel, NONE, [far], [far], [], 1], rounded(out, dtype), ["V7"])
    for types in itertools.product(("f32", "f64", "i64"), repeat=3):
        if promoted(*types) == "i64" or len(set(types)) == 1:
            continue
        x, weight, bias = Tensor(sequence((1, 2, 3, 3), types[0])), Tensor(sequence((2, 2, 2, 2), types[1])), Tensor(sequence((2,), types[2]))
        out = rounded(conv(x.values, weight.values, bias.values, [], [], [], 1), promoted(*types))
        cases.value("conv2d", f"mixed-{'-'.join(types)}", [x, weight, bias, [], [], [], 1], out, ["V1"])
    x, weight = Tensor(sequence((1, 2, 4, 4), "f32")), Tensor(sequence((2, 2, 2, 2), "f32"))
    good = [x, weight, NONE, [1], [0], [1], 1]

    def changed(at, value):
        return [*good[:at], value, *good[at + 1:]]
    for at, name in ((3, "stride"), (4, "padding"), (5, "dilation")):
        lowest = 0 if name == "padding" else 1
        for bad in ([lowest - 1], [1, lowest - 1], [2 ** 31], [1, 1, 1], [2 ** 63 - 1, 1]):
            cases.error("conv2d", f"{name}-{'-'.join(map(str, bad))}", changed(at, bad), 2, name, ["V7", "E1"])
        cases.error("conv2d", f"{name}-wrong-tag", changed(at, Raw([{"tag": 4}])), 2, name, ["T2"])
        cases.value("conv2d", f"{name}-null", changed(at, NULL_ARRAY), rounded(conv(x.values, weight.values, None, [], [], [], 1), "f32"), ["T2", "V7"])
    for groups in (0, -1, 2 ** 31):
        cases.error("conv2d", f"groups-{groups}", changed(6, groups), 2, "groups", ["E1"], quick=groups == 0)
    for label, args in {"channels": changed(1, Tensor(sequence((2, 3, 2, 2), "f32"))), "weight-3d": changed(1, Tensor(sequence((2, 2, 2), "f32"))),
                        "input-2d": changed(0, Tensor(sequence((4, 4), "f32"))), "input-5d": changed(0, Tensor(sequence((1, 1, 2, 4, 4), "f32"))),
                        "kernel-too-large": changed(1, Tensor(sequence((2, 2, 5, 2), "f32"))), "bias": changed(2, Tensor(sequence((3,), "f32"))),
                        "groups-do-not-divide": changed(6, 2)}.items():
        cases.error("conv2d", label, args, 3, "", ["E1"], quick=label == "channels")
    cases.error("conv2d", "int64", [Tensor(sequence((1, 2, 4, 4), "i64")), Tensor(sequence((2, 2, 2, 2), "i64")), *good[2:]], 4, "int64", ["V2"], quick=True)
    cases.error("conv2d", "stale-before-stride", [STALE, weight, NONE, [0], [0], [1], 1], 1, "input", ["E4"])
    cases.error("conv2d", "stride-before-dtype", [Tensor(sequence((1, 2, 4, 4), "i64")), Tensor(sequence((2, 2, 2, 2), "i64")), NONE, [0], [], [], 1], 2, "stride", ["E4"])
    cases.error("conv2d", "memory", [Tensor(sequence((1, 1, 1, 1), "f32")), Tensor(sequence((1, 1, 1, 1), "f32")), NONE, [], [2 ** 24], [], 1], 7, "", ["E7"], quick=True)


def pool(name, x, kernel, stride, padding):
    kernel, padding = pair(kernel, ()), pair(padding, (0, 0))
    stride = pair(stride, kernel)
    x = padded(wide(x), padding, -np.inf if name == "max_pool2d" else 0)
    rows, columns = (places(x.shape[-2 + i], kernel[i], stride[i], 1) for i in (0, 1))
    pick = np.max if name == "max_pool2d" else np.mean
    out = np.zeros(x.shape[:-2] + (len(rows), len(columns)), x.dtype)
    for (i, row), (j, column) in itertools.product(enumerate(rows), enumerate(columns)):
        out[..., i, j] = pick(x[..., row:row + kernel[0], column:column + kernel[1]], axis=(-2, -1))
    return out


POOLS = {"2": ((1, 2, 4, 6), [2], [], []), "3d": ((2, 4, 6), [2], [], []), "by-axis": ((1, 1, 5, 6), [2, 3], [], []), "stride-1": ((1, 1, 4, 4), [2], [1], []),
         "stride-by-axis": ((1, 1, 6, 7), [2], [1, 3], []), "padding": ((1, 1, 4, 4), [3], [2], [1]), "padding-by-axis": ((1, 1, 4, 5), [2, 4], [], [1, 2]),
         "all": ((2, 3, 6, 7), [3, 2], [2, 1], [1, 0]), "rest-is-dropped": ((1, 1, 5, 5), [2], [], []), "1": ((2, 1, 2, 2), [1], [], []),
         "whole": ((1, 1, 3, 4), [3, 4], [], []), "gap": ((1, 1, 7, 7), [1], [3], [])}


def pools(cases):
    for name in ("max_pool2d", "avg_pool2d"):
        for dtype in ("f32", "f64"):
            for label, (shape, kernel, stride, padding) in POOLS.items():
                x = Tensor(sequence(shape, dtype))
                cases.value(name, f"{dtype}-{label}", [x, kernel, stride, padding], rounded(pool(name, x.values, kernel, stride, padding), dtype), ["V7"],
                            quick=label in ("2", "padding"))
            for layout in ("transposed", "sliced", "permuted"):
                x = Tensor(sequence((1, 2, 4, 4), dtype), layout)
                cases.value(name, f"{dtype}-{layout}", [x, [2], [], []], rounded(pool(name, x.values, [2], [], []), dtype))
            x = Tensor(sequence((1, 1, 182, 182), dtype))
            cases.value(name, f"{dtype}-large", [x, [1], [], []], x.values)
            x = Tensor(np.array([[[1.0, np.nan], [np.inf, -np.inf]]], x.values.dtype))
            cases.value(name, f"{dtype}-nan", [x, [2], [], []], np.full((1, 1, 1), np.nan, x.values.dtype))
            x = Tensor(-sequence((1, 4, 4), dtype) ** 2 - 1)
            cases.value(name, f"{dtype}-all-negative-padded", [x, [2], [], [1]], rounded(pool(name, x.values, [2], [], [1]), dtype), quick=True)
        x = Tensor(sequence((1, 1, 4, 4), "f32"))
        for label, args in {"kernel-0": [[0], [], []], "kernel-2^31": [[2 ** 31], [], []], "kernel-three": [[1, 1, 1], [], []], "kernel-empty": [[], [], []],
                            "stride-0": [[2], [0], []], "stride-three": [[2], [1, 1, 1], []], "padding-negative": [[2], [], [-1]],
                            "padding-over-half": [[3], [], [2]], "padding-over-half-by-axis": [[4, 2], [], [2, 2]]}.items():
            cases.error(name, label, [x, *args], 2, label.split("-")[0], ["V7", "E1"], quick=label == "kernel-0")
        for at, label in ((1, "kernel"), (2, "stride"), (3, "padding")):
            args = [x, [2], [2], [1]]
            args[at] = Raw([{"tag": 1}])
            cases.error(name, f"{label}-wrong-tag", args, 2, label, ["T2"])
        for label, shape in {"2d": (4, 4), "5d": (1, 1, 1, 4, 4), "too-small": (1, 1, 1, 4)}.items():
            cases.error(name, f"input-{label}", [Tensor(sequence(shape, "f32")), [2], [], []], 3, "input", quick=label == "too-small")
        cases.error(name, "int64", [Tensor(sequence((1, 1, 4, 4), "i64")), [2], [], []], 4, "int64", ["V2", "V5"], quick=True)
        cases.error(name, "stale-before-kernel", [STALE, [0], [], []], 1, "input", ["E4"])


def make(cases):
    convolutions(cases)
    pools(cases)
