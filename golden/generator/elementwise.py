"""Elementwise functions; transcendental ones by mpmath at 50 digits, rounded once."""
import functools
import math

import mpmath
import numpy as np

from .core import F32, TYPES, Raw, Tensor, encode, promoted, rounded
from .data import LARGE, inputs, positive, sequence, special_inputs

mpmath.mp.dps = 50
TINY = {"ulp": 2, "why": "as small numbers have it, no absolute error is allowed"}


@functools.lru_cache(maxsize=None)
def precise(name, x, extra):
    m = mpmath.mpf(x)
    if name == "exp":
        return float(mpmath.exp(m))
    if name == "log":
        return float(mpmath.log(m))
    if name == "tanh":
        return float(mpmath.tanh(m))
    if name == "sigmoid":
        return float(1 / (1 + mpmath.exp(-m)))
    if name == "gelu":
        return float(m * mpmath.ncdf(m))
    if name == "pow":
        return float(mpmath.power(m, extra))
    raise KeyError(name)


def exact(name, x, extra=None):
    """The function of one double, with IEEE 754's answers where no finite one exists."""
    if name == "pow":
        if extra == 0:
            return 1.0
        if math.isnan(x):
            return x
        if x == 0 or math.isinf(x) or extra != int(extra) and x < 0:
            with np.errstate(all="ignore"):
                return float(np.power(np.float64(x), extra))
    if math.isnan(x):
        return x
    if math.isinf(x):
        limits = {"exp": (math.inf, 0.0), "log": (math.inf, math.nan), "tanh": (1.0, -1.0), "sigmoid": (1.0, 0.0),
                  "gelu": (math.inf, math.nan)}
        return limits[name][0 if x > 0 else 1]
    if name == "log" and x <= 0:
        return -math.inf if x == 0 else math.nan
    if name in ("tanh", "gelu") and x == 0:
        return x
    if name == "exp" and x > 1000:
        return math.inf
    if name in ("exp", "sigmoid") and x < -1e4:
        return 0.0
    if name == "gelu" and abs(x) > 1e4:
        return x if x > 0 else -0.0
    if name in ("tanh", "sigmoid") and abs(x) > 1e4:
        return 1.0 if x > 0 else -1.0
    return precise(name, x, extra)


def by_mpmath(name):
    def apply(x, extra=None):
        flat = [exact(name, float(v), extra) for v in x.reshape(-1)]
        return np.array(flat, dtype=np.float64).reshape(x.shape)
    return apply


def numpy_of(function):
    def apply(x, extra=None):
        with np.errstate(all="ignore"):
            return function(x) if extra is None else function(x, extra)
    return apply


# name: (function of doubles, scalar argument, int64 result: "i64", "f32" or None where it is an error, input maker)
UNARY = {
    "neg": (numpy_of(np.negative), None, "i64", sequence),
    "abs": (numpy_of(np.abs), None, "i64", sequence),
    "relu": (numpy_of(lambda x: np.where(np.isnan(x), x, np.maximum(x, 0)) if x.dtype != np.int64 else np.maximum(x, 0)),
             None, "i64", sequence),
    "sqrt": (numpy_of(np.sqrt), None, "f32", positive),
    "exp": (by_mpmath("exp"), None, "f32", sequence),
    "log": (by_mpmath("log"), None, "f32", positive),
    "sigmoid": (by_mpmath("sigmoid"), None, "f32", sequence),
    "tanh": (by_mpmath("tanh"), None, "f32", sequence),
    "gelu": (by_mpmath("gelu"), None, None, sequence),
    "leaky_relu": (numpy_of(lambda x, s: np.where(x > 0, x, x * s)), 0.25, None, sequence),
    "pow": (by_mpmath("pow"), 2.0, "f32", positive),
    "add_scalar": (numpy_of(np.add), 1.5, "f32", sequence),
    "mul_scalar": (numpy_of(np.multiply), -2.5, "f32", sequence),
}


def unary_result(name, tensor, scalar):
    function, _, int_result, _ = UNARY[name]
    x = tensor.values
    if tensor.dtype == "i64":
        return function(x) if int_result == "i64" else rounded(function(x.astype(F32).astype(float), *scalar), "f32")
    return rounded(function(x.astype(np.float64), *scalar), tensor.dtype)


