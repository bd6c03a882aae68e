#!/usr/bin/env python3
"""What twenty functions cost over LibTorch's own calls: this library's, and two thin bindings' (bench/peers).

    peer_table.py BUILD             builds what is needed, measures, and prints the table
    peer_table.py BUILD --update    the same, keeps the samples in docs/measurements/peers.json and puts the table into the docs
    peer_table.py --from FILE       prints the table of samples that were kept

BUILD is the build folder. The libraries are timed by bench_direct, one after the other, each beside the direct call.
"""
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench/direct"))
from intervals import median_interval  # noqa: E402

PAGE = ROOT / "docs/compare-with-libtorch.md"
SAMPLES = ROOT / "docs/measurements/peers.json"
BEGIN, END = "<!-- peers -->", "<!-- end of peers -->"
FUNCTIONS = ("zeros ones full from_data add sub mul div neg exp relu sigmoid softmax matmul transpose reshape sum ndim clone "
             "free").split()
ROWS = [f"{name}/smallest" for name in FUNCTIONS] + ["add/smallest/2-threads"]
LIBRARIES = {"this library": "libsimple_torch_ffi.so", "raw pointers": "peer_raw.so", "a locked map": "peer_locked.so"}


def measure(build, library):
    """The samples of each row: the cost in each process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        ran = subprocess.run([build / "bin/bench_direct", "--backend", build / "lib" / library, "--filter", ",".join(ROWS),
                              "--rounds", "0", "--json", file], stdout=subprocess.PIPE, text=True)
        # 1 and 3 are of limits, which are the gate's.
        if ran.returncode not in (0, 1, 3) or not file.exists():
            raise SystemExit(f"bench_direct of {library} ended with {ran.returncode}\n{ran.stdout}")
        report = json.loads(file.read_text())
    if report["not_comparable"]:
        raise SystemExit(f"{library}: {report['not_comparable']}")
    found = {row["name"]: row for row in report["rows"]}
    for name in ROWS:
        if "samples" not in found.get(name, {}):
            raise SystemExit(f"{library}: {name} has no samples: {found.get(name, {}).get('message', 'not timed')}")
    return report["libtorch"], {name: [round(cost, 4) for cost in found[name]["samples"]["cost"]] for name in ROWS}


def table(report):
    names = list(report["libraries"])
    lines = ["| call | " + " | ".join(names) + " |", "| --- |" + " --- |" * len(names)]
    for row in ROWS:
        cells = []
        for name in names:
            samples = report["libraries"][name][row]
            low, high = median_interval(samples)
            cells.append(f"{statistics.median(samples):.3f} ({low:.3f} to {high:.3f})")
        lines.append(f"| `{row}` | " + " | ".join(cells) + " |")
    medians = [statistics.median(statistics.median(report["libraries"][name][row]) for row in ROWS) for name in names]
    lines.append("| median of these | " + " | ".join(f"{m:.3f}" for m in medians) + " |")
    return f"LibTorch {report['libtorch']}; the median over processes and its 99 % interval.\n\n" + "\n".join(lines) + "\n"


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--from":
        print(table(json.loads(Path(sys.argv[2]).read_text())), end="")
        return
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--update"]) or sys.argv[1].startswith("-"):
        print(__doc__, end="", file=sys.stdout if sys.argv[1:] == ["--help"] else sys.stderr)
        raise SystemExit(0 if sys.argv[1:] == ["--help"] else 64)
    build = Path(sys.argv[1]).resolve()
    subprocess.run(["cmake", "--build", build, "--target", "peers"], check=True, stdout=subprocess.DEVNULL)
    report = {"libraries": {}}
    for name, library in LIBRARIES.items():
        report["libtorch"], report["libraries"][name] = measure(build, library)
    if sys.argv[2:]:
        SAMPLES.write_text(json.dumps(report).replace('"this library"', '\n"this library"').replace("]}, ", "]},\n").replace("], ", "],\n") + "\n")
        page = PAGE.read_text()
        begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
        PAGE.write_text(page[:begin] + "\n" + table(json.loads(SAMPLES.read_text())) + page[end:])
    print(table(report), end="")


if __name__ == "__main__":
    main()
