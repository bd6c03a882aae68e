#!/bin/bash
# usage: with_devices.sh LIBRARY COMMAND...: the command with simulated devices. The loader splits LD_PRELOAD at blanks and
# colons, so the library is reached through a link.
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$1" "$folder/libsimulated_cuda.so"
shift
LD_PRELOAD=$folder/libsimulated_cuda.so OMP_NUM_THREADS=1 "$@"
