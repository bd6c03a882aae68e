#!/bin/bash
# PyTorch 2.1.0 (PyPI: torch), libgomp of GCC 12.2.0 (Debian: libgomp1 12.2.0-14+deb12u1)
# Expected: a wheel's own copy of a library has a name of its own, by which it and the system's can be told apart; that is what
#     auditwheel renames files for. Whether a process has one OpenMP runtime or two does not hang on the order of loading.
# Seen: the file is libgomp-a34b3233.so.1, and libtorch_cpu.so needs it by that name, but inside it is still called libgomp.so.1.
#     Loaded first, it is taken for the system's by whatever needs libgomp.so.1: one runtime. Loaded second, it is another
#     file: two runtimes in the process, each with its threads and settings.
# Means: omp_set_num_threads, OMP_ variables read at loading and thread counts measured beside another OpenMP library (NumPy's
#     BLAS, a C++ host) depend on who was loaded first. A gate that judges speed or threads should look at which files a
#     process has loaded, not at names that it linked.
source "$(dirname "$0")/common.sh"
need python3 readelf
mkdir "$work/wheel"
attempt python3 -m pip download --quiet --no-deps --only-binary :all: --python-version 3.11 --dest "$work/wheel" torch==2.1.0
attempt python3 -m zipfile -e "$work"/wheel/torch-2.1.0-*.whl "$work/wheel"
debian libgomp1=12.2.0-14+deb12u1
cat >"$work/finding.py" <<'END'
import ctypes
import sys
for path in sys.argv[1:]:
    ctypes.CDLL(path)
files = {line.split()[-1] for line in open("/proc/self/maps") if "/libgomp" in line}
print("OpenMP runtimes:", len(files))
END
finding() {
    local own=$work/wheel/torch/lib/libgomp-a34b3233.so.1
    readelf -d "$work/wheel/torch/lib/libtorch_cpu.so" | grep -o 'NEEDED.*gomp.*' | tr -s ' '
    readelf -d "$own" | grep -o 'SONAME.*' | tr -s ' '
    export LD_LIBRARY_PATH=$work/debian/usr/lib/x86_64-linux-gnu
    echo "the wheel's first, $(python3 "$work/finding.py" "$own" libgomp.so.1)"
    echo "the system's first, $(python3 "$work/finding.py" libgomp.so.1 "$own")"
}
finding | behaves 3<<'END'
NEEDED) Shared library: [libgomp-a34b3233.so.1]
SONAME) Library soname: [libgomp.so.1]
the wheel's first, OpenMP runtimes: 1
the system's first, OpenMP runtimes: 2
END
