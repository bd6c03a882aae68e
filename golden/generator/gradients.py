"""Gradients in float64, by NumPy: a call's results, each weighed, are added up, and the sum is differentiated by each floating argument.

The derivative of a sum by one element x is Im f(x + ih) / h (the complex step, Squire and Trapp 1998): no difference is taken, so nothing
cancels, and with h = 1e-200 in extended precision it is exact to the last bits. What is not analytic is written by its pieces.
"""
import mpmath
import numpy as np

from . import matrices as exactly
from .core import NONE, Shaped, Tensor, rounded, wide
from .data import positive, sequence, unit
from .layers import batch_norm, normalized, variance
from .softmaxes import log_softmax
from .windows import CONVS, POOLS, conv, pool

STEP = 1e-200


def derivatives(function, arrays, at, weights):
    """The gradient of sum(weight * result) by arrays[at]."""
    out = np.zeros(arrays[at].shape, np.longdouble)
    for place in np.ndindex(out.shape):
        shifted = arrays[at].astype(np.clongdouble)
        shifted[place] += 1j * np.longdouble(STEP)
        results = function(*arrays[:at], shifted, *arrays[at + 1:])
        out[place] = sum((w * r).imag.sum() for w, r in zip(weights, results) if w is not None) / np.longdouble(STEP)
    return out


def gradient(cases, name, label, args, function, results=1, weighed=None, backward="contiguous"):
    """args as the call's; function takes their floating tensors' values, in order, and gives the list of results. weighed: which results count.
    backward: how their gradients lie, which the weights decide."""
    tensors = [t for a in args for t in (a if isinstance(a, list) else [a]) if isinstance(t, Tensor) and t.dtype != "i64" and not getattr(t, "fixed", False)]
    for t in tensors:
        t.requires_grad = True
    arrays = [t.values.astype(np.longdouble) for t in tensors]
    plain = function(*arrays)
    dtype = "f64" if any(t.dtype == "f64" for t in tensors) else "f32"
    if name in ("to_float", "to_float32"):
        dtype = {"to_float": "f64", "to_float32": "f32"}[name]
    weights = [Tensor(sequence(np.shape(r), "f64", start=17, step=5), backward) if i in (weighed or range(results)) else None for i, r in enumerate(plain)]
    of, at = {}, 0
    for position, a in enumerate(args):
        listed = a if isinstance(a, list) else [a]
        here = []
        for t in listed:
            if any(t is one for one in tensors):
                here.append(rounded(derivatives(function, arrays, at, [w and w.values for w in weights]), t.dtype))
                at += 1
        if here:
            of[position] = here if isinstance(a, list) else here[0]
    values = [rounded(r, dtype) for r in plain]
    cases.value(name, f"{dtype}-gradient-{label}", args, values if name in ("chunk",) else values[0], ["G4"], gradients=(weights, of))


def by_pieces(holds, then, otherwise):
    return lambda x: [np.where(holds(x.real), then(x), otherwise(x))]


def gelu(x):
    """x times the normal distribution's function, whose derivative is its density."""
    flat = [float(v) for v in x.real.reshape(-1)]
    cumulated = np.array([mpmath.ncdf(v) for v in flat], np.longdouble).reshape(x.shape)
    density = np.array([mpmath.npdf(v) for v in flat], np.longdouble).reshape(x.shape)
    return [x.real * cumulated + 1j * x.imag * (cumulated + x.real * density)] if np.iscomplexobj(x) else [x * cumulated]


UNARY = {  # name: (input maker, further arguments, function)
    "neg": (sequence, [], lambda x: [-x]), "abs": (sequence, [], by_pieces(lambda r: r < 0, lambda x: -x, lambda x: x)), "sqrt": (positive, [], lambda x: [np.sqrt(x)]),
    "exp": (sequence, [], lambda x: [np.exp(x)]), "log": (positive, [], lambda x: [np.log(x)]), "add_scalar": (sequence, [1.5], lambda x: [x + 1.5]),
    "mul_scalar": (sequence, [-2.5], lambda x: [x * -2.5]), "relu": (sequence, [], by_pieces(lambda r: r > 0, lambda x: x, lambda x: 0 * x)),
    "sigmoid": (sequence, [], lambda x: [1 / (1 + np.exp(-x))]), "tanh": (sequence, [], lambda x: [np.tanh(x)]), "gelu": (sequence, [], gelu),
    "leaky_relu": (sequence, [0.25], by_pieces(lambda r: r > 0, lambda x: x, lambda x: x / 4)), "pow": (positive, [2.5], lambda x: [x ** np.longdouble(2.5)]),
    "softmax": (sequence, [1], lambda x: [np.exp(log_softmax(x, 1))]), "log_softmax": (sequence, [0], lambda x: [log_softmax(x, 0)])}


