"""matmul, dot and the decompositions that have one right answer; the others are in suite/special_decompositions.cpp."""
import numpy as np

from . import matrices as exactly
from .compact import distinct
from .core import Sampled, Shaped, Tensor, TYPES as NUMPY_TYPES, promoted, rounded
from .data import sequence

TYPES = ("f32", "f64", "i64")


def product(a, b):
    dtype = promoted(a.dtype, b.dtype)
    if dtype == "i64":
        return np.asarray(np.matmul(a.values, b.values))
    return rounded(np.matmul(a.values.astype(np.longdouble), b.values.astype(np.longdouble)), dtype)


def products(cases):
    shapes = {"1d-1d": ((4,), (4,)), "1d-2d": ((3,), (3, 2)), "2d-1d": ((2, 3), (3,)), "2d-2d": ((2, 3), (3, 4)), "one": ((1, 1), (1, 1)),
              "batch": ((2, 2, 3), (2, 3, 2)), "batch-2d": ((2, 2, 3), (3, 4)), "2d-batch": ((2, 3), (2, 3, 2)), "1d-batch": ((3,), (2, 3, 2)),
              "batch-1d": ((2, 2, 3), (3,)), "broadcast-batch": ((2, 1, 2, 3), (3, 3, 2)), "inner-0": ((2, 0), (0, 3)), "outer-0": ((0, 3), (3, 2))}
    for a_type in TYPES:
        for b_type in TYPES:
            for label, (left, right) in shapes.items():
                if a_type != b_type and label not in ("2d-2d", "1d-1d", "batch-2d"):
                    continue
                a, b = Tensor(sequence(left, a_type)), Tensor(sequence(right, b_type, step=23))
                cases.value("matmul", f"{a_type}-{b_type}-{label}", [a, b], product(a, b), ["V1", "V2"], quick=label == "2d-2d")
            for size in (0, 1, 2, 5, 17):
                a, b = Tensor(sequence((size,), a_type)), Tensor(sequence((size,), b_type, step=23))
                cases.value("dot", f"{a_type}-{b_type}-{size}", [a, b], product(a, b), ["V1", "V2"], quick=size == 5)
    for dtype in TYPES:
        for layout in ("transposed", "sliced"):
            a, b = Tensor(sequence((3, 4), dtype), layout), Tensor(sequence((4, 3), dtype, step=23), layout)
            cases.value("matmul", f"{dtype}-{layout}", [a, b], product(a, b))
        a, b = Tensor(sequence((2, 3, 4), dtype), "permuted"), Tensor(sequence((2, 4, 3), dtype), "permuted")
        cases.value("matmul", f"{dtype}-permuted", [a, b], product(a, b))
        a, b = Tensor(distinct((205, 164), NUMPY_TYPES[dtype])), Tensor(sequence((164, 3), dtype, step=23))
        cases.value("matmul", f"{dtype}-large", [a, b], Sampled(product(a, b)))
        a, b = Tensor(sequence((6,), dtype), "sliced"), Tensor(sequence((6,), dtype, step=23))
        cases.value("dot", f"{dtype}-sliced", [a, b], product(a, b))
        for label, (left, right) in {"inner": ((2, 3), (2, 3)), "1d": ((3,), (4,)), "0d-left": ((), (3,)), "0d-right": ((2, 3), ()),
                                     "batch": ((2, 2, 3), (3, 3, 2)), "1d-2d": ((2,), (3, 2))}.items():
            cases.error("matmul", f"{dtype}-{label}", [Tensor(sequence(left, dtype)), Tensor(sequence(right, dtype))], 3, "", ["E1"], quick=label == "inner")
        for label, (left, right) in {"length": ((3,), (4,)), "2d": ((2, 2), (2, 2)), "0d": ((), ()), "1d-0d": ((1,), ())}.items():
            cases.error("dot", f"{dtype}-{label}", [Tensor(sequence(left, dtype)), Tensor(sequence(right, dtype))], 3, "", ["E1"], quick=label == "length")


MATRICES = {"1x1": [[-2.0]], "2x2": [[1, 2], [3, 4]], "3x3": [[2, -1, 0], [-1, 2, -1], [0, -1, 2]], "upper": [[2, 5, 1], [0, 4, -3], [0, 0, 0.5]],
            "pivoting": [[0, 1, 2], [1, 0, 3], [4, -3, 8]], "4x4": [[4, 1, 0, 2], [1, 3, 1, 0], [0, 1, 2, 1], [2, 0, 1, 5]], "identity": np.eye(3),
            "rotation": [[0, -1], [1, 0]], "scaled": [[1e-3, 0], [0, 1e3]]}


