#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch)
# Expected: binary_cross_entropy "clamps its log function outputs to be greater than or equal to -100. This way, we can always
#     have a finite loss value and a linear backward method" (torch.nn.BCELoss). Where the loss is clamped it does not depend on
#     the input, so its gradient is 0 there; or, "linear", some small number.
# Seen: forward and backward clamp different things. With target 1 the loss is 100 at input 0 and at input 1e-44, flat between,
#     and the gradient there is -1e12: 1 over the larger of x (1 - x) and 1e-12. From 1e-12 down it is that of no function near.
# Means: a finite difference, or any check of gradients, fails below 1e-12 although nothing is wrong with the binding; one step
#     from such an input leaves the range of every weight. Draw inputs for gradient checks from [1e-6, 1 - 1e-6].
source "$(dirname "$0")/common.sh"
pypi torch==2.13.0
cat >"$work/finding.py" <<'END'
import torch
for value in (0.0, 1e-44, 1e-30, 1e-14, 1e-3):
    x = torch.tensor([value], requires_grad=True)
    loss = torch.nn.functional.binary_cross_entropy(x, torch.ones(1))
    loss.backward()
    print(f"x {value:<6g} loss {loss.item():<8.4g} gradient {x.grad.item():.3g}  true gradient",
          f"{-1 / value:.3g}" if value else "-inf")
END
python3 -W ignore "$work/finding.py" | behaves 3<<'END'
x 0      loss 100      gradient -1e+12  true gradient -inf
x 1e-44  loss 100      gradient -1e+12  true gradient -1e+44
x 1e-30  loss 69.08    gradient -1e+12  true gradient -1e+30
x 1e-14  loss 32.24    gradient -1e+12  true gradient -1e+14
x 0.001  loss 6.908    gradient -1e+03  true gradient -1e+03
END