def unary(cases):
    for name, (_, scalar, int_result, make) in UNARY.items():
        extra = [] if scalar is None else [scalar]
        dtypes = ["f32", "f64"] + (["i64"] if int_result else [])
        for dtype in dtypes:
            promises = ["V1"] + (["V2"] if dtype == "i64" else [])
            for label, x in inputs(dtype, make):
                cases.value(name, label, [x, *extra], unary_result(name, x, extra), promises, quick=label.endswith("matrix"))
            if dtype != "i64":
                for label, x in special_inputs(dtype):
                    # sqrt-shaped pow of -inf and -0 differs between IEEE's pow and sqrt; exponent 2 has no such doubt.
                    tiny = name == "gelu" and label.endswith(("denormal", "smallest-normal"))
                    cases.value(name, label, [x, *extra], unary_result(name, x, extra), promises, tolerance=TINY if tiny else None)
        if int_result is None:
            for label in ("vector", "empty"):
                x = Tensor(sequence((7,) if label == "vector" else (0,), "i64"))
                cases.error(name, f"int64-{label}", [x, *extra], 4, "int64", ["V2", "E3"])


def of_dims(values, count):
    """A tensor of so many dims; NumPy has 32."""
    encoded = encode(np.asarray(values))
    first, *_, last = encoded["shape"]
    return Raw({**encoded, "shape": [first, *[1] * (count - 2), last]})


def many_dims(cases):
    """Libraries beneath have limits of their own: oneDNN's is 12 dims."""
    for name, (_, scalar, _, make) in UNARY.items():
        extra = [] if scalar is None else [scalar]
        for dtype in ("f32", "f64"):
            x = Tensor(make((2, 3), dtype))
            for count in (13, 64):
                cases.value(name, f"{dtype}-{count}-dims", [of_dims(x.values, count), *extra], of_dims(unary_result(name, x, extra), count))


# Where each function changes its method or nears its range's end.
EDGES = {
    "exp": {"f32": [88.5, 89.0, -87.0, -103.0, -104.5, 1e-4], "f64": [709.5, 710.0, -708.0, -744.0, -746.0, 1e-9]},
    "log": {"f32": [1.0, 1.0000001, 0.9999999, 3e38, 1e-38], "f64": [1.0, 1.0000000000000002, 0.9999999999999999, 1e308]},
    "tanh": {"f32": [1e-4, -1e-4, 8.9, 9.1, 20.0, -20.0], "f64": [1e-8, -1e-8, 19.0, 22.0, -30.0]},
    "sigmoid": {"f32": [-80.0, 80.0, 16.5, -16.5, 1e-4], "f64": [-700.0, 700.0, 36.5, -36.5, 1e-9]},
    "gelu": {"f32": [-4.0, 4.0, 0.5, -0.5, 10.0], "f64": [-4.0, 4.0, 0.5, -0.5, 10.0]},
    "sqrt": {"f32": [2.0, 3.0, 1e-30, 1e30, -1.0], "f64": [2.0, 3.0, 1e-300, 1e300, -1.0]},
    "relu": {"f32": [1e-30, -1e-30, 1e30, -1e30], "f64": [1e-300, -1e-300, 1e300, -1e300]},
}


def edges(cases):
    for name, by_dtype in EDGES.items():
        for dtype, values in by_dtype.items():
            x = Tensor(np.array(values, dtype={"f32": np.float32, "f64": np.float64}[dtype]))
            cases.value(name, f"{dtype}-edges", [x], unary_result(name, x, []), ["V1"], quick=True)
    for exponent in (0.0, 1.0, 3.0, -1.0, -2.0, 0.5, 2.5, -0.5):
        for dtype in ("f32", "f64", "i64"):
            x = Tensor(positive((2, 5), dtype))
            cases.value("pow", f"{dtype}-exponent-{exponent}", [x, exponent], unary_result("pow", x, [exponent]), ["V1"])
    for dtype in ("f32", "f64"):
        x = Tensor(sequence((7,), dtype))
        cases.value("pow", f"{dtype}-negative-base-cubed", [x, 3.0], unary_result("pow", x, [3.0]))
        for slope in (0.0, -0.5, 1.0, 2.0):
            cases.value("leaky_relu", f"{dtype}-slope-{slope}", [x, slope], unary_result("leaky_relu", x, [slope]))
        for scalar in (0.0, -0.25, 1024.0, math.inf, math.nan):
            cases.value("add_scalar", f"{dtype}-plus-{scalar}", [x, scalar], unary_result("add_scalar", x, [scalar]))
            cases.value("mul_scalar", f"{dtype}-times-{scalar}", [x, scalar], unary_result("mul_scalar", x, [scalar]))
    x = Tensor(sequence((7,), "f64"))
    for name, scalar in (("add_scalar", 0.1), ("mul_scalar", 0.1), ("leaky_relu", 0.01)):
        # In float64 the scalar keeps its 53 bits: a detour through float32 shows.
        cases.value(name, "f64-scalar-beyond-float32", [x, scalar], unary_result(name, x, [scalar]), ["V1"], quick=True)
    for scalar in (1e39, -1e300):
        cases.error("leaky_relu", f"slope-{scalar}-beyond-float32", [Tensor(sequence((3,), "f32")), scalar], 2, "slope")
    cases.error("leaky_relu", "slope-before-handle", [Raw({"handle": "stale"}), 1e39], 1, "handle", ["E4"])
    cases.value("leaky_relu", "slope-1e39-in-f64", [x, 1e39], unary_result("leaky_relu", x, [1e39]))


