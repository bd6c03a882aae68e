#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch)
# Expected: set_flush_denormal(True) decides for every later operation. Its documentation: "Disables denormal floating
#     numbers on CPU", and no word of threads.
# Seen: it sets the calling thread's mode alone. Of one operation on 200,000 equal denormals the half that the calling thread
#     computes is 0, the half of the OpenMP thread that was there before is not.
# Means: a host that flushes denormals on its thread (audio programs do) gets from a LibTorch binding results that change
#     inside one tensor, at the border between threads. A binding that must leave the floating-point mode as it is, and a
#     gate that checks this, cannot do it on one thread alone; compare values with one thread and with several.
source "$(dirname "$0")/common.sh"
pypi torch==2.13.0
cat >"$work/finding.py" <<'END'
import torch
torch.set_num_threads(2)
x = torch.full((200000,), 1e-40)
x * 1  # starts the second thread
print("flushing:", torch.set_flush_denormal(True))
zero = (x * 1) == 0
torch.set_flush_denormal(False)
print("elements that are 0:", int(zero.sum()), "of", len(x))
print("first half all 0:", bool(zero[:100000].all()), " second half any 0:", bool(zero[100000:].any()))
END
python3 -W ignore "$work/finding.py" | behaves 3<<'END'
flushing: True
elements that are 0: 100000 of 200000
first half all 0: True  second half any 0: False
END