def elementwise(cases):
    for name, (make_input, extra, function) in UNARY.items():
        for layout in ("contiguous", "transposed"):
            gradient(cases, name, layout, [Tensor(make_input((2, 3), "f64"), layout), *extra], function)
    binary = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}
    shapes = {"same": ((2, 3), (2, 3)), "row": ((2, 3), (3,)), "outer": ((3, 1), (1, 4)), "0d": ((2, 2), ()), "0d-left": ((), (3,))}
    for name, function in binary.items():
        for label, (left, right) in shapes.items():
            gradient(cases, name, label, [Tensor(sequence(left, "f64")), Tensor(positive(right, "f64", step=23))], lambda a, b: [function(a, b)])
        gradient(cases, name, "mixed", [Tensor(sequence((2, 3), "f32")), Tensor(positive((3,), "f64", step=23))], lambda a, b: [function(a, b)])


def moved(cases):
    moves = {"transpose": ([0, 1], np.transpose), "t": ([], np.transpose), "permute": ([[1, 0]], np.transpose), "reshape": ([[3, 2]], lambda v: v.reshape(3, 2)),
             "view": ([[6]], np.ravel), "squeeze": ([], lambda v: v), "unsqueeze": ([0], lambda v: v[None]), "flatten": ([], np.ravel), "contiguous": ([], lambda v: v),
             "clone": ([], lambda v: v), "cpu": ([], lambda v: v), "to_float": ([], lambda v: v), "to_float32": ([], lambda v: v), "dropout": ([0.0, True], lambda v: v),
             "slice": ([1, 0, 3, 2], lambda v: v[:, ::2]), "index_select": ([1, np.array([2, 0, 2])], lambda v: v[:, [2, 0, 2]]),
             "gather": ([1, np.array([[1, 1], [0, 2]])], lambda v: np.take_along_axis(v, np.array([[1, 1], [0, 2]]), 1)),
             "sum_dim": ([0, True], lambda v: v.sum(axis=0, keepdims=True)), "mean_dim": ([-1, False], lambda v: v.mean(axis=1)),
             "max_dim": ([1, False], lambda v: np.take_along_axis(v, v.real.argmax(1)[:, None], 1)[:, 0]),
             "min_dim": ([0, True], lambda v: np.take_along_axis(v, v.real.argmin(0)[None], 0))}
    for name, (extra, function) in moves.items():
        gradient(cases, name, "matrix", [Tensor(sequence((2, 3), "f64")), *extra], lambda v: [function(v)])
    gradient(cases, "to_float", "of-f32", [Tensor(sequence((2, 3), "f32"))], lambda v: [v])
    gradient(cases, "squeeze_dim", "middle", [Tensor(sequence((2, 1, 2), "f64")), 1], lambda v: [v[:, 0]])
    gradient(cases, "chunk", "uneven", [Tensor(sequence((2, 5), "f64")), 2, 1], lambda v: [v[:, :3], v[:, 3:]], results=2)
    for name, function in (("cat", np.concatenate), ("stack", np.stack)):
        gradient(cases, name, "two", [[Tensor(sequence((2, 2), "f64")), Tensor(sequence((2, 2), "f64", start=4))], 1], lambda a, b: [function([a, b], 1)])
    index = np.array([[2, 0], [2, 1]])
    gradient(cases, "embedding", "repeated", [index, Tensor(sequence((4, 3), "f64"))], lambda w: [w[index]])


