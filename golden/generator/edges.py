"""Where only a sign, one place or the last bits tell a right result from a wrong one."""
import numpy as np

from .core import NONE, Raw, Tensor, TYPES, rounded
from .gradients import by_pieces, gradient
from .losses import both, nll
from .softmaxes import log_softmax

FLOATS = ("f32", "f64")


def negative_infinities(cases):
    """An infinity keeps its sign; one that overflow made is one."""
    for dtype in FLOATS:
        of = lambda values: Tensor(np.array(values, TYPES[dtype]))
        largest = np.finfo(TYPES[dtype]).max
        for label, left, right in (("minus-infinity", [-np.inf, 3.0], [2.0, 0.5]), ("overflow-below", [-largest, -largest], [2.0, 4.0])):
            a, b = of(left), of(right)
            out = np.array(-np.inf, TYPES[dtype])
            cases.value("dot", f"{dtype}-{label}", [a, b], out)
            cases.value("matmul", f"{dtype}-{label}", [of([left]), of([[v] for v in right])], out.reshape(1, 1))
            cases.value("linear", f"{dtype}-{label}", [of([left]), of([right]), NONE], out.reshape(1, 1))
        rows = of([[-np.inf, -np.inf], [-np.inf, 1.0]])
        cases.value("max_dim", f"{dtype}-minus-infinities", [rows, 1, False], np.array([-np.inf, 1.0], TYPES[dtype]))
        cases.value("mean_dim", f"{dtype}-minus-infinities", [rows, 1, False], np.array([-np.inf, -np.inf], TYPES[dtype]))
        cases.value("max", f"{dtype}-minus-infinities", [of([-np.inf, -np.inf])], -np.inf)
        both(cases, "nll_loss", f"{dtype}-minus-infinity", [of([[np.inf, 1.0]]), Tensor(np.array([0]))], -np.inf)
        for label, sign in (("overflow", 1), ("overflow-below", -1)):
            cases.value("det", f"{dtype}-{label}", [of([[largest / 2, 0.0], [0.0, sign * 4.0]])], sign * np.inf)


def exact_numbers(cases):
    whole = [2 ** 53, 1, 1, -2 ** 53]
    cases.value("sum", "i64-cancels-beyond-2^53", [Tensor(np.array(whole))], 2.0, ["V2"])
    between = np.array([2 ** 60 + 2 ** 36 + 1, -(2 ** 60) - 2 ** 36 - 1, 2 ** 60 + 2 ** 36], np.int64)
    cases.value("to_float32", "i64-rounded-once", [Tensor(between)], between.astype(np.float32), ["V2"])
    near = np.array([2.0 ** 24 + 1, -(2.0 ** 24) - 1, 2.0 ** 53 - 1, 1 - 2.0 ** -40, -1 + 2.0 ** -40])
    cases.value("to_int", "f64-beyond-float32", [Tensor(near)], near.astype(np.int64), ["V2"])


def ends_of_int64(cases):
    """to_int takes what lies within int64 once it is cut off, and nothing else."""
    for dtype in FLOATS:
        below = np.nextafter(TYPES[dtype](2.0 ** 63), TYPES[dtype](0))
        ends = np.array([-(2.0 ** 63), below, -below, 0.5], TYPES[dtype])
        cases.value("to_int", f"{dtype}-ends-of-int64", [Tensor(ends)], ends.astype(np.int64), quick=dtype == "f64")
        for label, value in (("nan", np.nan), ("infinity", np.inf), ("minus-infinity", -np.inf), ("above-int64", 2.0 ** 63), ("below-int64", np.nextafter(TYPES[dtype](-(2.0 ** 63)), TYPES[dtype](-np.inf))),
                             ("far-above-int64", 1e30)):
            cases.error("to_int", f"{dtype}-{label}", [Tensor(np.array([1.5, value, -2.5], TYPES[dtype]))], 2, "handle", quick=label == "nan")
        cases.error("to_int", f"{dtype}-nan-in-view", [Tensor(np.array([[1, 2], [-3, np.nan]], TYPES[dtype]), "transposed")], 2, "handle")
        rows = np.zeros((70, 50), TYPES[dtype])
        rows.reshape(-1)[[1499, 3499]] = 1.5, -1e30
        cases.error("to_int", f"{dtype}-last-of-many-below", [Tensor(rows)], 2, "handle")


def ties(cases):
    """Of equals the first, however far apart they are."""
    for dtype in (*FLOATS, "i64"):
        for name, sign in (("argmax", 1), ("argmin", -1)):
            values = np.zeros(40, TYPES[dtype])
            values[[3, 33]] = sign * 5
            cases.value(name, f"{dtype}-ties-far", [Tensor(values), 0, False], np.asarray(3, np.int64))
            cases.value(name, f"{dtype}-ties-far-rows", [Tensor(np.stack([values, values])), 1, True], np.full((2, 1), 3, np.int64))


