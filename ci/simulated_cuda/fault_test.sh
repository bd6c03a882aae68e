#!/bin/bash
# usage: fault_test.sh SUITE PRELOADED LIBRARY FUNCTION: under the preloaded devices some case of the function must fail.
# Only what is wrong may end the suite: the cases are listed first.
suite=$1 preloaded=$2 library=$3 function=$4
here=$(dirname "${BASH_SOURCE[0]}")
run() { "$here/with_devices.sh" "$preloaded" "$suite" --backend "$library" --device cuda:0 --filter "$function/*" "$@" 2>&1; }
run --list-cases | grep -q "\"$function/" || { echo "the suite has no case of $function"; exit 2; }
output=$(run)
code=$?
echo "$output" | grep -E "^\[ +RUN|FAILED|: Failure" | tail -5
echo "exit $code"
# 1: a case failed; above 128: a signal ended the process.
[[ $code == 1 || $code -gt 128 ]]
