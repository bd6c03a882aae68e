#!/bin/bash
# GCC 12.2.0 (Debian: gcc-12 12.2.0-14+deb12u1) on x86-64
# Expected: -ffast-math concerns the code that is compiled with it.
# Seen: linking a shared library with -ffast-math adds a constructor that sets flush-to-zero and denormals-are-zero for the
#     thread that loads it. The library here has no floating-point code at all, and after loading it the host computes
#     1e-310 * 1 = 0 and finds 1e-310 == 0.
# Means: one flag in a binding's build, or in that of any library it loads, changes its host's arithmetic; the binding's own
#     tests pass, since they run after the loading. A gate must compare the mode before loading with the mode after, in a
#     process that has not loaded the candidate before.
source "$(dirname "$0")/common.sh"
need python3 gcc-12
if [ "$(gcc-12 -dumpfullversion)" != 12.2.0 ]; then cannot "gcc-12 is $(gcc-12 -dumpfullversion), not 12.2.0"; fi
echo 'int nothing(void) { return 0; }' >"$work/nothing.c"
attempt gcc-12 -shared -fPIC -O2 -o "$work/plain.so" "$work/nothing.c"
attempt gcc-12 -shared -fPIC -O2 -ffast-math -o "$work/fast.so" "$work/nothing.c"
cat >"$work/finding.py" <<'END'
import ctypes, sys
x, folder = 1e-310, sys.argv[1]
for library in ("plain.so", "fast.so"):
    ctypes.CDLL(f"{folder}/{library}")
    print(f"after loading {library}: 1e-310 * 1 = {x * 1:g}, 1e-310 == 0 is {x == 0}")
END
python3 "$work/finding.py" "$work" | behaves 3<<'END'
after loading plain.so: 1e-310 * 1 = 1e-310, 1e-310 == 0 is False
after loading fast.so: 1e-310 * 1 = 0, 1e-310 == 0 is True
END