def determinants(cases):
    for dtype in ("f32", "f64"):
        np_type = {"f32": np.float32, "f64": np.float64}[dtype]
        for label, matrix in MATRICES.items():
            x = Tensor(np.array(matrix, np_type))
            cases.value("det", f"{dtype}-{label}", [x], exactly.det(x.values.astype(np.float64)), quick=label == "2x2")
            inverse = rounded(exactly.inverse(x.values.astype(np.float64)), dtype)
            cases.value("inverse", f"{dtype}-{label}", [x], inverse, quick=label == "2x2")
            for layout in ("transposed", "sliced"):
                x = Tensor(np.array(matrix, np_type), layout)
                if label in ("3x3", "upper", "pivoting"):
                    cases.value("det", f"{dtype}-{label}-{layout}", [x], exactly.det(x.values.astype(np.float64)))
                    cases.value("inverse", f"{dtype}-{label}-{layout}", [x], rounded(exactly.inverse(x.values.astype(np.float64)), dtype))
        cases.value("det", f"{dtype}-singular", [Tensor(np.array([[1, 2], [2, 4]], np_type))], 0.0)
        cases.value("det", f"{dtype}-0x0", [Tensor(np.zeros((0, 0), np_type))], 1.0)
        cases.value("inverse", f"{dtype}-0x0", [Tensor(np.zeros((0, 0), np_type))], np.zeros((0, 0), np_type))
        batch = Tensor(np.array([MATRICES["2x2"], MATRICES["rotation"]], np_type))
        cases.value("inverse", f"{dtype}-batch", [batch], rounded(exactly.inverse(batch.values.astype(np.float64)), dtype))
        for label, matrix in {"zeros": np.zeros((2, 2)), "rank-1": [[1, 2], [2, 4]], "1x1-zero": [[0.0]],
                              "in-batch": [[[1, 0], [0, 1]], [[0, 0], [0, 0]]]}.items():
            cases.error("inverse", f"{dtype}-singular-{label}", [Tensor(np.array(matrix, np_type))], 6, "", ["E1"], quick=label == "zeros")
        cases.error("det", f"{dtype}-batch", [batch], 3, "handle", quick=True)
        for name in ("det", "inverse", "eig", "eig_all"):
            for label, shape in {"2x3": (2, 3), "1d": (3,), "0d": ()}.items():
                cases.error(name, f"{dtype}-{label}", [Tensor(sequence(shape, dtype))], 3, "handle", ["E1"], quick=label == "2x3")
        for name in ("svd", "svd_all"):
            for label, shape in {"1d": (3,), "0d": ()}.items():
                cases.error(name, f"{dtype}-{label}", [Tensor(sequence(shape, dtype))], 3, "handle", quick=label == "1d")
        for name in ("svd", "svd_all", "eig", "eig_all"):
            for label, bad in (("nan", np.nan), ("inf", np.inf)):
                matrix = np.eye(3, dtype=np_type)
                matrix[1, 2] = bad
                cases.error(name, f"{dtype}-{label}", [Tensor(matrix)], 6, "", ["V6", "E1"], quick=label == "inf")
    for name in ("det", "inverse", "svd", "svd_all", "eig", "eig_all"):
        for label, shape in {"2x2": (2, 2), "2x3": (2, 3)}.items():
            cases.error(name, f"int64-{label}", [Tensor(sequence(shape, "i64"))], 4, "int64", ["V2", "E4"], quick=label == "2x2")


def shapes_of_decompositions(cases):
    for dtype in ("f32", "f64"):
        for shape in ((1, 1), (2, 2), (3, 2), (2, 4), (3, 3), (2, 3, 2), (2, 2, 2, 3), (0, 3), (2, 0)):
            k = min(shape[-2:])
            label = "x".join(map(str, shape))
            x = Tensor(sequence(shape, dtype))
            u, s, vh = shape[:-1] + (k,), shape[:-2] + (k,), shape[:-2] + (k, shape[-1])
            cases.value("svd", f"{dtype}-shape-{label}", [x], Shaped(dtype, u), ["V6"])
            cases.value("svd_all", f"{dtype}-shape-{label}", [x], [Shaped(dtype, u), Shaped(dtype, s), Shaped(dtype, vh)], ["V6", "T1"])
        for shape in ((1, 1), (2, 2), (3, 3), (2, 2, 2), (1, 2, 3, 3), (0, 0), (0, 2, 2)):
            label = "x".join(map(str, shape))
            x = Tensor(sequence(shape, dtype))
            cases.value("eig", f"{dtype}-shape-{label}", [x], Shaped(dtype, shape[:-1]), ["V6"])
            cases.value("eig_all", f"{dtype}-shape-{label}", [x], [Shaped(dtype, s) for s in (shape[:-1], shape[:-1], shape, shape)], ["V6", "T1"])


def make(cases):
    products(cases)
    determinants(cases)
    shapes_of_decompositions(cases)
