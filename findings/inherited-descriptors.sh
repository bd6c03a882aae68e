#!/bin/bash
# mmdebstrap 1.3.5 (Debian: mmdebstrap 1.3.5-7) on Debian 12's apt 2.6.1 and dash 0.5.12
# Expected: a caller that leaves some files open, as a CI runner or a lock around the command does, is no matter to it.
# Seen: with no descriptor open beyond the standard three it makes the tree; with three it ends with status 25 and "/bin/sh: 1:
#     Syntax error: Bad fd number". It hands apt the next free descriptor by its number, in a shell command "cat >&N", and
#     dash reads no number of two digits there.
# Means: the same command works by hand and fails under a runner. Close what is not needed before calling it: bash's
#     `exec {fd}>&-` for each entry of /proc/self/fd above 2.
source "$(dirname "$0")/common.sh"
debian mmdebstrap=1.3.5-7
need perl apt-get dpkg tar
[ "$(readlink -f /bin/sh)" = /usr/bin/dash ] || cannot "/bin/sh is not dash"
case $(apt-get --version) in "apt 2.6."*) ;; *) cannot "this is no apt 2.6" ;; esac
[ "$(id -u)" = 0 ] || cannot "mmdebstrap --mode=root needs root"
# make TREE OPEN: a tree with so many descriptors open beyond the standard three.
make() {
    local status=0
    # shellcheck disable=SC2016
    bash -c 'for fd in /proc/self/fd/*; do fd=${fd##*/}; ((fd < 3 || fd > 250)) || exec {fd}>&-; done
        for ((fd = 3; fd < 3 + $1; ++fd)); do eval "exec $fd</dev/null"; done
        exec perl "$2" --mode=root --variant=essential bookworm "$3"' - "$2" "$work/debian/usr/bin/mmdebstrap" "$work/$1" \
        >"$work/log.$1" 2>&1 || status=$?
    echo "$2 open: status $status$(grep -o '/bin/sh: 1: .*' "$work/log.$1" | sed 's/^/, /' || true)"
}
{ make none 0; make some 3; } | behaves 3<<'END'
0 open: status 0
3 open: status 25, /bin/sh: 1: Syntax error: Bad fd number
END
