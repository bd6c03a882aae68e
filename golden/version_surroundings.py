"""What golden/versions asks about a LibTorch from outside of the process that has it: its start, and what its loading changes."""
import json
import os
import pathlib
import re
import subprocess
import sys

# The signals that a process handles otherwise once it has loaded a library.
SIGNALS = """
import ctypes, signal, sys
def handled():
    masks = [int(line.split()[1], 16) for line in open("/proc/self/status") if line.startswith(("SigIgn", "SigCgt"))]
    return {s.name: [mask >> s.value - 1 & 1 for mask in masks] for s in signal.Signals}
before = handled()
ctypes.CDLL(sys.argv[1], ctypes.RTLD_GLOBAL)
print(", ".join(name for name, how in handled().items() if how != before[name]))
"""


# Runs a program where /proc is empty. Without root, or where the system allows no such namespace, it ends with 77.
SANDBOX = """
import ctypes, os, sys
NEW_MOUNTS, PRIVATE = 0x20000, 1 << 18
libc = ctypes.CDLL(None)
# Private first: what is mounted on /proc must not show outside.
if libc.unshare(NEW_MOUNTS) or libc.mount(None, b"/proc", None, PRIVATE, None) or libc.mount(b"none", b"/proc", b"tmpfs", 0, None):
    sys.exit(77)
os.execv(sys.argv[1], sys.argv[1:])
"""


def run(command):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "MKL_"))}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment)


def start(program, *before):
    return json.loads(run([*before, program, "--start"]).stdout)


def cores():
    """How many cores the machine's processors are of, where it says so."""
    files = pathlib.Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/core_id")
    return len({(f.with_name("physical_package_id").read_text(), f.read_text()) for f in files})


def in_words(threads, allowed):
    """A number of threads as what it follows from; where several fit, " or " stands between them."""
    meanings = {"half of those allowed": max(allowed // 2, 1), "all allowed": allowed, "all of the machine": os.cpu_count(),
                "the machine's cores": cores()}
    return " or ".join(meaning for meaning, number in meanings.items() if number == threads) or str(threads)


def threads_at_the_start(program):
    return in_words(start(program)["threads"], len(os.sched_getaffinity(0)))


def threads_on_one_processor(program):
    return in_words(start(program, "taskset", "-c", str(min(os.sched_getaffinity(0))))["threads"], 1)


def without_proc(program):
    """As in a sandbox that has no /proc; None where this process may not make one."""
    try:
        ran = run([sys.executable, "-c", SANDBOX, program, "--start"])
    except subprocess.CalledProcessError as error:
        if error.returncode == 77:
            return None
        raise
    lines, answer = re.fullmatch("([^{]*)(.*)", ran.stdout, re.DOTALL).groups()  # dependencies write to stdout, too
    inside, outside = json.loads(answer), start(program)
    same = "the same" if inside["sixteenth"] == outside["sixteenth"] else "another"
    written = (lines + ran.stderr).splitlines()
    return f"{inside['capability']}, {same} 16th `randn`, lines written: {len(written)}"


def signals(libtorch):
    return run([sys.executable, "-c", SIGNALS, libtorch]).stdout.strip() or "none"


def answers(program, libtorch):
    return {"threads at the start, of the processors": threads_at_the_start(program),
            "threads at the start under `taskset` with one processor": threads_on_one_processor(program),
            "in a sandbox without /proc": without_proc(program),
            "signals that are handled otherwise after loading": signals(libtorch)}
