#!/bin/bash
# test_trajectories.sh PROGRAM FILE: the program follows the file to its end, and leaves one in which a number is 1e-10 larger.
set -euo pipefail
"$1" "$2" | tee /dev/stderr | grep -q '^✓ 80 steps'
changed=$(mktemp)
trap 'rm -f "$changed"' EXIT
awk 'NR == 60 { $NF = sprintf("%.15g", $NF + 1e-10) } { print }' "$2" > "$changed"
said=$("$1" "$changed" 2>&1) && { echo "a changed number was not seen"; exit 1; }
[[ $said == "adam, step 20, parameter: got "* ]] || { echo "$said"; exit 1; }
