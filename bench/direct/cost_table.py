#!/usr/bin/env python3
"""The cost table of the docs, from bench_direct's raw samples.

    cost_table.py FILE             prints the table
    cost_table.py FILE --update    keeps the samples in docs/measurements/direct.json and puts the table into the docs

FILE is what `bench_direct --json FILE` wrote. Medians and intervals are made from the samples again.
"""
import json
import math
import statistics
import sys
from pathlib import Path

from intervals import median_interval

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/compare-with-libtorch.md"
SAMPLES = ROOT / "docs/measurements/direct.json"

# What every call through the ABI costs, whatever it does: handles looked up, pinned and made, the error code set.
HANDLES_NS = 50
HANDLES = "handles and the error code: {:.0f} ns"


def why(row, cost):
    if cost <= 1.05:
        return ""
    if row["limit_reason"]:
        return row["limit_reason"]
    samples = row["samples"]
    layer = statistics.median(samples["abi"]) - statistics.median(samples.get("direct", [0]))
    return HANDLES.format(layer) if layer <= HANDLES_NS else f"checks and conversions before the call: {layer:.0f} ns"


def number(ns):
    return f"{ns:.1f}" if ns < 100 else f"{ns:,.0f}"


def table(report):
    lines = ["| call | operands | cost | 99 % interval | ABI ns | direct ns | limit | why |",
             "| --- | --- | ---: | --- | ---: | ---: | ---: | --- |"]
    smallest = []
    for row in report["rows"]:
        if "samples" not in row:
            raise SystemExit(f"{row['name']} has no samples: {row['message']}")
        samples = row["samples"]
        cost = statistics.median(samples["cost"])
        low, high = median_interval(samples["cost"])
        if row["size"] == "smallest" and row["threads"] == 1 and not row["null"]:
            smallest.append(cost)
        direct = number(statistics.median(samples["direct"])) if "direct" in samples else "–"
        lines.append(f"| `{row['name']}` | {row['operands']} | {cost:.3f} | {low:.3f} to {high:.3f} | "
                     f"{number(statistics.median(samples['abi']))} | {direct} | {row['limit']:.2f} | {why(row, cost)} |")
    head = (f"LibTorch {report['libtorch']}, {min(len(r['samples']['cost']) for r in report['rows'])} processes or more a row. "
            f"{len(smallest)} functions at their smallest size: median cost {statistics.median(smallest):.3f}, "
            f"{sum(c < 1 for c in smallest)} below 1, {sum(c > 1.05 for c in smallest)} over 1.05.\n")
    return "\n".join([head, *lines]) + "\n"


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else value
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--update"]):
        raise SystemExit(__doc__)
    report = json.loads(Path(sys.argv[1]).read_text())
    if report["not_comparable"]:
        raise SystemExit(report["not_comparable"])
    if sys.argv[2:]:
        report = rounded(report)
        rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in report.pop("rows"))
        SAMPLES.write_text(json.dumps(report)[:-1] + ', "rows": [\n' + rows + "\n]}\n")
        report = json.loads(SAMPLES.read_text())
        page = PAGE.read_text()
        begin, end = page.index("<!-- cost -->"), page.index("<!-- end of cost -->")
        PAGE.write_text(page[:begin] + "<!-- cost -->\n" + table(report) + page[end:])
    else:
        print(table(report), end="")


main()
