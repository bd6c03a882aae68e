#!/usr/bin/env python3
"""Prints a version script that exports the table's functions but some. Usage: exported.py core | without NAME"""
import pathlib
import sys

ABI = pathlib.Path(__file__).resolve().parents[2] / "impl" / "abi"
sys.path.insert(0, str(ABI))
sys.dont_write_bytecode = True
import generate  # noqa: E402

core_only = sys.argv[1] == "core"
kept = [f["symbol"] for f in generate.load() if (f["set"] == "core" if core_only else f["name"] != sys.argv[2])]
print("{ global:", *(f"{symbol};" for symbol in kept), "local: *; };")
