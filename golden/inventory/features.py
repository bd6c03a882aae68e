"""The features that a function's cases should have: to which functions each applies, and which cases have it."""
import math
from collections import namedtuple

LARGE = 32768  # beyond, LibTorch works in parallel
BLOCKS = (8, 16, 32, 64, 2048, LARGE)  # the pieces in which kernels work: registers, unrolled loops, blocks of sums, what a thread takes
SIDES = {block + side for block in BLOCKS for side in (-1, 1)} - {7}  # fewer than 8 elements have most cases
SMALLEST_NORMAL = {"f32": 2.0 ** -126, "f64": 2.0 ** -1022}
LARGEST = {"f32": (2 - 2.0 ** -23) * 2.0 ** 127, "f64": (2 - 2.0 ** -52) * 2.0 ** 1023}
BROADCASTING = {"add", "sub", "mul", "div", "matmul", "mse_loss", "mse_loss_tensor"}
PICKING = {"max", "min", "max_dim", "min_dim", "argmax", "argmin", "max_pool2d"}
HERE_NEVER = {"cuda", "to_stream"}  # C4: cannot succeed without CUDA

Feature = namedtuple("Feature", "name meaning applies found")


def valued(f):
    """Whether the function computes something from tensors, or makes one."""
    return f.returns != "void" and f.name not in HERE_NEVER and (bool(f.value_tensors) or f.category == "creation" or f.name == "from_i64_data")


def takes_tensors(f):
    return valued(f) and bool(f.value_tensors)


def floats_in(f):
    return takes_tensors(f) and f.returns in ("tensor", "[tensor]", "f64", "[f64]")


def several(f):
    return len(f.value_tensors) > 1 or any(p.kind == "[tensor]" for p in f.value_tensors)


def differentiable(f):
    """G4: a floating result of floating arguments stays in the graph; numbers, counts, casts to int64 and what is cut do not."""
    return takes_tensors(f) and f.returns in ("tensor", "[tensor]") and f.name not in ("argmax", "argmin", "detach", "to_int", "grad")


def value(test):
    return lambda c: c.code == 0 and any(test(t) for t in c.values)


def shaped(test):
    """A shape counts where it is refused for being that shape, too."""
    return lambda c: c.code in (0, 3) and any(test(t) for t in c.values)


def element(test):
    """An element counts where it is refused for its value (2, 6), too."""
    return lambda c: c.code in (0, 2, 6) and any(test(x, t.dtype) for t in c.values if t.dtype != "i64" for x in t.elements)


def mixed(c):
    return c.code == 0 and {"f32", "f64"} <= {t.dtype for t in c.values}


def large(c):
    counts = [t.count for t in c.values] + [math.prod(r["shape"]) for r in c.results()]
    return c.code == 0 and any(n > LARGE for n in counts)


def argument(role, test):
    return lambda c: c.code == 0 and any(test(v) for p, v in c.others if p.role == role)


def named(name, test):
    return lambda c: c.code == 0 and any(test(v) for p, v in c.others if p.name == name)


def by_axis(name):
    return named(name, lambda v: isinstance(v, list) and len(v) == 2 and v[0] != v[1])


def negative(c):
    whole = [v for p, v in c.others if p.role in ("dim", "newdim")]
    whole += [x for p, v in c.others if p.role == "order" and isinstance(v, list) for x in v]
    return c.code == 0 and any(isinstance(v, int) and v < 0 for v in whole)


def ties(c):
    def doubled(t):
        return any(t.elements.count(pick(t.elements)) > 1 for pick in (max, min) if t.elements)
    return c.code == 0 and any(doubled(t) for t in c.values if not any(x != x for x in t.elements))


def indices(c, code, test):
    return c.code == code and any(test(t) for t in c.tensors if t.param.role in ("index", "target"))


def array(test, code):
    return lambda c: c.code == code and any(test(v) for p, v in zip(c.function.params, c.json["args"]) if p.kind.startswith("["))


def odd_array(kind):
    return lambda v: isinstance(v, dict) and v.get("array") == kind


def holds(key):
    return lambda v: isinstance(v, list) and any(isinstance(x, dict) and key in x for x in v)


def uneven(c):
    if c.code != 0:
        return False
    (tensor,), (chunks, dim) = c.values, [v for _, v in c.others]
    return tensor.shape[dim] % chunks != 0 and chunks < tensor.shape[dim]


def in_training(c):
    return dict((p.name, v) for p, v in c.others).get("training") is True


def statistics(c):
    return [t for t in c.tensors if t.param.role == "running"]


def only(*names):
    return lambda f: f.name in names


def takes_array(f):
    return any(p.kind.startswith("[") for p in f.params)


def takes_dim(f):
    return f.has("dim", "newdim", "order")


