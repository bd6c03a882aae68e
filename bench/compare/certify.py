#!/usr/bin/env python3
"""How far comparisons can be believed: false alarms between equal builds, and planted slowdowns of known size found.

    ci/perf certify [--equal N] [--slow N] [--kinds constant,percentage,cache] [--percents 1,2,3,5,10] [--busy]
    ci/perf certify --report     puts the tables of the samples into docs/compare-builds.md

Equal builds are compared over all calls: the library with a copy of itself, and with itself laid out otherwise, in turn.
A slowdown is planted in add and relu, and these are compared along with two functions that are as they were. Every
comparison is one line of docs/measurements/compare/samples.jsonl; what is there is not measured again while the programs
stay the same, so that an interrupted series goes on where it stopped. --busy keeps every core busy meanwhile.

Exit 0, 2 where a comparison could not be made, 64 on bad usage.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import mpmath

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN, LIB = ROOT / "build/bin", ROOT / "build/lib"
SAMPLES = ROOT / "docs/measurements/compare/samples.jsonl"
PAGE = ROOT / "docs/compare-builds.md"
BEGIN, END = "<!-- certificate -->", "<!-- end of certificate -->"
# The call that a slowdown of each kind is of the named size for.
CALLS = "add/smallest,relu/smallest,sub/smallest,ndim/smallest"
SLOWED = ("add/smallest", "relu/smallest")


def programs():
    """What a line is of: other programs have to be measured anew."""
    digest = hashlib.sha256()
    for file in BIN / "bench_compare", LIB / "libsimple_torch_ffi.so", LIB / "injected_ffi.so":
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def read_samples():
    if not SAMPLES.exists():
        return []
    lines = SAMPLES.read_text().splitlines()
    return [json.loads(line) for line in lines if line.strip()]


class Busy:
    """Every core kept busy by a loop, for as long as it lives."""

    def __enter__(self):
        self.loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(os.cpu_count() or 1)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()


def compare(baseline, candidate, calls):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [BIN / "bench_compare", "--baseline", baseline, "--candidate", candidate, "--json", file.name]
        ran = subprocess.run(command + (["--filter", calls] if calls else []), capture_output=True, text=True)
        if ran.returncode not in (0, 1, 2, 3) or not os.path.getsize(file.name):
            sys.exit(f"ci/perf certify: bench_compare ended with {ran.returncode}: {ran.stderr}")
        return json.load(file)


def line_of(report, kind, percent, condition):
    decisions = collections.Counter(row["decision"] for row in report["rows"])
    line = {"programs": programs(), "kind": kind, "percent": percent, "condition": condition, "machine": report["comparability_key"],
            "decisions": dict(sorted(decisions.items())), "nulls_off": report["nulls_off"],
            "alarms": [row["name"] for row in report["rows"] if row["decision"] in ("regressed", "improved")]}
    if percent:
        line["calls"] = {row["name"]: {"decision": row["decision"], "ratio": row["ratio"], "low": row["low"], "high": row["high"],
                                       "samples": row.get("confirmed", row["screened"])}
                         for row in report["rows"]}
    return line


def measure(options):
    condition = "busy" if options.busy else "alone"
    digest = programs()
    done = collections.Counter((line["kind"], line["percent"], line["condition"]) for line in read_samples()
                               if line["programs"] == digest)
    wanted = [("copy", 0), ("padded", 0)] * (options.equal // 2)
    wanted += [(kind, percent) for _ in range(options.slow) for kind in options.kinds.split(",")
               for percent in map(int, options.percents.split(","))]
    SAMPLES.parent.mkdir(parents=True, exist_ok=True)
    own = LIB / "libsimple_torch_ffi.so"
    seen = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for number, (kind, percent) in enumerate(wanted, 1):
            seen[kind, percent] += 1
            if seen[kind, percent] <= done[kind, percent, condition]:
                continue
            print(f"{number} of {len(wanted)}: {kind} {percent} %", file=sys.stderr)
            if percent == 0:
                report = compare(own, own if kind == "copy" else LIB / "libsimple_torch_ffi_padded.so", "")
            else:
                slow = [shutil.copy(LIB / "injected_ffi.so", f"{folder}/{kind}-{p}.so") for p in (0, percent)]
                report = compare(*slow, CALLS)
            with SAMPLES.open("a") as file:
                file.write(json.dumps(line_of(report, kind, percent, condition)) + "\n")


def clopper_pearson(hits, count, confidence=0.95):
    """Bounds of a probability of which `hits` of `count` were seen (Clopper and Pearson, Biometrika 26, 1934)."""
    tail = (1 - confidence) / 2

    def bound(a, b, p):
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            if mpmath.betainc(a, b, 0, middle, regularized=True) < p:
                low = middle
            else:
                high = middle
        return low

    return (0.0 if hits == 0 else bound(hits, count - hits + 1, tail), 1.0 if hits == count else bound(hits + 1, count - hits, 1 - tail))


def rank_test(a, b):
    """The two-sided U test's p by the normal approximation with its continuity correction, as scipy gives it for
    samples of this size, and Google Benchmark's compare.py takes it."""
    ranks = {}
    ordered = sorted(a + b)
    for value in set(ordered):
        first = ordered.index(value)
        ranks[value] = first + 1 + (ordered.count(value) - 1) / 2
    n, m = len(a), len(b)
    u = sum(ranks[value] for value in a) - n * (n + 1) / 2
    ties = sum(ordered.count(v) ** 3 - ordered.count(v) for v in set(ordered))
    sigma = (n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)))) ** 0.5
    return float(mpmath.erfc((max(0.0, abs(u - n * m / 2) - 0.5)) / sigma / 2 ** 0.5)) if sigma else 1.0