def products(cases):
    shapes = {"1d-1d": ((3,), (3,)), "1d-2d": ((3,), (3, 2)), "2d-1d": ((2, 3), (3,)), "2d-2d": ((2, 3), (3, 4)), "batch": ((2, 2, 3), (2, 3, 2)),
              "batch-2d": ((2, 2, 3), (3, 2)), "broadcast-batch": ((2, 1, 2, 3), (3, 3, 2)), "1d-batch": ((3,), (2, 3, 2))}
    for label, (left, right) in shapes.items():
        gradient(cases, "matmul", label, [Tensor(sequence(left, "f64")), Tensor(sequence(right, "f64", step=23))], lambda a, b: [np.matmul(a, b)])
    gradient(cases, "dot", "vectors", [Tensor(sequence((4,), "f64")), Tensor(sequence((4,), "f64", step=23))], lambda a, b: [a @ b])
    gradient(cases, "matmul", "mixed", [Tensor(sequence((2, 3), "f32")), Tensor(sequence((3, 2), "f64", step=23))], lambda a, b: [a @ b])
    for label, shape in {"1d": (3,), "2d": (2, 3), "3d": (2, 2, 3)}.items():
        x, weight, bias = Tensor(sequence(shape, "f64")), Tensor(sequence((4, 3), "f64", step=23)), Tensor(sequence((4,), "f64", start=3))
        gradient(cases, "linear", f"{label}-bias", [x, weight, bias], lambda x, w, b: [x @ w.T + b])
        gradient(cases, "linear", label, [Tensor(x.values), Tensor(weight.values), NONE], lambda x, w: [x @ w.T])


def windows(cases):
    for label, (shape, kernel, stride, padding, dilation, groups) in CONVS.items():
        if label == "no-batch":
            continue
        shape = (1, *shape[1:]) if label == "all" else shape  # few enough gradients to be read
        x, weight, bias = (Tensor(sequence(s, "f64", step=t)) for s, t in ((shape, 37), (kernel, 23), ((kernel[0],), 7)))
        tail = [stride, padding, dilation, groups]
        gradient(cases, "conv2d", f"{label}-bias", [x, weight, bias, *tail], lambda x, w, b: [conv(x, w, b, *tail)])
        gradient(cases, "conv2d", label, [Tensor(x.values), Tensor(weight.values), NONE, *tail], lambda x, w: [conv(x, w, None, *tail)])
    for name in ("max_pool2d", "avg_pool2d"):
        for label, (shape, *tail) in POOLS.items():
            shape = (1, *shape[1:]) if label == "all" else shape
            # 997 is prime and larger than the inputs: no two elements are equal.
            x = Tensor(sequence(shape, "f64", step=371, modulus=997, scale=64))
            gradient(cases, name, label, [x, *tail], lambda x: [pool(name, x, *tail)])


def layers(cases):
    for label, shape in {"2d": (4, 3), "3d": (2, 3, 3), "4d": (2, 2, 2, 2)}.items():
        channels = (shape[1],)
        weight, bias = (Tensor(sequence(channels, "f64", start=s)) for s in (7, 30))
        for training in (True, False):
            mean, var = Tensor(sequence(channels, "f64", start=3)), Tensor(positive(channels, "f64"))
            mean.fixed = var.fixed = True
            statistics = [NONE, NONE] if training else [mean, var]
            known = (None, None) if training else (mean.values, var.values)
            mode = "training" if training else "evaluation"
            tail = [training, 0.25, 0.5]
            gradient(cases, "batch_norm", f"{label}-{mode}", [Tensor(sequence(shape, "f64")), *statistics, NONE, NONE, *tail],
                     lambda x: [batch_norm(x, *known, None, None, *tail)[0]])
            gradient(cases, "batch_norm", f"{label}-{mode}-affine", [Tensor(sequence(shape, "f64")), *statistics, Tensor(weight.values), Tensor(bias.values), *tail],
                     lambda x, w, b: [batch_norm(x, *known, w, b, *tail)[0]])
    for label, (shape, over) in {"last": ((2, 3), [3]), "two-of-three": ((2, 2, 3), [2, 3])}.items():
        axes = tuple(range(len(shape) - len(over), len(shape)))

        def norm(x, w=None, b=None):
            return [normalized(x, wide(x).mean(axis=axes, keepdims=True), variance(x, axes, keepdims=True), 0.25, w, b)]
        gradient(cases, "layer_norm", label, [Tensor(sequence(shape, "f64")), over, NONE, NONE, 0.25], norm)
        gradient(cases, "layer_norm", f"{label}-affine", [Tensor(sequence(shape, "f64")), over, Tensor(sequence(over, "f64", start=7)), Tensor(sequence(over, "f64", start=30)), 0.25], norm)


