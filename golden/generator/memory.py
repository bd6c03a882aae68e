"""Results over 2^46 bytes, which no backend tries to allocate (E7), from operands that take a few MB."""
from .core import NONE, Zeros

SIDE = 2 ** 22  # of float32: SIDE * (SIDE + 1) elements are just over 2^46 bytes


def make(cases):
    column, row = Zeros((SIDE, 1)), Zeros((1, SIDE + 1))
    flat = Zeros((SIDE,))
    too_large = {"add": [column, row], "sub": [column, row], "mul": [column, row], "div": [column, row],
                 "matmul": [Zeros((2 * SIDE, 0)), Zeros((0, 2 * SIDE))],  # no elements make 2^46
                 "linear": [Zeros((2 * SIDE, 0)), Zeros((2 * SIDE, 0)), NONE],
                 "index_select": [row, 0, flat], "embedding": [flat, row],
                 "mse_loss": [column, row], "mse_loss_tensor": [column, row],  # of the differences
                 "cat": [Zeros((2 ** 25,), times=2 ** 19 + 1), 0], "stack": [Zeros((2 ** 25,), times=2 ** 19 + 1), 0]}
    for name, args in too_large.items():
        cases.error(name, "memory", args, 7, "", ["E7"])
