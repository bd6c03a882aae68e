#!/usr/bin/env python3
"""A runtime in Python, which loads the library through ctypes: runtime.py LIBRARY."""
import ctypes
import sys

print("a runtime in Python", sys.version_info[:2])
library = ctypes.CDLL(sys.argv[1])
library.rt_torch_live_tensors.restype = ctypes.c_int64
print(library.rt_torch_live_tensors(), "tensors")
