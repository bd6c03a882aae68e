"""Results that their type holds where what lies between does not: V9. Expected values are of extended precision, which holds both."""
import numpy as np

from .compact import scattered
from .core import NONE, TYPES, Tensor, rounded
from .layers import batch_case, normalized, variance

CLOSE = {"ulp": 2, "why": "as small numbers have it, no absolute error is allowed"}
LARGEST = {dtype: float(np.finfo(TYPES[dtype]).max) for dtype in ("f32", "f64")}


ROWS_ADDED = {
    "f32": {"partial-overflow": [3e38, 3e38, -3e38, -2e38], "largest": [LARGEST["f32"]] * 2 + [-LARGEST["f32"]] * 2, "denormal": [1e-44, 3e-44, -1e-45, 0]},
    "f64": {"partial-overflow": [1.7e308, 1.7e308, -1.7e308, -1e308], "largest": [LARGEST["f64"]] * 2 + [-LARGEST["f64"]] * 2, "denormal": [5e-324, 1e-320, -5e-324, 0]},
}
AVERAGED = {"f32": [3e38, 3e38, 3.2e38, 2e38], "f64": [1.7e308, 1.7e308, 1.75e308, 1e308]}
WEIGHTS = np.array([0.25, -0.5])  # of two results, in the sum that backward starts from


def graded(values):
    x = Tensor(values)
    x.requires_grad = True
    return x


def along(cases):
    """Sums and means along a dim, or of windows, where one of two rows is lost on the way and the other is not."""
    for dtype, rows in ROWS_ADDED.items():
        np_type = TYPES[dtype]
        for label, values in rows.items():
            x = np.array([values, [0.1, -0.2, 0.3, 1e-3]], np_type)
            total = x.astype(np.longdouble).sum(axis=1)
            for layout, tensor, dim in (("", Tensor(x), 1), ("-columns", Tensor(x.T.copy()), 0), ("-transposed", Tensor(x, "transposed"), -1)):
                cases.value("sum_dim", f"{dtype}-lossless-{label}{layout}", [tensor, dim, False], rounded(total, dtype), ["V9"], tolerance=CLOSE, quick=label == "partial-overflow")
                if layout == "" and label == "partial-overflow":
                    cases.value("sum_dim", f"{dtype}-lossless-gradient", [graded(x), dim, False], rounded(total, dtype), ["V9", "G4"], tolerance=CLOSE,
                                gradients=([Tensor(WEIGHTS)], {0: rounded(np.repeat(WEIGHTS[:, None], 4, axis=1), dtype)}))
                cases.value("mean_dim", f"{dtype}-lossless-{label}{layout}", [tensor, dim, False], rounded(total / 4, dtype), ["V9"], tolerance=CLOSE)
        for label, values in {**rows, "sum-overflows": AVERAGED[dtype]}.items():
            x = np.array([values, [0.1, -0.2, 0.3, 1e-3]], np_type)
            means = x.astype(np.longdouble).mean(axis=1)
            images = Tensor(x.reshape(1, 2, 2, 2))
            if label == "sum-overflows":
                cases.value("mean_dim", f"{dtype}-lossless-{label}", [Tensor(x), 1, True], rounded(means[:, None], dtype), ["V9"], tolerance=CLOSE, quick=True)
                shares = rounded(np.repeat(WEIGHTS[:, None] / 4, 4, axis=1), dtype)
                for name, of, extra, result in (("mean_dim", x, [1, False], (2,)), ("avg_pool2d", images.values, [[2], [], []], (1, 2, 1, 1))):
                    cases.value(name, f"{dtype}-lossless-gradient", [graded(of), *extra], rounded(means.reshape(result), dtype), ["V9", "G4"], tolerance=CLOSE,
                                gradients=([Tensor(WEIGHTS.reshape(result))], {0: shares.reshape(of.shape)}))
            cases.value("avg_pool2d", f"{dtype}-lossless-{label}", [images, [2], [], []], rounded(means.reshape(1, 2, 1, 1), dtype), ["V9"], tolerance=CLOSE, quick=label == "sum-overflows")


