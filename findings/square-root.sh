#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch)
# Expected: the square root is one of the operations that IEEE 754 wants rounded to the nearest number, as C, NumPy and every
#     processor have it; sqrt(0.125) is 0.35355339059327379, on whatever build.
# Seen: the wheel computes it with MKL's vector functions, of which the last bit is wrong in 6 or 7 of 1000 elements, float32 and
#     float64, in tensors of any size, one element included (on an Intel processor with AVX-512; on an AMD EPYC with AVX-512
#     the same wheel is right). Debian's PyTorch, built without MKL, is right.
# Means: a tolerance of 0 for sqrt holds on some builds of one version and not on others; x.sqrt() and math.sqrt(x) differ in one
#     program. A binding that promises the exact root must compute it itself.
source "$(dirname "$0")/common.sh"
if ! grep -q GenuineIntel /proc/cpuinfo || ! grep -qw avx512f /proc/cpuinfo; then
    cannot "this takes an Intel processor with AVX-512"
fi
pypi torch==2.13.0 numpy==2.3.5
cat >"$work/finding.py" <<'END'
import math
import numpy
import torch
print("built with MKL:", torch.backends.mkl.is_available())
print("sqrt(0.125) is math.sqrt(0.125):", torch.tensor(0.125, dtype=torch.float64).sqrt().item() == math.sqrt(0.125))
for dtype in (numpy.float32, numpy.float64):
    x = numpy.random.default_rng(1).random(100_000).astype(dtype)
    roots, right = torch.from_numpy(x).sqrt().numpy(), numpy.sqrt(x)
    wrong = roots != right
    last_bit = numpy.abs(roots.view(f"i{x.itemsize}") - right.view(f"i{x.itemsize}")).max()
    print(f"{x.dtype}: {'some' if wrong.any() else 'none'} of 100000 differ, under 1 %: {bool(wrong.mean() < 0.01)}, at most by {last_bit} bit")
END
python3 -W ignore "$work/finding.py" | behaves 3<<'END'
built with MKL: True
sqrt(0.125) is math.sqrt(0.125): False
float32: some of 100000 differ, under 1 %: True, at most by 1 bit
float64: some of 100000 differ, under 1 %: True, at most by 1 bit
END
