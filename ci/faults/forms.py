#!/usr/bin/env python3
"""Prints the dyncall forms of a library in which they may be wrong: each calls the right one, "right_…". Usage: forms.py"""
import pathlib
import re

FORMS = pathlib.Path(__file__).resolve().parents[2] / "impl" / "dynload" / "dyncall.def"

for symbol, count in re.findall(r"^RT_DYNCALL\((\w+), (\d+)\)", FORMS.read_text(), re.M):
    places = range(int(count))
    parameters = ", ".join(f"int64_t a{i}" for i in places)
    print(f'extern "C" int64_t right_{symbol}({parameters});')
    print(f'RT_API int64_t {symbol}({parameters}) {{ return simple::planted::call_form("{symbol}", {{{", ".join(f"a{i}" for i in places)}}}, '
          f'[](const int64_t* a) {{ return right_{symbol}({", ".join(f"a[{i}]" for i in places)}); }}); }}')
