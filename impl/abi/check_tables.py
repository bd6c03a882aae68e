#!/usr/bin/env python3
"""Compares functions.toml and the dyncall forms with the contract's lists in tables/: names, order, types. Prints every
difference; exit 1 where there is one.
"""
import csv
import pathlib
import sys

import dyncall
import generate

TABLES = generate.HERE / "tables"


def rows(name):
    with open(TABLES / name, newline="", encoding="utf-8") as file:
        return list(csv.reader(file, delimiter="\t"))[1:]


def compare(name, expected, got, differences):
    for line in range(max(len(expected), len(got))):
        e = expected[line] if line < len(expected) else "nothing"
        g = got[line] if line < len(got) else "nothing"
        if e != g:
            differences.append(f"{name} line {line + 2}: the contract has {e}, the function table {g}")


def main():
    functions = generate.load()
    differences = []
    for set_name, table in (("core", "rt_torch_abi.tsv"), ("control", "rt_torch_control.tsv")):
        expected = [(row + [""] * 4)[:4] for row in rows(table)]
        got = [[f["category"], f["returns"], f["symbol"], ", ".join(f"{p['name']}: {p['type']}" for p in f["params"])]
               for f in functions if f["set"] == set_name]
        compare(table, expected, got, differences)

    # The contract lists the dyncall forms in an order of its own.
    expected = sorted([row[0], row[1], row[2].split(";")[0]] for row in rows("rt_torch_dyncall.tsv"))
    got = [[form.symbol, ", ".join(p + ": i64" for p in form.parameters), form.function["symbol"]]
           for form in dyncall.forms(functions)]
    got.append(["rt_torch_torchtensor_shape_dim", "handle: i64, dim: i64", "rt_torch_torchtensor_shape"])
    compare("rt_torch_dyncall.tsv (sorted)", expected, sorted(got), differences)

    for difference in differences:
        print(difference)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
