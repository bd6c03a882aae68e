#!/bin/bash
# usage: golden_test.sh LIBRARY SUITE OPTION...: the suite passes on simulated devices, and finds them: without any it
# would skip nearly everything.
here=$(dirname "${BASH_SOURCE[0]}")
output=$("$here/with_devices.sh" "$@" 2>&1)
code=$?
echo "$output" | tail -40
passed=$(grep -c "^\[       OK" <<<"$output")
skipped=$(grep -c "^\[  SKIPPED \] .* ms)" <<<"$output")
echo "exit $code, $passed passed, $skipped skipped"
((code == 0 && passed > 10 * skipped))
