#!/bin/bash
# usage: random_delays.sh RUNS LIBRARY BACKEND SUITE [OPTION...] [-- SUITE [OPTION...]]...: each suite that often on simulated
# devices, whose work is done after delays that every run draws anew. Every case must pass, or lack what this LibTorch cannot tell.
# shellcheck source=ci/help.sh
source "$(dirname "${BASH_SOURCE[0]}")/../help.sh"
set -u
(($# >= 4)) || { own_comment >&2; exit 64; }
here=$(dirname "${BASH_SOURCE[0]}")
runs=$1 library=$2 backend=$3
shift 3
delays=(0 1 3 20)
for ((run = 1; run <= runs; ++run)); do
  arguments=("$@" --)
  command=()
  for word in "${arguments[@]}"; do
    if [[ $word != -- ]]; then
      command+=("$word")
      continue
    fi
    output=$(SIMULATED_CUDA_SEED=$run SIMULATED_CUDA_DELAY_MS=${delays[run % ${#delays[@]}]} \
      "$here/with_devices.sh" "$library" "${command[0]}" --backend "$backend" --seed "$run" "${command[@]:1}" 2>&1)
    code=$?
    passed=$(grep -c '^\[       OK' <<<"$output")
    bad=$(grep -E '^\[  SKIPPED \].* ms\)' -B1 <<<"$output" | grep -cE 'lacks: (cuda|second-device)')
    echo "run $run: $(basename "${command[0]}"): exit $code, $passed passed"
    if ((code != 0 || passed == 0 || bad > 0)); then
      tail -60 <<<"$output"
      exit 1
    fi
    command=()
  done
done
