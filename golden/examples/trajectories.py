#!/usr/bin/python3
"""Writes expected/trajectories.txt: the steps of SGD and Adam on trajectories.c's network, by NumPy with gradients by hand.

--check compares instead and says whether the file is what this program writes.
"""
import sys
from pathlib import Path

try:
    import numpy as np
except ImportError as missing:
    print(f"golden/examples/trajectories.py needs NumPy: {missing}")
    sys.exit(77)

FILE = Path(__file__).resolve().parent / "expected/trajectories.txt"
STEPS = 40
X = np.array([0.5, -1, 0.25, 1.5, 0.75, -0.5, -1.25, 0.5, 1, 0, -0.75, 1.25, 1, 1, -1]).reshape(5, 3)
TARGETS = np.array([0.5, -0.25, 1, 0.75, -1]).reshape(5, 1)


def start():
    return [np.array([[0.5, -0.25, 0.125], [-0.375, 0.75, 0.25]]), np.array([0, 0.125]), np.array([[0.625, -0.5]]), np.array([0.25])]


def loss_and_gradients(parameters):
    weight1, bias1, weight2, bias2 = parameters
    hidden = np.tanh(X @ weight1.T + bias1)
    gap = hidden @ weight2.T + bias2 - TARGETS
    to_output = 2 * gap / gap.size
    to_hidden = to_output @ weight2 * (1 - hidden ** 2)
    return (gap ** 2).mean(), [to_hidden.T @ X, to_hidden.sum(axis=0), to_output.T @ hidden, to_output.sum(axis=0)]


def sgd(step, parameters, gradients, memory, rate=0.1, momentum=0.9):
    velocity = memory.setdefault("velocity", [np.zeros_like(p) for p in parameters])
    for p, g, v in zip(parameters, gradients, velocity):
        v[...] = momentum * v + g
        p -= rate * v


def adam(step, parameters, gradients, memory, rate=0.05, beta1=0.9, beta2=0.999, epsilon=1e-8):
    first, second = (memory.setdefault(name, [np.zeros_like(p) for p in parameters]) for name in ("first", "second"))
    for p, g, m, v in zip(parameters, gradients, first, second):
        m[...] = beta1 * m + (1 - beta1) * g
        v[...] = beta2 * v + (1 - beta2) * g ** 2
        p -= rate * (m / (1 - beta1 ** step)) / (np.sqrt(v / (1 - beta2 ** step)) + epsilon)


def lines():
    for name, advance in (("sgd", sgd), ("adam", adam)):
        parameters, memory = start(), {}
        for step in range(1, STEPS + 1):
            loss, gradients = loss_and_gradients(parameters)
            advance(step, parameters, gradients, memory)
            numbers = np.concatenate([[loss], *(p.reshape(-1) for p in parameters)])
            yield f"{name} {step} " + " ".join(f"{v:.15g}" for v in numbers)


def numbers_of(text):
    return np.array([float(v) for line in text.splitlines() for v in line.split()[1:]])


def main(option=None):
    made = "".join(line + "\n" for line in lines())
    if option != "--check":
        FILE.write_text(made)
        return 0
    # NumPy's tanh and matmul differ by CPU and version in the last bits.
    there, here = numbers_of(FILE.read_text()), numbers_of(made)
    same = there.shape == here.shape and np.allclose(there, here, rtol=1e-12, atol=1e-13)
    if not same:
        print(f"{FILE} is not what {Path(__file__).name} writes")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
