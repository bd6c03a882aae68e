"""How long data are written down: a few numbers, and a rule by which the suite finds every element again (suite/elements.cpp).

Long data must tell their rows, columns and slices apart, so that a backend that looks at some of them only is wrong. Positions are put in a
scattered order: position i has the slot (i * STEP + START) mod PRIME, which no two of PRIME positions share.
"""
import math

import numpy as np

LONGEST_LITERAL = 256
PRIME, STEP, START = 65537, 40503, 9  # STEP / PRIME is near the golden section: neighbours lie far apart
LOWEST, MIDDLE, HIGHEST = 0, PRIME // 2, PRIME - 1
SCALES = (1, 8, 4096)
SUMMED = 16  # elements of a row whose sum is kept
PART, BELOW_ALL = 2 ** 17, -1  # of 1: the scale, and what is taken off, of elements within (0, 0.51)


def slots(positions):
    return (np.asarray(positions, dtype=np.int64) % PRIME * STEP + START) % PRIME


def position(slot):
    """The first position that has it."""
    return (slot - START) * pow(STEP, -1, PRIME) % PRIME


def rows_of(count, rows):
    """Which of so many rows stands at each of count places: all of them, in an order that does not repeat."""
    return slots(np.arange(count)) * rows // PRIME


def scattered(rows, count):
    """count rows, each one of the given ones."""
    return np.asarray(rows)[rows_of(count, len(rows))]


def distinct_slots(shape, offset):
    count = math.prod(shape)
    if count > PRIME:
        raise ValueError(f"{count} elements are more than the {PRIME} distinct ones")
    return slots(np.arange(count) + offset).reshape(shape)


def distinct(shape, dtype, offset=0):
    """Elements of which no two are equal, within (-8.1, 8.1) and exact in float32; whole numbers for int64."""
    whole = distinct_slots(shape, offset) - MIDDLE
    return (whole if np.dtype(dtype) == np.int64 else whole / 4096).astype(dtype)


def distinct_parts(shape, dtype, offset=0):
    """Elements of which no two are equal, within (0, 0.51) and exact in float32."""
    return ((distinct_slots(shape, offset) - BELOW_ALL) / PART).astype(dtype)


def same(a, b):
    """Bit for bit: -0 is not 0."""
    return a.tobytes() == b.tobytes()


def as_runs(flat, _):
    """Runs of n equal elements, such as one element alone; neither NaN nor -0 is an element of long data."""
    starts = [0, *(np.flatnonzero(flat[1:] != flat[:-1]) + 1), flat.size]
    each = math.gcd(*np.diff(starts).tolist())
    return {"data": flat[::each], "each": each} if flat.size // each <= LONGEST_LITERAL else None


def as_scattered(flat, shape):
    for width in sorted({math.prod(shape[d:]) for d in range(1, len(shape) + 1)}):
        blocks = flat.reshape(-1, width)
        for rows in range(2, LONGEST_LITERAL // width + 1):
            for count in (min(512, len(blocks)), len(blocks)):  # most are refused by the first ones
                order = rows_of(count, rows)
                names, first, name = np.unique(order, return_index=True, return_inverse=True)
                if len(names) < rows or not same(blocks[first][name], blocks[:count]):
                    break
            else:
                return {"scattered": blocks[first].reshape(-1), "width": width}
    return None


def as_distinct(flat, shape):
    """Distinct elements from an offset on, a stride for each dim: what moving them about gives, too."""
    for scale, middle in [(scale, MIDDLE) for scale in (SCALES[:1] if flat.dtype == np.int64 else SCALES)] + [(PART, BELOW_ALL)]:
        whole = flat.astype(np.float64) * scale + middle
        if np.any(whole != np.floor(whole)) or whole.min() < 0 or whole.max() >= PRIME:
            continue
        places = position(whole.astype(np.int64)).reshape(shape)
        offset = int(places.flat[0])
        strides = [(int(places[tuple(int(e == d) for e in range(len(shape)))]) - offset) % PRIME if n > 1 else 0 for d, n in enumerate(shape)]
        rebuilt = offset + sum(np.arange(n).reshape([-1 if e == d else 1 for e in range(len(shape))]) * strides[d] for d, n in enumerate(shape))
        if np.array_equal(rebuilt % PRIME, places) and not np.any(np.signbit(flat) & (flat == 0)):
            return {"distinct": {"scale": scale, **({} if middle == MIDDLE else {"middle": middle}), "offset": offset, "strides": strides}}
    return None


def as_diagonal(flat, _):
    """Zeros but for elements at equal distances."""
    places = np.flatnonzero(flat.view(np.int64 if flat.itemsize == 8 else np.int32))
    steps = set(np.diff(places).tolist())
    return {"diagonal": flat[places], "from": int(places[0]), "step": steps.pop()} if 0 < len(places) <= LONGEST_LITERAL and len(steps) == 1 else None


def samples(values):
    """What is kept of a long result that follows no rule: of each row one element, and the sum of every few, each of which has a weight of its own there."""
    rows = values.reshape(-1, values.shape[-1])
    height, width = rows.shape
    weighted = rows.astype(np.longdouble) * (1 + slots(np.arange(width)) / 2.0 ** 16)
    sums = np.add.reduceat(weighted, np.arange(0, width, SUMMED), axis=1)
    return {"samples": rows[np.arange(height), rows_of(height, width)], "sums": sums.reshape(-1).astype(np.float64)}


def described(values):
    """The fields that stand for the values of an array; elements are still NumPy's."""
    flat = np.ascontiguousarray(values).reshape(-1)
    if flat.size <= LONGEST_LITERAL:
        return {"data": flat}
    for way in (as_runs, as_scattered, as_distinct, as_diagonal):
        fields = way(flat, np.shape(values))
        if fields:
            return fields
    raise ValueError(f"{flat.size} values of shape {np.shape(values)} follow no rule that the suite knows")
