"""Input data: plain sequences that are exact in float32, shapes and layouts as named axes, special values."""
import numpy as np

from .compact import LONGEST_LITERAL, scattered
from .core import TYPES, Tensor

SHAPES = {"0d": (), "empty": (0,), "empty3d": (2, 0, 3), "one": (1,), "ones": (1, 1, 1), "vector": (7,), "matrix": (3, 4),
          "cube": (2, 3, 4), "5d": (2, 1, 3, 1, 2)}
LAYOUTS = {"transposed": (3, 4), "sliced": (3, 5), "permuted": (2, 3, 4)}
LARGE = (3, 11008)  # over 32,768 elements, where LibTorch starts to work in parallel

SPECIAL = {
    "zeros": [0.0, -0.0],
    "infinite": [np.inf, -np.inf],
    "nan": [np.nan, 1.0],
    "denormal": {"f32": [2.0 ** -149, -(2.0 ** -140), 2.0 ** -127], "f64": [5e-324, -(2.0 ** -1060), 2.0 ** -1023]},
    "largest": {"f32": [float(np.finfo(np.float32).max), -float(np.finfo(np.float32).max)],
                "f64": [float(np.finfo(np.float64).max), -float(np.finfo(np.float64).max)]},
    "smallest-normal": {"f32": [2.0 ** -126, -(2.0 ** -126)], "f64": [2.0 ** -1022, -(2.0 ** -1022)]},
}


def sequence(shape, dtype, step=37, start=11, modulus=41, scale=8):
    """Values k/8 for whole k in [-20, 20], in a scattered order, which in long data does not repeat; whole numbers for int64."""
    count = int(np.prod(shape, dtype=np.int64))
    whole = (np.arange(count if count <= LONGEST_LITERAL else modulus, dtype=np.int64) * step + start) % modulus - modulus // 2
    if count > LONGEST_LITERAL:
        whole = scattered(whole, count)
    values = whole if dtype == "i64" else whole / scale
    return np.asarray(values).astype(TYPES[dtype]).reshape(shape)


def positive(shape, dtype, **how):
    values = np.abs(sequence(shape, dtype, **how))
    return (values + TYPES[dtype](1 if dtype == "i64" else 0.125)).astype(TYPES[dtype])


def unit(shape, dtype):
    """Within (0, 1)."""
    return ((sequence(shape, "f64") * 8 + 21) / 64).astype(TYPES[dtype])


def special(name, dtype):
    values = SPECIAL[name]
    return np.array(values[dtype] if isinstance(values, dict) else values, dtype=TYPES[dtype])


def inputs(dtype, make=sequence):
    """(name, tensor) over all shapes, layouts and the large size."""
    for name, shape in SHAPES.items():
        yield f"{dtype}-{name}", Tensor(make(shape, dtype))
    for layout, shape in LAYOUTS.items():
        yield f"{dtype}-{layout}", Tensor(make(shape, dtype), layout)
    yield f"{dtype}-large", Tensor(make(LARGE, dtype))


def special_inputs(dtype):
    for name in SPECIAL:
        yield f"{dtype}-{name}", Tensor(special(name, dtype))
