#!/bin/bash
# build_and_run.sh COMPILER LIBRARY-FOLDER LIBRARY-NAME PROGRAM: builds test_torch.cpp as the integration guide says, and
# runs it.
set -euo pipefail
compiler=$1 folder=$2 name=$3 program=$4
here=$(cd "$(dirname "$0")" && pwd)
"$compiler" -I"$here/../../impl/abi" "$here/test_torch.cpp" -L"$folder" "-l$name" -o "$program"
LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} "$program"