FEATURES = [
    Feature("f32", "a float32 argument", takes_tensors, value(lambda t: t.dtype == "f32")),
    Feature("f64", "a float64 argument", takes_tensors, value(lambda t: t.dtype == "f64")),
    Feature("mixed", "float32 and float64 in one call", lambda f: takes_tensors(f) and several(f), mixed),
    Feature("i64", "an int64 argument, taken or refused (4)", takes_tensors, lambda c: c.code in (0, 4) and any(t.dtype == "i64" for t in c.values)),
    Feature("0-d", "no dims, taken or refused (3)", takes_tensors, shaped(lambda t: t.shape == ())),
    Feature("empty", "no elements, taken or refused (3)", takes_tensors, shaped(lambda t: t.count == 0)),
    Feature("size1", "a dim of size 1", takes_tensors, shaped(lambda t: 1 in t.shape)),
    Feature("bcast", "shapes that are broadcast", only(*BROADCASTING), lambda c: c.code == 0 and len({t.shape for t in c.values}) > 1),
    Feature("negdim", "a dim counted from the end", takes_dim, negative),
    Feature("keep", "keepdim true", lambda f: any(p.name == "keepdim" for p in f.params), named("keepdim", lambda v: v is True)),
    Feature("drop", "keepdim false", lambda f: any(p.name == "keepdim" for p in f.params), named("keepdim", lambda v: v is False)),
    Feature("transp", "a transposed argument", takes_tensors, value(lambda t: t.layout == "transposed")),
    Feature("sliced", "a sliced argument", takes_tensors, value(lambda t: t.layout == "sliced")),
    Feature("permut", "a permuted argument", takes_tensors, value(lambda t: t.layout == "permuted")),
    Feature("large", "over 32,768 elements", lambda f: valued(f), large),
    Feature("-0", "a negative zero", floats_in, element(lambda x, _: x == 0 and math.copysign(1, x) < 0)),
    Feature("inf", "an infinity", floats_in, element(lambda x, _: math.isinf(x))),
    Feature("nan", "a NaN", floats_in, element(lambda x, _: x != x)),
    Feature("denorm", "a number below the smallest normal one", floats_in, element(lambda x, d: 0 < abs(x) < SMALLEST_NORMAL[d])),
    Feature("max", "a finite number within a factor of 4 of the largest", floats_in, element(lambda x, d: LARGEST[d] / 4 <= abs(x) <= LARGEST[d])),
    Feature("ties", "the extreme value twice", only(*PICKING), ties),
    Feature("repeat", "an index twice", lambda f: f.has("index"), lambda c: indices(c, 0, lambda t: len(set(t.elements)) < len(t.elements))),
    Feature("range", "an index or class out of range (5)", lambda f: f.has("index", "target"), lambda c: indices(c, 5, lambda t: True)),
    Feature("whole", "an index or class that is no whole number (2)", lambda f: f.has("index", "target"),
            lambda c: indices(c, 2, lambda t: any(x != x or x != math.floor(x) for x in t.elements if not math.isinf(x)))),
    Feature("uneven", "chunks of different sizes", only("chunk"), uneven),
    Feature("stride", "a stride that differs by axis", lambda f: f.has("pair"), by_axis("stride")),
    Feature("pad", "a padding that differs by axis", lambda f: f.has("pair"), by_axis("padding")),
    Feature("dilat", "a dilation that differs by axis", only("conv2d"), by_axis("dilation")),
    Feature("groups", "more than one group", only("conv2d"), named("groups", lambda v: v > 1)),
    Feature("train", "in training, with the running statistics checked", only("batch_norm"), lambda c: c.code == 0 and in_training(c) and "after" in c.json),
    Feature("eval", "in evaluation", only("batch_norm", "dropout"), lambda c: c.code == 0 and not in_training(c)),
    Feature("rundt", "running statistics of another dtype than the input's", only("batch_norm"),
            lambda c: c.code == 0 and any(t.dtype != c.values[0].dtype for t in statistics(c))),
    Feature("same", "p = 0 in training: the identity", only("dropout"), lambda c: c.code == 0 and in_training(c) and c.others[0][1] == {"f64": 0}),
    Feature("stats", "what is drawn has the promised distribution", only("dropout", "rand", "randn"), lambda c: False),
    Feature("null", "a NULL array", takes_array, lambda c: c.code in (0, 2) and any(odd_array("null")(v) for v in c.json["args"])),
    Feature("float", "whole floats among integers, or integers among floats (T2)", lambda f: any(p.kind in ("[i64]", "[f64]") for p in f.params),
            lambda c: array(holds("f64"), 0)(c) or array(holds("int"), 0)(c)),
    Feature("tag", "an element of another tag (2)", takes_array, array(holds("tag"), 2)),
    Feature("noitem", "a length without elements (2)", takes_array, array(odd_array("null-items"), 2)),
    Feature("neglen", "a negative length (2)", takes_array, array(odd_array("negative-length"), 2)),
    Feature("grad", "the gradient towards every floating argument", differentiable, lambda c: "gradients" in c.json),
]