BINARY = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}
PAIRS = [(a, b) for a in ("f32", "f64", "i64") for b in ("f32", "f64", "i64")]
PAIR_SHAPES = {"same": ((2, 3), (2, 3)), "0d-left": ((), (2, 3)), "0d-right": ((4,), ()), "row": ((2, 3), (3,)),
               "outer": ((3, 1), (1, 4)), "lower-rank-left": ((3,), (2, 2, 3)), "empty": ((0,), (1,)), "0d-both": ((), ())}


def binary_result(name, a, b):
    dtype = promoted(a.dtype, b.dtype)
    with np.errstate(all="ignore"):
        if dtype == "i64" and name != "div":
            return BINARY[name](a.values, b.values)
        dtype = "f32" if dtype == "i64" else dtype
        # Operands are converted to the result's dtype first (V1).
        left, right = (rounded(t.values, dtype).astype(np.float64) for t in (a, b))
        return rounded(BINARY[name](left, right), dtype)


SPECIAL_PAIRS = {"signed-zeros": ([0.0, -0.0, 0.0, -0.0], [0.0, -0.0, -0.0, 0.0]), "infinities": ([np.inf, np.inf, -np.inf], [np.inf, -np.inf, 2.0]),
                 "nan": ([np.nan, 1.0, np.nan], [1.0, np.nan, np.nan]), "zero-and-infinity": ([0.0, np.inf, 1.0, -1.0], [np.inf, 0.0, 0.0, -0.0])}


def binary(cases):
    for name in BINARY:
        for a_type, b_type in PAIRS:
            pair = f"{a_type}-{b_type}"
            for label, (a_shape, b_shape) in PAIR_SHAPES.items():
                a = Tensor(sequence(a_shape, a_type))
                b = Tensor(positive(b_shape, b_type, step=23, start=5))
                cases.value(name, f"{pair}-{label}", [a, b], binary_result(name, a, b), ["V1", "V2"], quick=label == "row")
        for dtype in ("f32", "f64", "i64"):
            for layout, shape in (("transposed", (3, 4)), ("sliced", (3, 5)), ("permuted", (2, 3, 4))):
                for side in ("left", "right"):
                    a = Tensor(sequence(shape, dtype), layout if side == "left" else "contiguous")
                    b = Tensor(positive(shape, dtype, step=23), layout if side == "right" else "contiguous")
                    cases.value(name, f"{dtype}-{layout}-{side}", [a, b], binary_result(name, a, b))
            a, b = Tensor(sequence(LARGE, dtype)), Tensor(positive(LARGE, dtype, step=23))
            cases.value(name, f"{dtype}-large", [a, b], binary_result(name, a, b))
            if dtype == "i64":
                continue
            for label, (left, right) in SPECIAL_PAIRS.items():
                a, b = Tensor(np.array(left).astype(TYPES[dtype])), Tensor(np.array(right).astype(TYPES[dtype]))
                cases.value(name, f"{dtype}-{label}", [a, b], binary_result(name, a, b))
        for label, (a_shape, b_shape) in {"2-3-and-4": ((2, 3), (4,)), "2-and-3": ((2,), (3,)), "0-and-2": ((0,), (2,)),
                                          "inner": ((2, 3, 4), (2, 1, 3))}.items():
            cases.error(name, f"shapes-{label}", [Tensor(sequence(a_shape, "f32")), Tensor(sequence(b_shape, "f64"))], 3, "",
                        ["E1"], quick=label == "2-3-and-4")
    big = np.array([2 ** 60 + 1, -(2 ** 61) - 3, 2 ** 53 + 1], dtype=np.int64)
    for name in ("add", "sub", "mul"):
        a, b = Tensor(big), Tensor(np.array([1, -2, 3], dtype=np.int64))
        cases.value(name, "i64-beyond-2^53", [a, b], binary_result(name, a, b), ["V2"], quick=True)


def make(cases):
    unary(cases)
    edges(cases)
    many_dims(cases)
    binary(cases)
