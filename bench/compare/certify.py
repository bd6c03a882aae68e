#!/usr/bin/env python3
"""How far comparisons can be believed: false alarms between equal builds, and planted slowdowns of known size found.

    ci/perf certify [--minutes N] [--busy] [--equal N] [--slow N] [--kinds constant,percentage,cache] [--percents 1,2,3,5,10]
    ci/perf certify --report     puts the tables of what was counted into docs/compare-builds.md

Equal builds are compared over all calls: the library with itself, and with itself linked otherwise, in turn. Slowdowns are
planted in as many functions as there are kinds and sizes, each in one, and which in which is drawn anew for every comparison; these
functions are compared along with calls that are as they were. --busy keeps every core busy meanwhile, which is a series of its
own; else a comparison is "alone" or, where other work took more than a tenth of the machine, "shared", and counted so.

A series takes hours, and is made in slices: --minutes ends one before the comparison that would last longer. Every comparison
is one line of docs/measurements/compare/samples.jsonl, written when it is whole, so that whatever ends a slice loses one
comparison. The same command goes on where the series stopped, with what has fewest comparisons. What was counted by another
form of the procedure (the sources of bench_compare and of the planted slowdowns) is kept and not counted.
A verdict that is wrong is kept with its samples in docs/measurements/compare/misjudged.jsonl; once the procedure is mended its
line belongs into bench/compare/misjudged.jsonl, which a test judges again.

Exit 0, 2 where a comparison could not be made, 64 on bad usage, 130 when interrupted.
"""
import argparse
import collections
import fcntl
import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN, LIB = ROOT / "build/bin", ROOT / "build/lib"
KEPT = ROOT / "docs/measurements/compare"
SAMPLES, MISJUDGED = KEPT / "samples.jsonl", KEPT / "misjudged.jsonl"
PAGE = ROOT / "docs/compare-builds.md"
BEGIN, END = "<!-- certificate -->", "<!-- end of certificate -->"
LAYOUTS = [f"_padded_{n}" for n in (1, 2, 3)]
EQUAL = {"copy": "libsimple_torch_ffi.so", "moved": "libsimple_torch_ffi_moved.so"}
# In the order in which injected.c has them, and its letters.
FUNCTIONS = "add relu sub mul div neg abs sqrt exp log sigmoid tanh gelu clone t".split()
LETTERS = {"constant": "c", "percentage": "p", "cache": "m"}
# The sizes of the calls that a slowdown of each kind has the named size in.
SIZES = {"constant": ["smallest"], "percentage": ["smallest", "realistic"], "cache": ["smallest"]}
AS_THEY_WERE = ["squeeze/smallest", "ndim/smallest"]
ALONE = 0.1  # of the machine may other work take


def give_up(why, code=2):
    print(f"ci/perf certify: {why}", file=sys.stderr)
    sys.exit(code)


def sources():
    """What decides how comparisons come out; the library that is compared may change."""
    compare = [f"{part}.{kind}" for part in ("compare", "cores", "decide", "layouts", "sampler", "side_process", "slots", "turns") for kind in ("cpp", "h")]
    files = [ROOT / "bench/compare" / name for name in [*compare, "injected.c", "padding.c"]]
    calls = sorted(file for file in (ROOT / "bench/calls").glob("*.[ch]*") if not file.stem.endswith("_test"))
    return [file for file in [*files, *calls, ROOT / "reports/statistics.cpp"] if file.exists()]


def procedure():
    digest = hashlib.sha256()
    for file in sources():
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def demand_built():
    names = [f"{name}{layout}.so" for name in ("libsimple_torch_ffi", "libsimple_torch_ffi_moved", "injected_ffi")
             for layout in ("", *LAYOUTS)]
    libraries = {name: LIB / name for name in names}
    for needed in BIN / "bench_compare", BIN / "compare_certificate", *libraries.values():
        if not needed.exists():
            give_up(f"{needed.name} is not built yet")
    made = {"injected.c": libraries["injected_ffi.so"], "padding.c": libraries["libsimple_torch_ffi_moved.so"]}
    for file in sources():
        of = made.get(file.name, BIN / "bench_compare")
        if file.suffix != ".h" and file.stat().st_mtime > of.stat().st_mtime:
            give_up(f"{of.name} is older than {file.name}: build it, or leave --no-build out")


