"""Whether a library with the rt_torch_* functions works in this Python: loads it, computes a little, counts handles.

    python -m simple_torch_ffi.check [--beside-torch] [LIBRARY]

LIBRARY defaults to $SIMPLE_TORCH_LIBRARY. --beside-torch imports this Python's own torch first, as a program may have done.
Exit 0 when all is as it should be, 1 when something is not, 64 on bad usage.
"""
import argparse
import os
import sys

from simple_torch_ffi import Error, Library


def checks(torch):
    """What is looked at, as (what, whether it is so). A stub has shapes and codes, and no values."""
    real = torch.available()
    yield "the contract's version is 1.x", torch.abi_version() // 1000 == 1
    yield "a stub says so, and nothing else does", (torch.version() == "stub") == (not real)
    live = torch.live_tensors()
    with torch.scope() as held:
        a, b = held(torch.ones([2, 3])), held(torch.full([3, 2], 2.0))
        yield "ones [2, 3] has that shape", torch.shape(a) == [2, 3]
        product = held(torch.matmul(a, b))
        yield "[2, 3] times [3, 2] is [2, 2]", torch.shape(product) == [2, 2]
        yield "the product of ones and twos is six everywhere", not real or torch.to_data(product) == [6.0] * 4
        data = held(torch.from_data([0.1, -2.5], [2]))
        yield "data comes back as it was given", not real or torch.to_data(data) == [0.1, -2.5]
        torch.set_requires_grad(a, True)
        torch.backward(held(torch.mse_loss_tensor(a, held(torch.zeros([2, 3])))))
        gradient = held(torch.grad(a))
        yield "a gradient has its tensor's shape", torch.shape(gradient) == [2, 3]
        yield "shapes that do not fit are code 3", code_of(torch.matmul, a, a) == 3
    yield "a freed handle is code 1", code_of(torch.numel, a) == 1
    yield "every handle was given back", torch.live_tensors() == live
    if not torch.cuda_available():
        with torch.scope() as held:
            yield "without CUDA's device cuda is code 8", code_of(torch.cuda, held(torch.ones([1])), 0) == 8


def code_of(function, *arguments):
    try:
        function(*arguments)
    except Error as error:
        return error.code
    return 0


def main():
    parser = argparse.ArgumentParser(prog="python -m simple_torch_ffi.check", description=__doc__.splitlines()[0])
    parser.add_argument("library", nargs="?", default=os.environ.get("SIMPLE_TORCH_LIBRARY"), metavar="LIBRARY")
    parser.add_argument("--beside-torch", action="store_true", help="import this Python's torch first")
    try:
        given = parser.parse_args()
    except SystemExit as end:
        return 64 if end.code else 0
    if not given.library:
        print("which library? Name one, or set SIMPLE_TORCH_LIBRARY", file=sys.stderr)
        return 64
    if given.beside_torch:
        try:
            import torch as own
        except (ImportError, OSError) as error:
            print(f"torch cannot be imported: {error}", file=sys.stderr)
            return 1
        print(f"beside torch {own.__version__}")
    # Without a slash the loader looks in its own folders alone.
    library = os.path.abspath(given.library) if os.path.exists(given.library) else given.library
    try:
        torch = Library(library)
    except (OSError, AttributeError) as error:
        print(f"it cannot be loaded: {error}", file=sys.stderr)
        return 1
    try:
        # An answer of "no" may be an error, as beside another LibTorch.
        torch.available()
        print(f"{torch.backend_name()}, version {torch.version()}, cuda_available {torch.cuda_available()}")
        results = list(checks(torch))
    except Error as error:
        print(f"a call failed: {error}", file=sys.stderr)
        return 1
    for what, holds in results:
        if not holds:
            print(f"not so: {what}", file=sys.stderr)
    held = sum(holds for _, holds in results)
    print(f"{held} of {len(results)} hold")
    return 0 if held == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
