#!/usr/bin/env python3
"""The table of what errors cost in the docs, a column for each version of LibTorch, from bench_errors' raw samples.

    error_table.py BUILD           measures the library of a build folder, and prints its table
    error_table.py FILE            prints the table of what `bench_errors --json FILE` wrote
    error_table.py ... --write     keeps the samples in docs/measurements/errors_VERSION.json, in place of the same version's,
                                   and puts the table of all that are kept into docs/measure-latency.md
    --into FOLDER, --page FILE     other places than these

Exit 0; 1 where a path is not as it should be, of which --write keeps nothing; 2 where nothing was measured or kept; 64 on bad
usage."""
import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- errors -->\n", "<!-- end of errors -->\n"


def fail(reason):
    print(f"error_table.py: {reason}", file=sys.stderr)
    sys.exit(2)


def measured(build):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "errors.json"
        ran = subprocess.run([build / "bin/bench_errors", "--backend", build / "lib/libsimple_torch_ffi.so", "--json", file],
                             capture_output=True, text=True)
        if ran.returncode not in (0, 1) or not file.exists():
            fail(ran.stderr.strip() or ran.stdout.strip() or f"bench_errors ended with {ran.returncode}")
        return json.loads(file.read_text())


def number(ratio):
    return f"{ratio:.2f}" if ratio < 0.1 else f"{ratio:.1f}" if ratio < 100 else f"{ratio:,.0f}"


def median(samples):
    return statistics.median(samples)


def condensed(report):
    """What is kept: of each function's code the path that costs most, and figures of all."""
    timed = [row for row in report["rows"] if row["ratio"]]
    dearest = {}
    for row in timed:
        key = row["function"], row["code"]
        if key not in dearest or median(row["ratio"]) > median(dearest[key]["ratio"]):
            dearest[key] = {name: row[name] for name in ("name", "function", "code", "throws", "reason")}
            dearest[key]["ratio"] = [float(f"{ratio:.4g}") for ratio in row["ratio"]]
    # In the order of the functions, and within one by code.
    functions = list(dict.fromkeys(row["function"] for row in timed))
    rows = sorted(dearest.values(), key=lambda row: (functions.index(row["function"]), row["code"]))
    return {"version": report["version"].split("+")[0].split()[-1], "date": report["date"], "paths": len(timed),
            "compared": sum(not row["reason"] for row in timed), "cheapest": report["cheapest"], "dearest": report["dearest"],
            "unit_ns": round(median([median(row["ns"]) / median(row["ratio"]) for row in timed])), "rows": rows}


def cell(rows):
    """Codes and ratios: *what throws nothing*, (what is found by doing the call's work)."""
    texts = []
    for row in rows:
        text = f"{row['code']}: {number(median(row['ratio']))}"
        texts.append(f"*{text}*" if row["throws"] == 0 else f"({text})" if row["reason"] else text)
    return ", ".join(texts) or "–"


def summary(report):
    return (f"* LibTorch {report['version']} on {report['date']}: {report['paths']} paths. {report['compared']} of them throw an "
            f"exception and do nothing besides, and cost {report['cheapest']:.1f} to {report['dearest']:.1f} times `add` + `free` "
            f"({report['unit_ns']} ns): a factor of {report['dearest'] / report['cheapest']:.1f}.")


def table(reports):
    functions = list(dict.fromkeys(row["function"] for report in reports for row in report["rows"]))
    head = ["function", *(f"LibTorch {report['version']}" for report in reports)]
    lines = [*map(summary, reports), "", "| " + " | ".join(head) + " |", "| " + " | ".join(["---"] * len(head)) + " |"]
    for function in functions:
        cells = [cell([row for row in report["rows"] if row["function"] == function]) for report in reports]
        lines.append(f"| `{function}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def by_number(report):
    return [int(part) for part in re.findall(r"\d+", report["version"])[:3]]  # of 2.14.0a0 as well


class Parser(argparse.ArgumentParser):
    def error(self, message):
        print(f"error_table.py: {message} (--help says more)", file=sys.stderr)
        sys.exit(64)


def write(report, into, page):
    rows = ",\n".join(map(json.dumps, report["rows"]))
    before, begun, rest = page.read_text().partition(BEGIN)
    _, ended, behind = rest.partition(END)
    if not begun or not ended:
        fail(f"{page} has no {BEGIN.strip()} with its {END.strip()}")
    (into / f"errors_{report['version']}.json").write_text(
        json.dumps({**report, "rows": None}).replace("null", "[\n" + rows + "\n]") + "\n")
    reports = sorted((json.loads(file.read_text()) for file in into.glob("errors_*.json")), key=by_number)
    page.write_text(before + BEGIN + table(reports) + END + behind)


def main():
    if sys.argv[1:2] in (["--help"], ["-h"]):
        print(__doc__)
        return 0
    parser = Parser(add_help=False)
    parser.add_argument("given", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--into", type=Path, default=ROOT / "docs/measurements")
    parser.add_argument("--page", type=Path, default=ROOT / "docs/measure-latency.md")
    options = parser.parse_args()
    report = measured(options.given.resolve()) if options.given.is_dir() else json.loads(options.given.read_text())
    if report["not_comparable"] or not report["cheapest"]:
        fail(report["not_comparable"] or "no path was measured")
    problems = [f"{row['name']}: {row['problem']}" for row in report["rows"] if row["problem"]]
    report = condensed(report)
    if not options.write:
        print(table([report]), end="")
    elif not problems:
        write(report, options.into, options.page)
    print("".join(problem + "\n" for problem in problems), end="", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
