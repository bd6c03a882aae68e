"""Creation from sizes, data and ranges."""
import math

import numpy as np

from .core import NOTHING, NULL_ARRAY, Raw, Shaped, Tensor

DIMS = {"0d": [], "empty": [0], "empty3d": [2, 0, 3], "one": [1], "vector": [5], "matrix": [2, 3], "5d": [2, 1, 3, 1, 2], "large": [3, 11008],
        "cube": [2, 3, 4], "fifteen": [15], "sixteen": [4, 4], "empty-last": [3, 0], "seven-ones": [1] * 7}
BAD_DIMS = {"negative": [2, -1], "lowest": [-(2 ** 63)], "65-dims": [1] * 65, "overflow": [2 ** 40, 2 ** 40], "overflow-with-0": [0, 2 ** 62]}
BAD_ARRAYS = {"string-tag": [2, {"tag": 4}], "nil-tag": [{"tag": 0}], "fraction": [{"f64": 1.5}], "nan": [{"f64": "nan"}],
              "beyond-int64": [{"f64": 1e19}], "null-items": {"array": "null-items"}, "negative-length": {"array": "negative-length"}}


def filled(cases):
    fills = {"zeros": ([], 0.0), "ones": ([], 1.0), "full": ([-2.5], -2.5), "empty": ([], None), "randn": ([], None), "rand": ([], None)}
    for name, (extra, fill) in fills.items():
        for label, dims in DIMS.items():
            out = Shaped("f32", dims) if fill is None else np.full(dims, fill, np.float32)
            cases.value(name, label, [dims, *extra], out, ["V1"], quick=label == "matrix")
        one = Shaped("f32", []) if fill is None else np.full([], fill, np.float32)
        cases.value(name, "null-dims", [NULL_ARRAY, *extra], one, ["T2"])
        shaped = Shaped("f32", [2, 3]) if fill is None else np.full([2, 3], fill, np.float32)
        cases.value(name, "whole-floats-in-dims", [Raw([{"f64": 2.0}, 3]), *extra], shaped, ["T2"])
        for label, dims in BAD_DIMS.items():
            cases.error(name, label, [dims, *extra], 2, "dims", quick=label == "negative")
        for label, array in BAD_ARRAYS.items():
            cases.error(name, label, [Raw(array), *extra], 2, "dims", ["T2"])
        for label, dims in {"memory": [2 ** 30, 2 ** 20], "memory-just-over": [2 ** 44 + 1]}.items():
            cases.error(name, label, [dims, *extra], 7, "", ["E7"], quick=label == "memory")
    for value in (0.0, -0.0, math.inf, -math.inf, math.nan, 0.1, 3.4028234663852886e38, 1e-45, 16777217.0):
        with np.errstate(all="ignore"):
            cases.value("full", f"value-{value}", [[2], value], np.full([2], value, np.float32))
    for value in (1e39, -1e300, 3.4028236e38 * 1.001):
        cases.error("full", f"value-{value}-beyond-float32", [[2], value], 2, "value", quick=value == 1e39)


def from_data(cases):
    values = [0.1, -0.0, math.inf, math.nan, 5e-324, 1.7976931348623157e308]
    for label, dims in {"vector": [6], "matrix": [2, 3], "cube": [1, 3, 2], "column": [6, 1], "5d": [1, 2, 1, 3, 1]}.items():
        cases.value("from_data", label, [values, dims], np.array(values).reshape(dims), ["V1"], quick=label == "matrix")
        whole = [1, -2, 2 ** 62, -(2 ** 63), 0, 2 ** 53 + 1]
        cases.value("from_i64_data", label, [whole, dims], np.array(whole, np.int64).reshape(dims), quick=label == "matrix")
    for name, dtype in (("from_data", np.float64), ("from_i64_data", np.int64)):
        three = Raw([1, 2, 3])
        cases.value(name, "0d", [Raw([7]), []], np.array(7, dtype))
        cases.value(name, "one", [Raw([-7]), [1]], np.array([-7], dtype))
        cases.value(name, "ones", [Raw([5]), [1, 1, 1]], np.array([[[5]]], dtype))
        cases.value(name, "null-dims", [Raw([9]), NULL_ARRAY], np.array(9, dtype), ["T2"])
        cases.value(name, "whole-floats-in-dims", [Raw([4, 5]), Raw([{"f64": 2.0}, 1])], np.array([[4], [5]], dtype), ["T2"])
        cases.value(name, "whole-floats-in-data", [Raw([{"f64": -2.0}, {"f64": 2.0 ** 52}]), [2]], np.array([-2, 2 ** 52], dtype), ["T2"])
        for label, dims in {"empty": [0], "empty2d": [3, 0]}.items():
            cases.value(name, label, [Raw([]), dims], np.zeros(dims, dtype))
        cases.value(name, "null-data", [NULL_ARRAY, [0]], np.zeros([0], dtype), ["T2"])
        cases.value(name, "int-and-float-elements", [Raw([{"int": 3}, {"f64": 4.0}]), [2]], np.array([3, 4], dtype), ["T2"], quick=True)
        for label, dims in {"short": [4], "long": [2], "0d": [], "product": [2, 2], "empty": [0]}.items():
            cases.error(name, f"count-{label}", [three, dims], 2, "data", ["E1"], quick=label == "short")
        for label, dims in BAD_DIMS.items():
            cases.error(name, f"dims-{label}", [three, dims], 2, "dims")
        for label in ("string-tag", "nil-tag", "null-items", "negative-length"):
            cases.error(name, f"data-{label}", [Raw(BAD_ARRAYS[label]), [2]], 2, "data", ["T2"])
            cases.error(name, f"dims-{label}", [three, Raw(BAD_ARRAYS[label])], 2, "dims", ["T2"])
    for label in ("fraction", "nan", "beyond-int64"):
        cases.error("from_i64_data", f"data-{label}", [Raw(BAD_ARRAYS[label]), [1]], 2, "data", ["T2"])