def losses(cases):
    for label, shapes in {"same": ((2, 3), (2, 3)), "row": ((2, 3), (3,)), "outer": ((2, 1), (1, 4)), "0d": ((), ())}.items():
        gradient(cases, "mse_loss_tensor", label, [Tensor(sequence(shapes[0], "f64")), Tensor(sequence(shapes[1], "f64", start=4))], lambda x, t: [((x - t) ** 2).mean()])
    x, t = Tensor(unit((2, 3), "f64")), Tensor(unit((2, 3), "f64")[:, ::-1])
    gradient(cases, "binary_cross_entropy_tensor", "matrix", [x, t], lambda x, t: [-(t * np.log(x) + (1 - t) * np.log(1 - x)).mean()])
    targets = {"2d": ((3, 4), [3, 0, 1]), "ignored": ((3, 4), [3, -100, 1]), "3d": ((2, 3, 2), [[0, 2], [1, 1]]), "1d": ((4,), 2)}
    for label, (shape, target) in targets.items():
        classes = np.array(target)
        for name, logs in (("cross_entropy_tensor", log_softmax), ("nll_loss_tensor", lambda x, axis: x)):
            gradient(cases, name, label, [Tensor(sequence(shape, "f64")), classes], lambda x: [picked(logs(x, 0 if x.ndim == 1 else 1), classes)])
    for label, shape in {"probabilities-1d": (4,), "probabilities-2d": (2, 3), "probabilities-3d": (2, 3, 2)}.items():
        axis = 0 if len(shape) == 1 else 1
        rows = int(np.prod(shape)) // shape[axis]
        gradient(cases, "cross_entropy_tensor", label, [Tensor(sequence(shape, "f64")), Tensor(unit(shape, "f64"))], lambda x, t: [-(t * log_softmax(x, axis)).sum() / rows])


def picked(logs, classes):
    """The mean of -logs at each row's class, as losses.nll has it, of complex numbers."""
    moved_axis = np.moveaxis(logs, 0 if logs.ndim == 1 else 1, -1).reshape(-1, logs.shape[0 if logs.ndim == 1 else 1])
    terms = [-moved_axis[i, c] for i, c in enumerate(classes.reshape(-1)) if c != -100]
    return sum(terms) / len(terms)


def matrices(cases):
    matrix = np.array([[2.0, 5, 1], [0, 4, -3], [8, 0, 0.5]])
    gradient(cases, "inverse", "matrix", [Tensor(matrix)], lambda x: [exactly.inverse(x)])
    # The sum of the eigenvalues is the trace; the gradient of the singular values is that of the sum of weight * u^T A v.
    x = Tensor(np.array([[2.0, 1, 0], [1, -3, 1], [0, 2, 5]]), requires_grad=True)
    cases.value("eig", "f64-gradient-trace", [x], Shaped("f64", (3,)), ["G4"], gradients=([np.ones(3)], {0: np.eye(3)}))
    cases.value("eig_all", "f64-gradient-trace", [x], [Shaped("f64", s) for s in ((3,), (3,), (3, 3), (3, 3))], ["G4"], gradients=([np.ones(3), None, None, None], {0: np.eye(3)}))
    for label, shape in {"square": (3, 3), "tall": (4, 2), "wide": (2, 3)}.items():
        x = Tensor(sequence(shape, "f64"), requires_grad=True)
        u, s, vh = exactly.svd(x.values)
        weight = sequence(s.shape, "f64", start=17, step=5)
        cases.value("svd_all", f"f64-gradient-{label}", [x], [Shaped("f64", u.shape), Shaped("f64", s.shape), Shaped("f64", vh.shape)], ["G4"],
                    gradients=([None, weight, None], {0: rounded((u * weight) @ vh, "f64")}))


def make(cases):
    elementwise(cases)
    moved(cases)
    products(cases)
    windows(cases)
    layers(cases)
    losses(cases)
    matrices(cases)
