"""slice, index_select, gather, cat, stack, chunk, embedding."""
import numpy as np

from .core import Raw, STALE, TYPES as NUMPY_TYPES, Tensor, promoted, rounded
from .data import LAYOUTS, sequence

TYPES = ("f32", "f64", "i64")
BIG = 2 ** 63 - 1


def indices(values, dtype="i64", layout="contiguous"):
    return Tensor(np.array(values, dtype={"i64": np.int64, "f32": np.float32, "f64": np.float64}[dtype]), layout)


def slices(cases):
    bounds = {"all": (0, BIG, 1), "middle": (1, 4, 1), "step": (0, 7, 3), "negative": (-3, -1, 1), "clamped": (-BIG - 1, BIG, 2),
              "empty": (4, 2, 1), "beyond": (9, 12, 1), "large-step": (1, 7, BIG)}
    for dtype in TYPES:
        for label, (start, end, step) in bounds.items():
            x = Tensor(sequence((7,), dtype))
            cases.value("slice", f"{dtype}-1d-{label}", [x, 0, start, end, step], x.values[slice(start, end, step)], ["V5", "H7"], quick=label == "step")
            x = Tensor(sequence((2, 7), dtype), "transposed")
            cases.value("slice", f"{dtype}-transposed-{label}", [x, -1, start, end, step], x.values[:, slice(start, end, step)], ["V5", "H7"])
        x = Tensor(sequence((2, 7), dtype))
        for step in (0, -1, -BIG - 1):
            cases.error("slice", f"{dtype}-step-{step}", [x, 0, 0, 1, step], 2, "step", quick=step == 0)
        for dim in (2, -3):
            cases.error("slice", f"{dtype}-dim-{dim}", [x, dim, 0, 1, 1], 5, "dim")
        cases.error("slice", f"{dtype}-step-before-dim", [x, 5, 0, 1, 0], 2, "step", ["E4"])
        cases.error("slice", f"{dtype}-0d", [Tensor(sequence((), dtype)), 0, 0, 1, 1], 3, "0-d")


def selects(cases):
    for dtype in TYPES:
        for index_type in TYPES:
            for label, values in {"repeat": [2, 0, 2], "one": [1], "none": [], "0d": 1}.items():
                index = indices(values, index_type)
                x = Tensor(sequence((3, 4), dtype))
                for dim in (0, -1):
                    out = np.take(x.values, np.atleast_1d(index.values).astype(np.int64), axis=dim)
                    cases.value("index_select", f"{dtype}-{index_type}-{label}-dim{dim}", [x, dim, index], out, ["V3"], quick=label == "repeat")
        for layout, shape in LAYOUTS.items():
            x = Tensor(sequence(shape, dtype), layout)
            cases.value("index_select", f"{dtype}-{layout}", [x, 1, indices([1, 0])], np.take(x.values, [1, 0], axis=1))
        x = Tensor(sequence((), dtype))
        cases.value("index_select", f"{dtype}-0d", [x, 0, indices([0])], x.values, ["V5"])
        cases.error("index_select", f"{dtype}-0d-two", [x, 0, indices([0, 0])], 3, "", ["V5"])
        x = Tensor(sequence((3, 4), dtype))
        for bad in (3, -1, BIG):
            cases.error("index_select", f"{dtype}-index-{bad}", [x, 0, indices([0, bad])], 5, "indices", quick=bad == 3)
        for bad in (0.5, np.nan, np.inf):
            cases.error("index_select", f"{dtype}-index-{bad}", [x, 0, indices([0, bad], "f64")], 2, "indices", ["V3"])
        cases.error("index_select", f"{dtype}-2d-indices", [x, 0, indices([[0]])], 3, "indices")
        cases.error("index_select", f"{dtype}-dim-2", [x, 2, indices([0])], 5, "dim")
    cases.error("index_select", "bad-dim-before-2d-indices", [x, 2, indices([[0]])], 5, "dim", ["E4"])
    for dtype in TYPES:
        for index_type in TYPES:
            x = Tensor(sequence((3, 4), dtype))
            for label, dim, values in (("dim0", 0, [[2, 0, 1, 2], [0, 0, 2, 1]]), ("dim1", 1, [[3, 3], [0, 1], [2, 0]]),
                                       ("negative-dim", -1, [[1], [2]]), ("smaller", 0, [[2], [1]])):
                index = indices(values, index_type)
                whole = index.values.astype(np.int64)
                axis = dim % 2
                base = x.values[: whole.shape[0], :] if axis == 1 else x.values[:, : whole.shape[1]]
                cases.value("gather", f"{dtype}-{index_type}-{label}", [x, dim, index], np.take_along_axis(base, whole, axis), ["V3"], quick=label == "dim1")
        x = Tensor(sequence((4, 3), dtype), "transposed")
        index = indices([[0, 2, 1], [1, 1, 0]], layout="transposed")
        cases.value("gather", f"{dtype}-transposed", [x, 0, index], np.take_along_axis(x.values, index.values, 0))
        empty = Tensor(np.zeros((0, 3), np.int64))
        cases.value("gather", f"{dtype}-no-indices", [x, 0, empty], np.zeros((0, 3), x.values.dtype))
        for bad in (4, -1, BIG):
            cases.error("gather", f"{dtype}-index-{bad}", [x, 0, indices([[0, bad, 0]])], 5, "indices", quick=bad == 4)
        cases.error("gather", f"{dtype}-index-fraction", [x, 0, indices([[0.5]], "f32")], 2, "indices")
        cases.error("gather", f"{dtype}-ndim", [x, 0, indices([0, 1])], 3, "indices")
        cases.error("gather", f"{dtype}-too-large", [x, 0, indices([[0, 0, 0, 0]])], 3, "indices")
        cases.error("gather", f"{dtype}-dim-2", [x, 2, indices([[0]])], 5, "dim")