def ranges(cases):
    for start, end, step in ((0, 5, 1), (5, 0, -1), (0, 1, 0.25), (1, 2, 0.3), (-1, 1, 0.5), (3, 3, 1), (3, 3, -1), (0, 0.5, 1), (0, 1, 0.1),
                             (2, -2, -0.75), (1e6, 1e6 + 3, 1), (-5, -5.5, -0.125), (0, 1e-3, 1e-4), (0, 10, 1e300), (-0.0, 2, 1)):
        count = math.ceil((end - start) / step)
        values = np.array([start + i * step for i in range(count)], dtype=np.float64)
        cases.value("arange", f"{start}-to-{end}-by-{step}", [float(start), float(end), float(step)], values.astype(np.float32), ["V1"],
                    quick=step == 1)
    for label, args in {"step-0": (0, 1, 0), "away-up": (0, -1, 1), "away-down": (0, 1, -1), "nan": (math.nan, 1, 1), "infinite-end": (0, math.inf, 1),
                        "infinite-step": (0, 1, math.inf), "nan-step": (0, 1, math.nan), "overflow": (0, 1e300, 1)}.items():
        cases.error("arange", label, [float(a) for a in args], 2, "", quick=label == "step-0")
    cases.error("arange", "memory", [0.0, 1e14, 1.0], 7, "", ["E7"], quick=True)
    for start, end, steps in ((0, 1, 5), (1, 0, 5), (-3, 3, 7), (2, 9, 1), (2, 9, 0), (2, 9, 2), (5, 5, 4), (0, 1, 3), (0, 1, 11), (-1e-3, 1e-3, 9),
                              (1e30, -1e30, 3), (0.1, 0.7, 4), (0, 100, 101), (-0.5, 0.5, 8), (3, 4, 17)):
        values = [start + (end - start) * i / (steps - 1) if steps > 1 else start for i in range(steps)]
        cases.value("linspace", f"{start}-to-{end}-in-{steps}", [float(start), float(end), steps], np.array(values, dtype=np.float64).astype(np.float32),
                    ["V1"], quick=steps == 5)
    for label, args in {"steps-negative": (0.0, 1.0, -1), "steps-lowest": (0.0, 1.0, -(2 ** 63)), "start-beyond-float32": (1e39, 1.0, 3),
                        "end-beyond-float32": (0.0, -1e39, 3), "overflow": (0.0, 1.0, 2 ** 62)}.items():
        cases.error("linspace", label, list(args), 2, "", quick=label == "steps-negative")
    cases.error("linspace", "memory", [0.0, 1.0, 2 ** 45], 7, "", ["E7"], quick=True)
    for n in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16):
        cases.value("eye", str(n), [n], np.eye(n, dtype=np.float32), ["V1"], quick=n == 3)
    for label, n in {"negative": -1, "lowest": -(2 ** 63), "overflow": 2 ** 62}.items():
        cases.error("eye", label, [n], 2, "", quick=label == "negative")
    cases.error("eye", "memory", [2 ** 23], 7, "", ["E7"], quick=True)


def make(cases):
    filled(cases)
    from_data(cases)
    ranges(cases)
