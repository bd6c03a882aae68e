#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch); 1.13.1 does the same
# Expected: a gradient does not depend on how a tensor lies in memory. In evaluation batch_norm of mean 0 and variance 1 is
#     the identity, whose gradient is the one that comes in.
# Seen: of an image whose channels lie last in memory, here a transposed one, while the gradient that comes in lies row by row,
#     as it does from most functions, elements take each other's places: 1, 4, 7, 2, ... in place of 1, 2, 4, 4, ... In training
#     they are wrong altogether. The forward pass is right, and nothing warns.
# Means: a binding that has transposed views makes input and incoming gradient contiguous around batch_norm. A check of
#     gradients on tensors of 2 dims, or on contiguous ones, does not see it.
source "$(dirname "$0")/common.sh"
pypi torch==2.13.0
cat >"$work/finding.py" <<'END'
import torch
from torch.nn.functional import batch_norm
def gradient(x, training, incoming):
    x = x.detach().requires_grad_()
    mean, var = torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)
    batch_norm(x, mean, var, training=training, eps=1e-9).backward(incoming)
    return [round(v, 2) for v in x.grad.flatten().tolist()]
x = torch.tensor([1, 2, 4, 8, 16, 33, 64, 127, 250], dtype=torch.float64).reshape(1, 1, 3, 3).transpose(1, 3)
incoming = torch.tensor([1, 2, 4, 4, 5, 6, 7, 8, 7], dtype=torch.float64).reshape(x.shape)
print("dims", list(x.shape), "strides", list(x.stride()))
for training in (False, True):
    for layout, y in (("transposed", x), ("contiguous", x.contiguous())):
        print("training:" if training else "evaluation:", layout, gradient(y, training, incoming))
END
python3 -W ignore "$work/finding.py" | behaves 3<<'END'
dims [1, 3, 3, 1] strides [9, 1, 3, 9]
evaluation: transposed [1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 4.0, 6.0, 7.0]
evaluation: contiguous [1.0, 2.0, 4.0, 4.0, 5.0, 6.0, 7.0, 8.0, 7.0]
training: transposed [-0.04, 0.05, -0.01, -0.02, 0.02, -0.0, -0.01, 0.01, -0.0]
training: contiguous [-0.01, 0.01, -0.0, -0.01, 0.01, -0.0, -0.0, 0.01, -0.0]
END
