#!/bin/bash
# Valgrind 3.19.0 (Debian: valgrind 1:3.19.0-1) on x86-64
# Expected: Valgrind's manual says that it ignores attempts to make SSE2 flush denormals, so that arithmetic stays exact. A
#     program that sets the mode and reads it back finds what it set, as the register is not arithmetic.
# Seen: what is read back is the default, whatever was set; only the rounding mode is kept. The program itself finds its
#     denormals flushed without Valgrind, and not with it.
# Means: a test that a library leaves the floating-point mode as it is cannot fail under Valgrind; a host that flushes computes
#     other values there, so that "the same test under memcheck" is another test. Check the mode outside as well.
source "$(dirname "$0")/common.sh"
debian valgrind=1:3.19.0-1
need gcc
if [ "$(uname -m)" != x86_64 ]; then cannot "this takes x86-64"; fi
cat >"$work/finding.c" <<'END'
#include <stdio.h>
#include <xmmintrin.h>
int main(void) {
    volatile double x = 1e-310, one = 1;
    _mm_setcsr(_mm_getcsr() | 0x8040 | _MM_ROUND_UP); /* flush to zero, denormals are zero */
    printf("flushing set: %d, rounding up set: %d, 1e-310 * 1 = %g\n", (_mm_getcsr() & 0x8040) == 0x8040,
           (_mm_getcsr() & _MM_ROUND_MASK) == _MM_ROUND_UP, x * one);
}
END
attempt gcc -O1 -o "$work/finding" "$work/finding.c"
finding() {
    echo "alone:    $("$work/finding")"
    export VALGRIND_LIB=$work/debian/usr/libexec/valgrind
    echo "memcheck: $("$work/debian/usr/bin/valgrind" -q "$work/finding")"
}
finding | behaves 3<<'END'
alone:    flushing set: 1, rounding up set: 1, 1e-310 * 1 = 0
memcheck: flushing set: 0, rounding up set: 1, 1e-310 * 1 = 1e-310
END
