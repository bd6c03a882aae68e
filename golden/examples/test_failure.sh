#!/bin/bash
# test_failure.sh PROGRAM FAILING-LIBRARY: a program whose call fails prints the library's message to stderr, frees what it
# holds, and exits with 1.
set -euo pipefail
# LD_PRELOAD's entries end at blanks.
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
ln -s "$2" "$folder/failing.so"
said=$(LD_PRELOAD=$folder/failing.so "$1" 2>&1 >/dev/null) && { echo "$1 succeeded"; exit 1; }
status=$?
expected=$'^rt_torch_torchtensor_add: .*\ntensors not freed: 0$'
if [ $status != 1 ] || ! [[ $said =~ $expected ]]; then
    printf 'exit %s, stderr:\n%s\n' $status "$said"
    exit 1
fi
