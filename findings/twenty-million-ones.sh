#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch)
# Expected: the average of ones is 1, whichever function takes it: mean, adaptive_avg_pool2d to one value, avg_pool2d over the
#     whole image, batch_norm's mean; and the gradient of a row that was looked up 20,000,000 times is 20,000,000 (float32
#     holds it).
# Seen: mean and adaptive_avg_pool2d are right. avg_pool2d, batch_norm's mean of [20000000, 1] and the gradients of embedding,
#     index_select and gather stop at 2^24, as adding one by one in float32 does, where 2^24 + 1 is 2^24: the average is 0.84,
#     the gradient 16,777,216. batch_norm's mean of the same numbers as one image is 1. (With one thread.)
# Means: a tolerance does not follow from the dtype, but from the function, the layout and the number of addends; a gate that
#     compares avg_pool2d with mean stays far below 2^24 elements; a table of accuracy needs rows for gradients, too.
source "$(dirname "$0")/common.sh"
pypi torch==2.13.0
cat >"$work/finding.py" <<'END'
import torch
F = torch.nn.functional
n = 20_000_000
torch.set_num_threads(1)
ones = torch.ones(1, 1, 5000, 4000)
means = []
for shape in ((1, 1, 5000, 4000), (n, 1)):
    mean = torch.zeros(1)
    F.batch_norm(ones.view(shape), mean, torch.ones(1), training=True, momentum=1.0)
    means.append(round(mean.item(), 7))
print("mean", ones.mean().item())
print("adaptive_avg_pool2d", F.adaptive_avg_pool2d(ones, 1).item())
print("avg_pool2d", round(F.avg_pool2d(ones, (5000, 4000)).item(), 7))
print("batch_norm's mean of [1, 1, 5000, 4000] and of [20000000, 1]", *means)
row = torch.zeros(n, dtype=torch.int64)
for function in ("embedding", "index_select", "gather"):
    weight = torch.zeros(2, 1, requires_grad=True)
    used = {"embedding": lambda: F.embedding(row, weight), "index_select": lambda: weight.index_select(0, row),
            "gather": lambda: weight.gather(0, row.view(-1, 1))}[function]()
    used.backward(torch.ones_like(used))
    print(f"{function}'s gradient", int(weight.grad[0, 0]))
END
python3 -W ignore "$work/finding.py" | behaves 3<<'END'
mean 1.0
adaptive_avg_pool2d 1.0
avg_pool2d 0.8388608
batch_norm's mean of [1, 1, 5000, 4000] and of [20000000, 1] 1.0 0.8388608
embedding's gradient 16777216
index_select's gradient 16777216
gather's gradient 16777216
END
