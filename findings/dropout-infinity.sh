#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch)
# Expected: "During training, randomly zeroes some of the elements of the input tensor" (torch.nn.Dropout): an element is 0 or
#     x / (1 - p). With p = 1 every element is 0.
# Seen: dropout multiplies by a mask of zeros, and 0 times infinity is NaN. Of an input of infinities the dropped elements are
#     NaN, and with p = 1 all of them; only finite input is zeroed. A masked score of -inf does the same.
# Means: a property "0 or x / (1 - p)" needs finite input; a reference that selects instead of multiplying is right by the
#     words and differs from PyTorch. A NaN after a dropout need not have been there before it.
source "$(dirname "$0")/common.sh"
pypi torch==2.13.0
cat >"$work/finding.py" <<'END'
import torch
from torch.nn.functional import dropout
torch.manual_seed(0)
def kinds(x):
    return {"zero": int((x == 0).sum()), "inf": int(x.isinf().sum()), "nan": int(x.isnan().sum())}
half = kinds(dropout(torch.full((1000,), float("inf")), 0.5))
print("p = 0.5 of 1000 infinities: zeros", half["zero"], "NaN and inf together", half["nan"] + half["inf"],
      "some of each", half["nan"] > 300 and half["inf"] > 300)
print("p = 1 of [1, inf, -inf, nan]:", dropout(torch.tensor([1.0, float("inf"), -float("inf"), float("nan")]), 1.0).tolist())
END
python3 -W ignore "$work/finding.py" | behaves 3<<'END'
p = 0.5 of 1000 infinities: zeros 0 NaN and inf together 1000 some of each True
p = 1 of [1, inf, -inf, nan]: [0.0, nan, nan, nan]
END
