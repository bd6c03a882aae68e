"""Cases as data, and how they are written: one JSON file a function, exact floats, long data by a rule (compact.py)."""
import json
import math

import numpy as np

from . import compact

F32, F64, I64 = np.float32, np.float64, np.int64
NAMES = {np.dtype(F32): "f32", np.dtype(F64): "f64", np.dtype(I64): "i64"}
RANK = {"i64": 0, "f32": 1, "f64": 2}


class Tensor:
    """An argument: its logical values and how it lies in memory (built through the ABI from a contiguous base)."""

    def __init__(self, values, layout="contiguous", requires_grad=False):
        self.values = np.asarray(values)
        self.layout = layout
        self.requires_grad = requires_grad

    @property
    def dtype(self):
        return NAMES[self.values.dtype]


class Elements:
    """An argument that is an array as long as a tensor's elements."""

    def __init__(self, values):
        self.encoded = {"elements": encode_tensor(Tensor(values))}


class Raw:
    """An argument written to the file as it is: bad handles, bad arrays."""

    def __init__(self, encoded):
        self.encoded = encoded


class Zeros:
    """A float32 argument of zeros too large to be written down; times: a list that holds it so many times."""

    def __init__(self, shape, times=None):
        self.encoded = {"dtype": "f32", "shape": list(shape), "zeros": True, **({"times": times} if times else {})}


ZERO_HANDLE = Raw({"handle": "zero"})
STALE = Raw({"handle": "stale"})      # a tensor that was freed
FORGED = Raw({"handle": "forged"})    # a number that no call returned
NEGATIVE = Raw({"handle": "negative"})
NULL_ARRAY = Raw({"array": "null"})
NONE = Raw({"handle": "none"})        # an optional tensor that is not given


class Shaped:
    """A result whose elements are not promised: only dtype and shape are compared."""

    def __init__(self, dtype, shape):
        self.dtype, self.shape = dtype, shape


class Sampled:
    """A long result that follows no rule: an element and a sum of each row are compared."""

    def __init__(self, values):
        self.values = values


NOTHING = object()


def number(x):
    x = float(x)
    if math.isnan(x):
        return "nan"
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    return int(x) if x == int(x) and abs(x) < 1e15 and math.copysign(1, x) * x >= 0 and not (x == 0 and math.copysign(1, x) < 0) else x


def elements(values):
    flat = values.reshape(-1)
    if flat.dtype == I64:
        return [int(v) for v in flat]
    return [number(v) for v in flat]


def encode_values(values):
    return {key: elements(field) if isinstance(field, np.ndarray) else field for key, field in compact.described(values).items()}


def encode_tensor(tensor):
    out = {"dtype": tensor.dtype, "shape": list(tensor.values.shape), **encode_values(tensor.values)}
    if tensor.layout != "contiguous":
        out["layout"] = tensor.layout
    if tensor.requires_grad:
        out["requires_grad"] = True
    return out


def encode(value):
    if isinstance(value, (Raw, Zeros, Elements)):
        return value.encoded
    if isinstance(value, Tensor):
        return encode_tensor(value)
    if isinstance(value, np.ndarray):
        return encode_tensor(Tensor(value))
    if isinstance(value, Shaped):
        return {"dtype": value.dtype, "shape": list(value.shape)}
    if isinstance(value, Sampled):
        kept = {key: elements(field) for key, field in compact.samples(value.values).items()}
        return {"dtype": NAMES[value.values.dtype], "shape": list(value.values.shape), **kept}
    if isinstance(value, bool) or isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return {"f64": number(value)}
    if isinstance(value, (int, np.integer)):
        return int(value)
    raise TypeError(type(value))


class Cases:
    """All cases of all functions, in the order they are made."""

    def __init__(self):
        self.by_function = {}
        self.ids = set()

    def _add(self, function, name, args, rest, promises, quick):
        case_id = f"{function}/{name}"
        if case_id in self.ids:
            raise ValueError(f"two cases are named {case_id}")
        self.ids.add(case_id)
        case = {"id": case_id, "promises": sorted(set(promises)), **({"quick": True} if quick else {}),
                "args": [encode(a) for a in args], **rest}
        self.by_function.setdefault(function, []).append(case)

    def value(self, function, name, args, expected, promises=(), quick=False, after=None, tolerance=None, gradients=None):
        """after: {argument position: its values after the call}; tolerance: a row of its own, with its reason.
        gradients: (one weight of each result in the sum that backward starts from, or None; {argument position: its gradient})."""
        if isinstance(expected, np.generic):  # what NumPy makes of a 0-d result
            expected = np.asarray(expected)
        rest = {"expect": "nothing" if expected is NOTHING else encode(expected)}
        if after:
            rest["after"] = {str(k): encode(v) for k, v in after.items()}
        if tolerance:
            rest["tolerance"] = tolerance
        if gradients:
            weights, of = gradients
            rest["gradients"] = {"weights": [w if w is None else encode(w) for w in weights], "of": {str(k): encode(v) for k, v in of.items()}}
        self._add(function, name, args, rest, ["V4", "E5", "H3", *promises], quick)

    def error(self, function, name, args, code, message, promises=(), quick=False):
        """message: what the text must hold, besides the function's name (E6)."""
        self._add(function, name, args, {"error": code, "message": message}, ["E2", "E3", "E6", *promises], quick)


def write_function(function, cases):
    lines = []
    for case in cases:
        fields = [f'  "{key}": {json.dumps(value)}' for key, value in case.items()]
        lines.append(" {\n" + ",\n".join(fields) + "\n }")
    return '{"function": "%s", "cases": [\n%s\n]}\n' % (function, ",\n".join(lines))


def wide(values):
    """In extended precision; complex numbers, which carry a derivative, stay so (gradients.py)."""
    values = np.asarray(values)
    return values.astype(np.clongdouble if np.iscomplexobj(values) else np.longdouble)


def promoted(*dtypes):
    return max(dtypes, key=RANK.get)


TYPES = {"f32": F32, "f64": F64, "i64": I64}


def rounded(values, dtype):
    """Double results rounded once to the result's dtype; what overflows float32 is infinite."""
    with np.errstate(all="ignore"):
        return np.asarray(values, dtype=np.float64 if dtype != "i64" else None).astype(TYPES[dtype])
