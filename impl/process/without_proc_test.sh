#!/bin/sh
# without_proc_test.sh CALLS BACKEND: where /proc is empty, as in a sandbox, loading and a few calls write nothing to stderr
# (T3). 77 where this user cannot make such a place.
set -eu
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# As root, or as one in a name space of its own.
for user in "" --map-root-user; do
    # shellcheck disable=SC2086,SC2016
    if unshare --mount $user sh -c 'mount -t tmpfs none /proc && test ! -e /proc/cpuinfo' 2> "$said"; then
        # shellcheck disable=SC2086,SC2016
        unshare --mount $user sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@" 2> "$said" ||
            { echo "$* ended with status $?:"; cat "$said"; exit 1; }
        test ! -s "$said" || { echo "$* wrote to stderr:"; cat "$said"; exit 1; }
        exit 0
    fi
done
echo "no mount name space here: $(cat "$said")"
exit 77
