#!/bin/bash
# test_failure.sh PROGRAM FAILING-LIBRARY: a program whose call fails prints the library's message to stderr, frees what it
# holds, and exits with 1.
set -euo pipefail
said=$(LD_PRELOAD=$2 "$1" 2>&1 >/dev/null) && { echo "$1 succeeded"; exit 1; }
status=$?
expected=$'^rt_torch_torchtensor_add: .*\ntensors not freed: 0$'
if [ $status != 1 ] || ! [[ $said =~ $expected ]]; then
    printf 'exit %s, stderr:\n%s\n' $status "$said"
    exit 1
fi
