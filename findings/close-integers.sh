#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch)
# Expected: torch.testing.assert_close with rtol=0 and atol=0 passes when the numbers are equal, and 16,777,217 is not
#     16,777,216. With check_dtype=False they are "promoted to a common dtype", of which one expects that it holds both.
# Seen: the common dtype of int64 and float32 is float32, which has no 16,777,217: assert_close passes, and == says True.
# Means: counts, indices, seeds and handles that come back as floats (a C function with a double for everything) compare equal
#     to their neighbours. Compare integers as integers, and let a dtype check stay on.
source "$(dirname "$0")/common.sh"
pypi torch==2.13.0
cat >"$work/finding.py" <<'END'
import torch
def verdict(actual, expected, **options):
    try:
        torch.testing.assert_close(actual, expected, rtol=0, atol=0, **options)
        return "passes"
    except AssertionError as error:
        return "fails: " + str(error).splitlines()[0]
index = torch.tensor([16777217])
print("int64 16777217 and float32 16777216:", verdict(index, torch.tensor([16777216.0]), check_dtype=False))
print("int64 16777217 and int64 16777216:", verdict(index, torch.tensor([16777216]), check_dtype=False))
print("tensor([16777217]) == 16777216.0:", (index == 16777216.0).tolist())
END
python3 -W ignore "$work/finding.py" | behaves 3<<'END'
int64 16777217 and float32 16777216: passes
int64 16777217 and int64 16777216: fails: Tensor-likes are not equal!
tensor([16777217]) == 16777216.0: [True]
END