def gradients_at_kinks(cases):
    """PyTorch's derivative where there is none: 0 of relu and abs, the slope of leaky_relu."""
    values = np.array([-2.0, -0.5, 0.0, 0.0, 1.5, 3.0])
    kinks = {"relu": ([], by_pieces(lambda r: r > 0, lambda x: x, lambda x: 0 * x)), "leaky_relu": ([0.25], by_pieces(lambda r: r > 0, lambda x: x, lambda x: x / 4)),
             "abs": ([], lambda x: [np.where(x.real == 0, 0 * x, np.where(x.real < 0, -x, x))])}
    for name, (extra, function) in kinks.items():
        gradient(cases, name, "at-zero", [Tensor(values), *extra], function)
    for label, exponent in (("square", 2.0), ("cube", 3.0), ("itself", 1.0)):
        gradient(cases, "pow", f"{label}-at-zero", [Tensor(values), exponent], lambda x, e=exponent: [np.prod([x] * int(e), axis=0)])


def gradients_at_nan(cases):
    """relu's derivative is PyTorch's at NaN too, in vectors and behind them."""
    for count in (3, 19):
        x, weights = np.full(count, np.nan), np.arange(1.0, count + 1)
        x[:2] = -1.5, 2.5
        for dtype in FLOATS:
            of = Tensor(x.astype(TYPES[dtype]), requires_grad=True)
            cases.value("relu", f"{dtype}-gradient-at-nan-{count}", [of], np.where(x < 0, 0, x).astype(TYPES[dtype]), ["G4"],
                        gradients=([Tensor(weights)], {0: np.where(x < 0, 0, weights).astype(TYPES[dtype])}))


def square_roots(cases):
    """pow by 1/2 and -1/2 are PyTorch's sqrt and its inverse: -0 keeps its sign and -inf has none, other than C's pow has it."""
    for dtype in FLOATS:
        x = Tensor(np.array([-0.0, 0.0, -np.inf, np.inf, -4.0, 16.0], TYPES[dtype]))
        with np.errstate(all="ignore"):
            roots = np.sqrt(x.values)
            for exponent, out in ((0.5, roots), (-0.5, 1 / roots)):
                cases.value("pow", f"{dtype}-exponent-{exponent}-of-signs", [x, exponent], out, tolerance={"ulp": 0, "signed_zero": True, "why": "powers of two, zeros and infinities"})


def far_logits(cases):
    """exp of what lies between the logits underflows; the loss does not."""
    for dtype, gap in (("f32", 300.0), ("f64", 1200.0)):
        x = Tensor(np.array([[0.0, gap], [gap, -gap]], TYPES[dtype]))
        target = np.array([0, 1])
        both(cases, "cross_entropy", f"{dtype}-far-logits", [x, Tensor(target)], nll(log_softmax(x.values, 1), target))


def double_eps(cases):
    """An eps that float32 rounds, beside which the variance is small."""
    x = Tensor(np.array([[1.0, 1.0 + 2.0 ** -10], [1.0, 1.0 - 2.0 ** -10]]))
    tight = {"rtol": 1e-11, "atol": 1e-13, "why": "eps in float32 is 1.5e-8 of itself away"}
    wide = x.values.astype(np.longdouble)
    centred = wide - wide.mean(axis=1, keepdims=True)
    out = centred / np.sqrt((centred ** 2).mean(axis=1, keepdims=True) + np.longdouble(0.1))
    cases.value("layer_norm", "f64-eps-is-f64", [x, [2], NONE, NONE, 0.1], rounded(out, "f64"), tolerance=tight)
    centred = wide - wide.mean(axis=0)
    out = centred / np.sqrt((centred ** 2).mean(axis=0) + np.longdouble(0.1))
    cases.value("batch_norm", "f64-eps-is-f64", [x, NONE, NONE, NONE, NONE, True, 0.1, 0.1], rounded(out, "f64"), tolerance=tight)


def exponents(cases):
    """1 to any power is 1; anything else to a power that is NaN is NaN."""
    for dtype in FLOATS:
        x = Tensor(np.array([1.0, 2.0, 0.0, -1.0, np.inf], TYPES[dtype]))
        cases.value("pow", f"{dtype}-exponent-nan", [x, np.nan], np.array([1.0, np.nan, np.nan, np.nan, np.nan], TYPES[dtype]))


def small_determinants(cases):
    """A matrix is not singular because its determinant underflows."""
    for dtype, small in (("f32", 2.0 ** -80), ("f64", 2.0 ** -600)):
        x = np.array([[small, 0.0], [0.0, -2 * small]], TYPES[dtype])
        cases.value("inverse", f"{dtype}-determinant-underflows", [Tensor(x)], np.array([[1 / small, 0.0], [0.0, -0.5 / small]], TYPES[dtype]), tolerance={"ulp": 1, "why": "powers of two"})


def make(cases):
    negative_infinities(cases)
    exact_numbers(cases)
    ends_of_int64(cases)
    ties(cases)
    gradients_at_kinks(cases)
    gradients_at_nan(cases)
    square_roots(cases)
    far_logits(cases)
    double_eps(cases)
    exponents(cases)
    small_determinants(cases)
    cases.error("from_i64_data", "nil-among-data", [Raw([1, {"tag": 0}]), [2]], 2, "data", ["T2"])
