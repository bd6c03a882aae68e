#!/usr/bin/env python3
"""openmp_test.py VARIANT FORK_WITH_THREADS THREADS BACKEND

The two programs with another OpenMP runtime than the one that the backend brings, loaded before all else:

    second             a copy of the backend's, beside it: two runtimes
    cannot_end         a copy that cannot end its workers before a fork, in place of it, as libgomp before GCC 9
    second_cannot_end  the same beside it

77 where the backend brings no libgomp, or this process may not use two processors.
"""
import os
import subprocess
import sys
import tempfile

# Names of one length, so that nothing moves in the file. Tables of hashes do not find a symbol by its new name.
SECOND = (b"\0libgomp.so.1\0", b"\0libgomp.so.2\0")
CANNOT_END = (b"\0omp_pause_resource_all\0", b"\0omp_pause_resource_a__\0")
VARIANTS = {"second": [SECOND], "cannot_end": [CANNOT_END], "second_cannot_end": [SECOND, CANNOT_END]}
LOADED = """
import ctypes, sys
ctypes.CDLL(sys.argv[1])
print(*sorted({line.split()[-1] for line in open("/proc/self/maps") if "libgomp" in line}), sep="\\n")
"""


def runtimes(backend, environment):
    """The files of OpenMP runtimes in a process that has loaded the backend."""
    run = [sys.executable, "-c", LOADED, backend]
    return subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout.split()


def changed(contents, changes):
    for before, after in changes:
        if before not in contents:
            sys.exit(f"the backend's libgomp does not have {before!r}")
        contents = contents.replace(before, after)
    return contents


def main():
    variant, fork_with_threads, threads, backend = sys.argv[1:]
    own = runtimes(backend, dict(os.environ))
    if not own:
        print("the backend brings no libgomp")
        return 77
    with open(own[0], "rb") as file:
        contents = file.read()
    changes = VARIANTS[variant]
    cannot_end = CANNOT_END in changes
    if CANNOT_END[0] not in contents:  # one of before GCC 9 itself
        cannot_end = True
        changes = [change for change in changes if change != CANNOT_END]
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "libgomp-copy.so")
        with open(copy, "wb") as file:
            file.write(changed(contents, changes))
        environment = dict(os.environ, LD_PRELOAD=copy)
        loaded = runtimes(backend, environment)
        if copy not in loaded or (SECOND in changes and len(loaded) < 2):
            sys.exit(f"loaded are {loaded}")
        in_a_child = "1" if cannot_end else "2"
        for run in [[fork_with_threads, backend], [threads, backend, in_a_child]]:
            status = subprocess.run(run, env=environment).returncode
            if status != 0:
                print(f"{' '.join(run)} with {variant}: status {status}")
                return status
    return 0


sys.exit(main())
