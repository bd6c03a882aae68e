#!/bin/bash
# Valgrind's callgrind 3.19.0 (Debian: valgrind 1:3.19.0-1)
# Expected: the instructions of one program on one machine with the same input are the same number, run after run, whoever
#     starts it. Run after run they are.
# Seen: one more environment variable, which the program never reads, costs instructions: the loader goes through all of them
#     several times before main. Its number counts, not only its name.
# Means: a gate with exact counts that is green at a desk is red in CI, whose environment has a hundred variables more. Count
#     from inside (callgrind's client requests, --toggle-collect), or start with env -i.
source "$(dirname "$0")/common.sh"
debian valgrind=1:3.19.0-1
need gcc
echo 'int main(void) { return 0; }' >"$work/finding.c"
attempt gcc -O1 -o "$work/finding" "$work/finding.c"
count() {
    env -i VALGRIND_LIB="$work/debian/usr/libexec/valgrind" "$@" "$work/debian/usr/bin/valgrind" --tool=callgrind \
        --callgrind-out-file=/dev/null "$work/finding" 2>&1 | awk '/refs/ { gsub(",", "", $NF); print $NF }'
}
finding() {
    local first second one two
    first=$(count) second=$(count) one=$(count AN_UNUSED=1) two=$(count AN_UNUSED=1 ANOTHER=1)
    echo "counted twice in the same environment: $([ "$first" = "$second" ] && echo equal || echo different)"
    echo "with one variable more: $([ "$one" -gt "$first" ] && echo more || echo not more)"
    echo "with two variables more: $([ "$two" -gt "$one" ] && echo more again || echo not more)"
    echo "counts: $first, $second, $one, $two" >&2 # they depend on the C library
}
finding | behaves 3<<'END'
counted twice in the same environment: equal
with one variable more: more
with two variables more: more again
END