class Series:
    """The file of counts: one process writes it at a time, each line whole or not at all."""

    def __init__(self):
        KEPT.mkdir(parents=True, exist_ok=True)
        self.file = os.open(SAMPLES, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            give_up("another certify is adding to this series")
        self.set_torn_end_aside()
        self.lines = []
        for number, line in enumerate(SAMPLES.read_text().splitlines(), 1):
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                give_up(f"{SAMPLES}, line {number} is torn; mend or remove it")

    def set_torn_end_aside(self):
        whole, newline, torn = SAMPLES.read_bytes().rpartition(b"\n")
        if not torn:
            return
        aside = SAMPLES.with_suffix(".torn")
        with aside.open("ab") as file:
            file.write(torn + b"\n")
        os.ftruncate(self.file, len(whole) + len(newline))
        print(f"ci/perf certify: the last line was torn; it is set aside in {aside.name}", file=sys.stderr)

    def add(self, line):
        end = os.lseek(self.file, 0, os.SEEK_END)
        data = (line + "\n").encode()
        try:
            if os.write(self.file, data) != len(data):
                raise OSError("no space is left")
            os.fsync(self.file)
        except OSError as error:
            os.ftruncate(self.file, end)
            give_up(f"{SAMPLES} cannot be written: {error}")
        self.lines.append(json.loads(line))

    def of(self, busy):
        return [line for line in self.lines if (line["condition"] == "busy") == busy]

    def done(self, made_by, busy):
        """Comparisons of equal builds by kind, and those of each kind and size of slowdown."""
        done = collections.Counter()
        for line in self.of(busy):
            if line["procedure"] == made_by:
                done.update({(call["kind"], call["percent"]) for call in line["slowed"]} or {(line["kind"], 0)})
        return done


def with_its_parent(*command, name="KILL"):
    """The command, ended with this process however this is ended."""
    return ["setpriv", "--pdeathsig", name, *map(str, command)]


class Busy:
    """Every core kept busy by a loop, for as long as it lives."""

    def __init__(self, wanted):
        self.count = (os.cpu_count() or 1) if wanted else 0

    def __enter__(self):
        self.loops = [subprocess.Popen(with_its_parent("sh", "-c", "while :; do :; done")) for _ in range(self.count)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()


class Elsewhere:
    """Which part of the machine work other than this process's children takes."""

    def __init__(self):
        self.before = self.now()

    @staticmethod
    def now():
        ticks = [int(word) for word in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        idle = ticks[3] + ticks[4]
        return sum(ticks), sum(ticks) - idle, (used.ru_utime + used.ru_stime) * os.sysconf("SC_CLK_TCK")

    def part(self):
        total, busy, own = (now - before for now, before in zip(self.now(), self.before))
        return min(1.0, max(0.0, (busy - own) / max(1, total)))


def compare(baseline, candidate, calls, report):
    ran = subprocess.run(with_its_parent(BIN / "bench_compare", "--baseline", baseline, "--candidate", candidate, "--json", report,
                                         *(["--filter", ",".join(calls)] if calls else []), name="TERM"),
                         capture_output=True, text=True)
    if ran.returncode not in (0, 1, 2, 3) or not report.exists():
        give_up(f"bench_compare ended with {ran.returncode}: {ran.stderr.strip()}")


def drawn(groups, number):
    """Which function has which slowdown in the comparison of that number, {function: (kind, percent)}: the same for the same number."""
    functions = FUNCTIONS[:]
    random.Random(number).shuffle(functions)
    return dict(zip(functions, groups))


def planted_name(slowdowns):
    """What injected.c reads."""
    return "planted-" + "".join(f"{LETTERS[kind]}{percent:02}" for kind, percent in (slowdowns.get(f, ("constant", 0)) for f in FUNCTIONS))


def one(kind, slowdowns, busy, made_by):
    """The line of one comparison, and what was misjudged in it."""
    slowed = {f"{function}/{size}": group for function, group in slowdowns.items() for size in SIZES[group[0]]}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        report, elsewhere, began = folder / "report.json", Elsewhere(), time.monotonic()
        if slowed:
            was, now = planted_name({}), planted_name(slowdowns)
            # Relinks behind the library: one that is older is of another build.
            for layout in "", *LAYOUTS:
                for name in was, now:
                    shutil.copyfile(LIB / f"injected_ffi{layout}.so", folder / f"{name}{layout}.so")
            compare(folder / f"{was}.so", folder / f"{now}.so", [*slowed, *AS_THEY_WERE], report)
        else:
            compare(LIB / EQUAL["copy"], LIB / EQUAL[kind], [], report)
        part = elsewhere.part()
        condition = "busy" if busy else "alone" if part <= ALONE else "shared"
        words = [BIN / "compare_certificate", "count", report, "--procedure", made_by, "--condition", condition, "--kind", kind,
                 "--elsewhere", f"{part:.3f}", "--seconds", f"{time.monotonic() - began:.1f}"]
        planted = ",".join(f"{name}={kind}-{percent}" for name, (kind, percent) in slowed.items())
        counted = subprocess.run([*words, *(["--slowed", planted] if planted else [])], capture_output=True, text=True)
        if counted.returncode:
            give_up(counted.stderr.strip())
        return counted.stdout.splitlines()


def seconds_of(lines, planted):
    """How long a comparison takes, of slowdowns or of equal builds: as long as the last such; 0 where none is known."""
    return next((line["seconds"] for line in reversed(lines) if bool(line["slowed"]) == planted), 0)


PLANTED = "planted"


def next_of(wanted, done, lines, seconds):
    """What of which the smallest part is done, among those that take no longer; None where there is none."""
    left = [kind for kind, count in wanted.items() if done[kind] < count and seconds_of(lines, kind == PLANTED) <= seconds]
    return min(left, key=lambda kind: done[kind] / wanted[kind], default=None)


def measure(options, series):
    made_by = procedure()
    groups = [(kind, percent) for kind in options.kinds for percent in options.percents]
    wanted = {kind: (options.equal + i) // 2 for i, kind in enumerate(["moved", "copy"])}
    wanted[PLANTED] = options.slow
    counts = series.done(made_by, options.busy)
    done = {**{kind: counts[kind, 0] for kind in EQUAL}, PLANTED: min(counts[group] for group in groups)}
    end = time.monotonic() + 60 * options.minutes
    while kind := next_of(wanted, done, series.of(options.busy), end - time.monotonic()):
        have = sum(min(done[k], count) for k, count in wanted.items())
        print(f"{have} of {sum(wanted.values())} comparisons; now {kind}", file=sys.stderr)
        line, wrong = one(kind, drawn(groups, len(series.lines)) if kind == PLANTED else {}, options.busy, made_by)
        series.add(line)
        for row in json.loads(wrong):
            print(f"misjudged: {row['row']['name']}, {row['row']['decision']} and in truth {row['truth']}", file=sys.stderr)
            with MISJUDGED.open("a") as file:
                file.write(json.dumps(row) + "\n")
        done[kind] += 1
    left = sum(max(0, count - done[k]) for k, count in wanted.items())
    print(f"{sum(wanted.values()) - left} of {sum(wanted.values())} comparisons are done"
          + (f", {left} are left: the same command goes on" if left else ""))


def report():
    made = subprocess.run([BIN / "compare_certificate", "tables", SAMPLES, "--procedure", procedure()], capture_output=True, text=True)
    if made.returncode:
        give_up(made.stderr.strip())
    page = PAGE.read_text()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(page[:begin] + "\n" + made.stdout + page[end:])


def among(known, kind):
    def read(text):
        words = [kind(word) for word in text.split(",")]
        if not set(words) <= set(known):
            raise argparse.ArgumentTypeError(f"of {', '.join(map(str, known))}")
        return words
    return read


def parsed():
    parser = argparse.ArgumentParser(prog="ci/perf certify", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="of this slice [all that is left]")
    parser.add_argument("--equal", type=int, default=100, help="comparisons of equal builds [100]")
    parser.add_argument("--slow", type=int, default=100, help="comparisons with slowdowns, each of every kind and size [100]")
    parser.add_argument("--kinds", type=among(SIZES, str), default=list(SIZES))
    parser.add_argument("--percents", type=among(range(1, 51), int), default=[1, 2, 3, 5, 10])
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--report", action="store_true")
    try:
        options = parser.parse_args()
        if len(options.kinds) * len(options.percents) > len(FUNCTIONS):
            parser.error(f"slowdowns are planted in {len(FUNCTIONS)} functions: fewer kinds or percents")
        return options
    except SystemExit as error:
        sys.exit(64 if error.code else 0)


def main():
    options = parsed()
    # Ended by any of these nothing is left running, and what was counted stays.
    for name in signal.SIGTERM, signal.SIGHUP:
        signal.signal(name, lambda *_: signal.raise_signal(signal.SIGINT))
    demand_built()
    series = Series()
    try:
        if not options.report:
            with Busy(options.busy):
                measure(options, series)
    except KeyboardInterrupt:
        give_up(f"interrupted; {len(series.lines)} comparisons are kept", 130)
    report()


if __name__ == "__main__":
    main()