def linspaces(cases):
    for label, start, end, steps in (("wider-than-float32", -3e38, 3e38, 5), ("of-all-float32", -LARGEST["f32"], LARGEST["f32"], 7), ("from-the-largest", LARGEST["f32"], -3e38, 2),
                                     ("a-step-of-denormals", 2e-38, 2.1e-38, 9), ("of-denormals", 1e-44, -1e-44, 3)):
        first, last = float(np.float32(start)), float(np.float32(end))
        values = [first + (last - first) * i / (steps - 1) for i in range(steps - 1)] + [last]
        cases.value("linspace", f"lossless-{label}", [start, end, steps], np.array(values).astype(np.float32), ["V9"], tolerance=CLOSE, quick=steps == 5)


def spread(values):
    """The unbiased variance in extended precision."""
    return ((values - values.mean()) ** 2).sum() / (values.size - 1)


NUMBERS = {
    "sum": lambda v: v.sum(),
    "mean": lambda v: v.mean(),
    "norm": lambda v: np.sqrt((v * v).sum()),
    "var": spread,
    "std": lambda v: np.sqrt(spread(v)),
}
OFFSET = {"f32": [1e8, 1e8 + 8, 1e8 + 16], "f64": [1e16, 1e16 + 4, 1e16 + 8]}
TOGETHER = {
    "sum": {"f32": {"partial-overflow": [3e38, 3e38, -3e38], "largest-cancel": [LARGEST["f32"]] * 2 + [-LARGEST["f32"]] * 2},
            "f64": {"partial-overflow": [1.7e308, 1.7e308, -1.7e308]}},
    "mean": {"f32": {"sum-overflows": [3e38, 3e38], "of-the-largest": [LARGEST["f32"]] * 3}, "f64": {"sum-overflows": [1.7e308, 1.7e308]}},
    "norm": {"f32": {"squares-overflow": [1e20, 1, 1], "large": [2e38, 2e38], "squares-vanish": [1e-30, 1e-30], "squares-are-denormal": [1e-20, 2e-20], "denormal": [1e-44, 3e-44]},
             "f64": {"squares-overflow": [1e200, 1, 1], "squares-vanish": [1e-200, 1e-200], "squares-are-denormal": [1e-160, 2e-160]}},
    "var": {"f32": {"offset": OFFSET["f32"], "squares-overflow": [1e19, -1e19, 0], "mean-overflows": [3e38, 3e38, 3e38], "denormal": [1e-20, 3e-20], "of-denormals": [1e-44, 3e-44]},
            "f64": {"offset": OFFSET["f64"], "squares-overflow": [1e154, -1e154, 0], "mean-overflows": [1.7e308, 1.7e308, 1.7e308], "of-denormals": [1e-320, 3e-320]}},
    "std": {"f32": {"offset": OFFSET["f32"], "squares-overflow": [3e38, -3e38, 0], "squares-vanish": [1e-30, 3e-30], "of-denormals": [1e-44, 3e-44]},
            "f64": {"offset": OFFSET["f64"], "squares-overflow": [1e300, -1e300, 0], "squares-vanish": [1e-200, 3e-200], "of-denormals": [1e-320, 3e-320]}},
}


def numbers(cases):
    for name, dtypes in TOGETHER.items():
        for dtype, rows in dtypes.items():
            for label, values in rows.items():
                x = Tensor(np.array(values, TYPES[dtype]))
                cases.value(name, f"{dtype}-lossless-{label}", [x], float(NUMBERS[name](x.values.astype(np.longdouble))), ["V9"], tolerance=CLOSE)
    for name in ("var", "std"):
        x = Tensor(scattered(np.array(OFFSET["f32"], np.float32), 33024).reshape(3, 11008))
        cases.value(name, "f32-lossless-offset-large", [x], float(NUMBERS[name](x.values.astype(np.longdouble))), ["V9"])
        x = Tensor(np.array([OFFSET["f32"]] * 2, np.float32).T.copy().T, "transposed")
        cases.value(name, "f32-lossless-offset-transposed", [x], float(NUMBERS[name](x.values.astype(np.longdouble))), ["V9"])


