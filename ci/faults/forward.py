#!/usr/bin/env python3
"""Prints the exported functions of the proxy library: each forwards to the backend under test. Usage: forward.py"""
import pathlib
import sys

ABI = pathlib.Path(__file__).resolve().parents[2] / "impl" / "abi"
sys.path.insert(0, str(ABI))
sys.dont_write_bytecode = True
import generate  # noqa: E402

HANDLES = ("tensor", "tensor?", "stream")


def argument(p):
    if p["type"] in HANDLES:
        return f"in({p['name']})"
    return f"In({p['name']})" if p["type"] == "[tensor]" else p["name"]


for f in generate.load():
    call = f"active().{f['name']}({', '.join(argument(p) for p in f['params'])})"
    symbol, returns, parameters = f["symbol"], f["returns"], generate.c_params(f)
    if f["name"] == "last_error_code":
        body = f"const int32_t left = planted::left_code(); return left >= 0 ? left : {call};"
    elif f["name"] == "last_error_message":
        body = f"return {call};"
    elif f["name"] in ("free", "stream_free"):
        body = f"enter(); {call}; if (surface().freed) surface().freed(handle);"
    elif returns in HANDLES:
        body = f"enter(); return out({call});"
    elif returns == "[tensor]":
        body = f"enter(); return out_all({call});"
    elif returns == "bool":
        # A register is 64 bits wide, a bool its lowest 8.
        print(f'extern "C" uint64_t wide_{f["name"]}({parameters}) __asm__("{symbol}");')
        print(f"__attribute__((visibility(\"default\"))) uint64_t wide_{f['name']}({parameters}) "
              f"{{ const Noted noted(Fn::{f['name']}); enter(); return ({call} ? 1 : 0) | surface().upper_bits; }}")
        continue
    else:
        body = f"enter(); {'return ' if returns != 'void' else ''}{call};"
    body = f"const Noted noted(Fn::{f['name']}); {body}"
    print(f"RT_API {generate.C_TYPE[returns]} {symbol}({parameters}) {{ {body} }}")