def joins(cases):
    for a_type in TYPES:
        for b_type in TYPES:
            dtype = promoted(a_type, b_type)
            a, b = Tensor(sequence((2, 3), a_type)), Tensor(sequence((2, 3), b_type, start=4))
            both = [rounded(t.values, dtype) if t.dtype != dtype else t.values for t in (a, b)]
            for dim in (0, 1, -1):
                cases.value("cat", f"{a_type}-{b_type}-dim{dim}", [[a, b], dim], np.concatenate(both, dim), ["V1"], quick=dim == 0)
            for dim in (0, 1, 2, -1, -3):
                cases.value("stack", f"{a_type}-{b_type}-dim{dim}", [[a, b], dim], np.stack(both, dim), ["V1"], quick=dim == 0)
    for dtype in TYPES:
        for layout, shape in LAYOUTS.items():
            a, b = Tensor(sequence(shape, dtype), layout), Tensor(sequence(shape, dtype, start=9))
            cases.value("cat", f"{dtype}-{layout}", [[a, b], -1], np.concatenate([a.values, b.values], -1))
            cases.value("stack", f"{dtype}-{layout}", [[a, b], 1], np.stack([a.values, b.values], 1))
        one, none, other = (Tensor(sequence(s, dtype)) for s in ((2, 3), (0,), (4, 3)))
        cases.value("cat", f"{dtype}-one", [[one], 0], one.values)
        cases.value("stack", f"{dtype}-one", [[one], 0], one.values[None])
        cases.value("cat", f"{dtype}-sizes-differ", [[one, other], 0], np.concatenate([one.values, other.values]))
        cases.value("cat", f"{dtype}-skips-1d-empty", [[none, one], 0], one.values)
        cases.value("cat", f"{dtype}-skips-all-dim-1", [[none, none], 1], none.values, quick=dtype == "f32")
        cases.value("stack", f"{dtype}-0d", [[Tensor(sequence((), dtype))] * 3, 0], np.stack([sequence((), dtype)] * 3))
        cases.error("cat", f"{dtype}-sizes", [[one, other], 1], 3, "tensors", quick=True)
        cases.error("cat", f"{dtype}-ndim", [[one, Tensor(sequence((3,), dtype))], 0], 3, "tensors")
        cases.error("cat", f"{dtype}-0d", [[Tensor(sequence((), dtype))], 0], 3, "")
        cases.error("stack", f"{dtype}-sizes", [[one, other], 0], 3, "tensors", quick=True)
        cases.error("cat", f"{dtype}-dim-2", [[one], 2], 5, "dim")
        cases.error("stack", f"{dtype}-dim-3", [[one], 3], 5, "dim")
        cases.error("stack", f"{dtype}-dim--4", [[one], -4], 5, "dim")
        cases.error("cat", f"{dtype}-dim--3", [[one], -3], 5, "dim")
    nothing = {dtype: Tensor(np.zeros(0, NUMPY_TYPES[dtype])) for dtype in TYPES}
    cases.value("cat", "i64-f64-skips-all-dim--7", [[nothing["i64"], nothing["f64"], nothing["f32"]], -7], nothing["f64"].values, ["V1"])
    cases.value("cat", "f32-skips-its-one-dim-3", [[nothing["f32"]], 3], nothing["f32"].values)
    for name in ("cat", "stack"):
        cases.error(name, "no-tensors", [[], 0], 2, "tensors", quick=True)
        cases.error(name, "null-list", [Raw({"array": "null"}), 0], 2, "tensors", ["T2"])
        cases.error(name, "null-items", [Raw({"array": "null-items"}), 0], 2, "tensors", ["T2"])
        cases.error(name, "wrong-tag", [[one, Raw({"tag": 4})], 0], 2, "tensors", ["T2"])
        cases.error(name, "stale-element", [[one, STALE], 0], 1, "tensors", ["H2"])
        cases.error(name, "stale-before-dim", [[STALE, one], 9], 1, "tensors", ["E4"])


