#!/bin/bash
# finds_test.sh FUZZ_CORPUS_TEST CORPUS PROXY BACKEND: with the corpus the fuzzer's target finds faults of each kind that it
# looks for, planted in a backend; without one it finds nothing.
set -euo pipefail
program=$1 corpus=$2
export RT_FUZZ_BACKEND=$3 SIMPLE_FAULT_INNER=$4
said=$(mktemp)
trap 'rm -f "$said"' EXIT
failed=0

finds() {  # FAULT TEXT
  local status=0
  (ulimit -c 0; SIMPLE_FAULT=$1 "$program" "$corpus"; exit $?) >"$said" 2>&1 || status=$?
  ((status != 0)) && grep -qF "$2" "$said" && return
  echo "$1: status $status, and nowhere: $2"
  tail -3 "$said"
  failed=1
}

finds ndim.failure_gives_0 "rt_torch_torchtensor_ndim: a number from a call that failed (code 1)"
finds numel.failure_gives_0 "rt_torch_torchtensor_numel: a number from a call that failed (code 1)"
finds device.failure_gives_minus_1 "rt_torch_torchtensor_device: a number from a call that failed (code 1)"
finds is_cuda.failure_gives_1 "rt_torch_torchtensor_is_cuda: true from a call that failed (code 1)"
finds sum.failure_gives_0 "rt_torch_torchtensor_sum: a number from a call that failed (code 1)"
finds last_error_message.anonymous "a message that does not name the function"
finds live_tensors.doubled "a wrong live count"
finds stream_free.code_1_is_2 "rt_torch_torchstream_free: a code that the function table does not list (code 2)"
SIMPLE_FAULT='' "$program" "$corpus" >/dev/null 2>&1 || { echo "a fault is found where none is planted"; failed=1; }
exit "$failed"