ROWS = {
    "f32": {"squares-overflow": [3e38, -3e38, 1e38], "squares-vanish": [1e-30, 3e-30, -2e-30], "offset": OFFSET["f32"], "largest": [LARGEST["f32"], 0, -LARGEST["f32"]]},
    "f64": {"squares-overflow": [1e300, -1e300, 3e299], "squares-vanish": [1e-200, 3e-200, -2e-200]},
}


def layers(cases):
    for dtype, rows in ROWS.items():
        np_type = TYPES[dtype]
        weight, bias = Tensor(np.array([0.5, -2, 1], np_type)), Tensor(np.array([0.25, 0, -1], np_type))
        for label, values in rows.items():
            x = Tensor(np.array([values, [1, 2, 4]], np_type))
            wide = x.values.astype(np.longdouble)
            out = [normalized(row, row.mean(), variance(row, 0), 0.0, None, None) for row in wide]
            cases.value("layer_norm", f"{dtype}-lossless-{label}", [x, [3], NONE, NONE, 0.0], rounded(np.array(out), dtype), ["V9"], quick=label == "offset")
            cases.value("layer_norm", f"{dtype}-lossless-{label}-affine", [x, [3], weight, bias, 0.0], rounded(np.array(out) * weight.values + bias.values, dtype), ["V9"])
            column = Tensor(x.values.T.copy())
            affine = Tensor(np.array([0.5, -2], np_type)), Tensor(np.array([0.25, -1], np_type))
            batch_case(cases, f"{dtype}-lossless-{label}", column, None, None, None, None, True, eps=0.0, promises=["V9"])
            batch_case(cases, f"{dtype}-lossless-{label}-affine", column, None, None, *affine, True, eps=0.0, promises=["V9"])
    x = Tensor(np.array([[1e8, 1], [1e8 + 8, 2], [1e8 + 16, 4]], np.float32))
    mean, var = Tensor(np.array([1e8, 2], np.float32)), Tensor(np.array([64, 0.5], np.float32))
    weight = Tensor(np.array([0.3, 0.7], np.float32))
    for training in (True, False):
        batch_case(cases, f"f32-lossless-offset-statistics-{'training' if training else 'evaluation'}", x, mean, var, weight, None, training, eps=0.0, promises=["V9"])


# Groups whose mean is many times their spread: a mean that is rounded does not show as one.
FAR = {"constant-1e7": [1e7 + 1] * 4, "constant-1e12": [1e12 + 0.1] * 4, "from-1e5": [1e5 + i for i in range(8)]}


def far_groups(cases):
    for dtype in ("f32", "f64"):
        for label, values in FAR.items():
            x = Tensor(np.array([values, np.arange(len(values))], TYPES[dtype]))
            wide = x.values.astype(np.longdouble)
            out = [normalized(row, row.mean(), variance(row, 0), np.longdouble(1e-5), None, None) for row in wide]
            cases.value("layer_norm", f"{dtype}-far-{label}", [x, [len(values)], NONE, NONE, 1e-5], rounded(np.array(out), dtype), ["V9"], quick=label == "constant-1e12")
            mean, var = Tensor(np.array([values[0], 0], TYPES[dtype])), Tensor(np.array([0.25, 1], TYPES[dtype]))
            batch_case(cases, f"{dtype}-far-{label}", Tensor(x.values.T.copy()), mean, var, None, None, True, eps=1e-5, promises=["V9"], quick=label == "constant-1e12")
        x = Tensor(np.full((1000, 1), 1e8 + 0.1, TYPES[dtype]))
        batch_case(cases, f"{dtype}-far-thousand-equal", x, None, None, None, None, True, eps=1e-5, promises=["V9"])
        evaluated = Tensor(np.array([[1e8 + i] for i in range(4)], TYPES[dtype]))
        mean, var = Tensor(np.array([1e8], TYPES[dtype])), Tensor(np.array([0.25], TYPES[dtype]))
        batch_case(cases, f"{dtype}-far-evaluation", evaluated, mean, var, Tensor(np.array([0.3], TYPES[dtype])), None, False, eps=1e-5, promises=["V9"])


def make(cases):
    linspaces(cases)
    along(cases)
    numbers(cases)
    layers(cases)
    far_groups(cases)
