"""What would let a backend pass that looks at a part of its operands: long data whose rows, columns or slices are alike, and sizes that lie on one
side only of the blocks in which kernels work."""
import math
from functools import lru_cache

from .features import BLOCKS, HERE_NEVER, LARGE

PRIME, STEP, START = 65537, 40503, 9  # the order of long data (generator/compact.py)
FEW = 16                              # slices of fewer elements may be alike
OF_EQUALS = {"zeros", "ones", "full"}  # results that are one element over and over
BLOCKED = {"cross_entropy", "cross_entropy_tensor", "nll_loss", "nll_loss_tensor", "batch_norm", "conv2d", "max_pool2d", "avg_pool2d", "mse_loss_tensor", "binary_cross_entropy_tensor", "norm", "matmul", "dot", "linear", "layer_norm", "contiguous", "clone", "cat", "index_select", "gather", "embedding", "to_float", "to_float32", "to_int",
           "mse_loss", "binary_cross_entropy"}


@lru_cache(maxsize=None)
def slots(count):
    return [(i * STEP + START) % PRIME for i in range(count)]


def elements(tensor):
    """All of a long tensor's elements."""
    count = math.prod(tensor["shape"])
    if "scattered" in tensor:
        width, table = tensor["width"], tensor["scattered"]
        rows = len(table) // width
        return [table[slot * rows // PRIME * width + k] for slot in slots(count // width) for k in range(width)]
    if "diagonal" in tensor:
        zeros = [0] * count
        for i, x in enumerate(tensor["diagonal"]):
            zeros[tensor["from"] + i * tensor["step"]] = x
        return zeros
    return [x for x in tensor["data"] for _ in range(tensor.get("each", 1))]


def alike(tensor):
    """The first dim of which two slices are equal, or None."""
    if "distinct" in tensor:
        return None
    if "each" in tensor:
        return 0
    flat, shape = elements(tensor), tensor["shape"]
    for d, size in enumerate(shape):
        inner, outer = math.prod(shape[d + 1:]), math.prod(shape[:d])
        if inner * outer < FEW:
            continue
        slices = {tuple(x for o in range(outer) for x in flat[(o * size + i) * inner:(o * size + i + 1) * inner]) for i in range(size)}
        if len(slices) < size:
            return d
    return None


def repeated(inventory):
    for name, cases in inventory.cases.items():
        if name in OF_EQUALS:
            continue
        for case in cases:
            if case.code:
                continue
            for tensor in [t.encoded for t in case.tensors] + case.results():
                if math.prod(tensor["shape"]) > LARGE and {"data", "scattered", "distinct", "diagonal"} & tensor.keys() and alike(tensor) is not None:
                    yield f"{case.id}: of {tensor['shape']} slices along dim {alike(tensor)} are alike, so that one stands for the other"


def blocked(function):
    return function.category in ("arithmetic", "activation", "reduction") or function.name in BLOCKED


def one_sided(inventory):
    """Each side of a block is met by contiguous tensors and by others. Below 8 elements most contiguous ones are, and above the last all long ones."""
    for name, cases in inventory.cases.items():
        if not blocked(inventory.functions[name]) or name in HERE_NEVER:
            continue
        met = {(size, t.layout == "contiguous") for c in cases if not c.code for t in c.values for size in (t.count, *t.shape)}
        for size in (block + side for block in BLOCKS for side in (-1, 1)):
            for contiguous in (True, False):
                if (size > 8 or not contiguous) and size <= most(name) and (size, contiguous) not in met:
                    yield f"{name} has no {'contiguous' if contiguous else 'strided'} tensor of {size} elements, beside a block of kernels"


# What holds rows or matrices is met at the sizes of registers and of blocks of sums.
LARGEST = {"conv2d": 65, "max_pool2d": 65, "avg_pool2d": 65, "cross_entropy": 2049, "cross_entropy_tensor": 2049, "nll_loss": 2049, "nll_loss_tensor": 2049, "batch_norm": 2049,
           "softmax": 65, "log_softmax": 65, "layer_norm": 65, "index_select": 65, "gather": 65, "embedding": 65, "matmul": 2049, "dot": 2049, "linear": 2049, "cat": 2049,
           "to_float": 2049, "to_float32": 2049, "to_int": 2049}


def most(name):
    return LARGEST.get(name, 2049 if name.endswith("_dim") or name.startswith("arg") else 32769)


def faults(inventory):
    yield from repeated(inventory)
    yield from one_sided(inventory)
