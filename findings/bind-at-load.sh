#!/bin/bash
# libgomp of GCC 12.2.0 (Debian: libgomp1 12.2.0-14+deb12u1)
# Expected: OMP_PROC_BIND "specifies whether threads may be moved between processors", and is true where OMP_PLACES is set
#     (libgomp's manual). OpenMP binds the first thread before its first parallel region: a program that has none, or before
#     it has one, runs as without. Loading a library changes nothing.
# Seen: loading libgomp binds the thread that loads it to the first place, at once and for good, without any parallel region:
#     its processors shrink from all to one, and every thread and child process that it starts afterwards inherits that one.
#     OMP_PLACES alone is enough.
# Means: a runtime that loads a LibTorch binding under OMP_PROC_BIND=close, as tuning guides advise, runs on one core from then
#     on, its make -j$(nproc) included. A binding that promises to leave the process as it is cannot keep that by itself; a
#     gate that compares the state before loading with that after must compare the affinity too. Needs two processors.
source "$(dirname "$0")/common.sh"
debian libgomp1=12.2.0-14+deb12u1
need python3
unset OMP_PROC_BIND OMP_PLACES OMP_NUM_THREADS
if [ "$(nproc)" = 1 ]; then cannot "this takes two processors"; fi
cat >"$work/finding.py" <<'END'
import ctypes, glob, os, subprocess, sys
def processors():
    return "one" if len(os.sched_getaffinity(0)) == 1 else "several"
before = processors()
ctypes.CDLL(glob.glob(sys.argv[1] + "/**/libgomp.so.1", recursive=True)[0])
child = "one" if subprocess.run(["nproc"], capture_output=True, text=True).stdout.strip() == "1" else "several"
print(f"before {before}, after loading {processors()}, in a child {child}")
END
finding() {
    local setting
    for setting in OMP_PROC_BIND=false OMP_PROC_BIND=close OMP_PROC_BIND=true OMP_PLACES=cores; do
        echo "$setting: $(env "$setting" python3 "$work/finding.py" "$work/debian")"
    done
}
finding | behaves 3<<'END'
OMP_PROC_BIND=false: before several, after loading several, in a child several
OMP_PROC_BIND=close: before several, after loading one, in a child one
OMP_PROC_BIND=true: before several, after loading one, in a child one
OMP_PLACES=cores: before several, after loading one, in a child one
END