def chunks(cases):
    for dtype in TYPES:
        for size in (1, 5, 6, 7):
            x = Tensor(sequence((size, 2), dtype), "transposed" if size % 2 else "contiguous")
            for count in (1, 2, 3, 4, 7, 2 ** 40):
                width = -(-size // count)
                pieces = [x.values[i:i + width] for i in range(0, size, width)]
                cases.value("chunk", f"{dtype}-{size}-in-{count}", [x, count, 0], pieces, ["T1", "H7"], quick=size == 7 and count == 3)
        x = Tensor(sequence((2, 5), dtype))
        cases.value("chunk", f"{dtype}-negative-dim", [x, 2, -1], [x.values[:, :3], x.values[:, 3:]], ["T1"])
        cases.value("chunk", f"{dtype}-empty", [Tensor(sequence((0, 2), dtype)), 2, 0], [sequence((0, 2), dtype)] * 2, ["T1"])
        for bad in (0, -1):
            cases.error("chunk", f"{dtype}-chunks-{bad}", [x, bad, 0], 2, "chunks", quick=bad == 0)
        for count in (2 ** 20 + 1, 2 ** 62):
            cases.error("chunk", f"{dtype}-{count}-of-an-empty-dim", [Tensor(sequence((2, 0), dtype)), count, 1], 2, "chunks")
        cases.error("chunk", f"{dtype}-more-pieces-than-memory-holds", [Tensor(sequence((0, 2 ** 40), dtype)), 2 ** 40, 1], 7, "memory")
        cases.error("chunk", f"{dtype}-dim-2", [x, 2, 2], 5, "dim")
        cases.error("chunk", f"{dtype}-0d", [Tensor(sequence((), dtype)), 1, 0], 3, "0-d")


def embeddings(cases):
    for dtype in TYPES:
        weight = Tensor(sequence((4, 3), dtype))
        for index_type in TYPES:
            for label, values in {"1d": [3, 0, 3], "2d": [[0, 1], [2, 3]], "0d": 2, "none": []}.items():
                index = indices(values, index_type)
                cases.value("embedding", f"{dtype}-{index_type}-{label}", [index, weight], weight.values[index.values.astype(np.int64)],
                            ["V2", "V3"], quick=label == "2d")
        for layout in ("transposed", "sliced"):
            table = Tensor(sequence((4, 3), dtype), layout)
            cases.value("embedding", f"{dtype}-{layout}", [indices([[1, 0], [3, 2]], layout=layout), table], table.values[[[1, 0], [3, 2]]])
        for bad in (4, -1):
            cases.error("embedding", f"{dtype}-index-{bad}", [indices([0, bad]), weight], 5, "input", quick=bad == 4)
        for bad in (0.5, np.nan):
            cases.error("embedding", f"{dtype}-index-{bad}", [indices([bad], "f32"), weight], 2, "input")
        cases.error("embedding", f"{dtype}-64-dims", [Raw({"dtype": "i64", "shape": [1] * 64, "data": [0]}), weight], 2, "input")
        for label, shape in {"1d": (4,), "3d": (2, 2, 2)}.items():
            cases.error("embedding", f"{dtype}-weight-{label}", [indices([0]), Tensor(sequence(shape, dtype))], 3, "weight")


def make(cases):
    slices(cases)
    selects(cases)
    joins(cases)
    chunks(cases)
    embeddings(cases)
