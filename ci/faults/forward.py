#!/usr/bin/env python3
"""Prints the exported functions of the proxy library: each forwards to the backend under test. Usage: forward.py"""
import pathlib
import sys

ABI = pathlib.Path(__file__).resolve().parents[2] / "impl" / "abi"
sys.path.insert(0, str(ABI))
sys.dont_write_bytecode = True
import generate  # noqa: E402

for f in generate.load():
    arguments = ", ".join(p["name"] for p in f["params"])
    print(f'RT_API {generate.C_TYPE[f["returns"]]} {f["symbol"]}({generate.c_params(f)}) '
          f'{{ return active().{f["name"]}({arguments}); }}')
