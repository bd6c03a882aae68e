#!/bin/bash
# libgomp of GCC 12.2.0 (Debian: libgomp1 12.2.0-14+deb12u1)
# Expected: an environment variable that is set and empty is as good as unset; in any case a library that is only loaded, and
#     whose functions nobody calls, writes nothing.
# Seen: loading libgomp with OMP_NUM_THREADS= writes two lines to stderr, one of them empty. So does OMP_NUM_THREADS=0.
# Means: a CI file that passes on a variable that nobody set makes every program talk that loads LibTorch, before its main. A
#     gate that demands silence of a binding must set or unset OMP_NUM_THREADS itself, or it blames the binding.
source "$(dirname "$0")/common.sh"
debian libgomp1=12.2.0-14+deb12u1
need python3
cat >"$work/finding.py" <<'END'
import ctypes, glob, sys
ctypes.CDLL(glob.glob(sys.argv[1] + "/**/libgomp.so.1", recursive=True)[0])
END
finding() {
    local setting
    for setting in OMP_NUM_THREADS=2 OMP_NUM_THREADS= OMP_NUM_THREADS=0; do
        echo "$setting writes:"
        env "$setting" python3 "$work/finding.py" "$work/debian" 2>&1 | sed 's/^/  |/'
    done
}
finding | behaves 3<<'END'
OMP_NUM_THREADS=2 writes:
OMP_NUM_THREADS= writes:
  |
  |libgomp: Invalid value for environment variable OMP_NUM_THREADS
OMP_NUM_THREADS=0 writes:
  |
  |libgomp: Invalid value for environment variable OMP_NUM_THREADS
END