def share(hits, count):
    low, high = clopper_pearson(hits, count)
    return f"{hits} of {count} ({100 * low:.1f} to {100 * high:.1f} %)"


def tables():
    lines = read_samples()
    text = ["Equal builds, all calls: comparisons with an alarm, in brackets what the probability of one is (95 %, Clopper and Pearson).",
            "", "| condition | compared with | comparisons with an alarm | invalid | calls left inconclusive, a comparison |", "| --- | --- | --- | --- | --- |"]
    for condition in "alone", "busy":
        for kind, what in ("copy", "a copy of itself"), ("padded", "itself, laid out otherwise"):
            rows = [line for line in lines if line["kind"] == kind and line["condition"] == condition]
            if not rows:
                continue
            inconclusive = sum(row["decisions"].get("inconclusive", 0) for row in rows) / len(rows)
            text.append(f"| {condition} | {what} | {share(sum(bool(row['alarms']) for row in rows), len(rows))} | "
                        f"{sum(bool(row['nulls_off']) for row in rows)} | {inconclusive:.1f} of {sum(rows[0]['decisions'].values())} |")
    text += ["", "Planted slowdowns, in `add` and `relu` at 4×4: verdicts on these calls; beside them what a rank test at 0.05 over the same "
             "processes says of them, and of the two calls that are as they were.", "",
             "| condition | kind | planted | ratio found | regressed | inconclusive | passed | U test: slowed calls found | U test: false alarms |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    groups = sorted({(line["condition"], line["kind"], line["percent"]) for line in lines if line["percent"]})
    for condition, kind, percent in groups:
        rows = [line["calls"] for line in lines if (line["condition"], line["kind"], line["percent"]) == (condition, kind, percent)]
        slowed = [row[name] for row in rows for name in SLOWED]
        same = [call for row in rows for name, call in row.items() if name not in SLOWED]
        ratios = sorted(call["ratio"] for call in slowed)
        count = collections.Counter(call["decision"] for call in slowed)
        found = sum(rank_test(c["samples"]["baseline_ns"], c["samples"]["candidate_ns"]) < 0.05 for c in slowed)
        false = sum(rank_test(c["samples"]["baseline_ns"], c["samples"]["candidate_ns"]) < 0.05 for c in same)
        text.append(f"| {condition} | {kind} | {percent} % | {ratios[len(ratios) // 2]:.3f} | {share(count['regressed'], len(slowed))} | "
                    f"{count['inconclusive']} | {count['pass']} | {found} of {len(slowed)} | {false} of {len(same)} |")
    return "\n".join(text)


def report():
    page = PAGE.read_text()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(page[:begin] + "\n" + tables() + "\n" + page[end:])


def main():
    parser = argparse.ArgumentParser(prog="ci/perf certify", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--equal", type=int, default=100)
    parser.add_argument("--slow", type=int, default=50, help="comparisons of each kind and size; each has two slowed calls")
    parser.add_argument("--kinds", default="constant,percentage,cache")
    parser.add_argument("--percents", default="1,2,3,5,10")
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--report", action="store_true")
    try:
        options = parser.parse_args()
    except SystemExit as error:
        sys.exit(64 if error.code else 0)
    if options.report:
        return report()
    if not (BIN / "bench_compare").exists():
        sys.exit("ci/perf certify: nothing is built yet")
    if options.busy:
        with Busy():
            measure(options)
    else:
        measure(options)
    report()


if __name__ == "__main__":
    main()
