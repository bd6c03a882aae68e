#!/bin/bash
# Commands that measure or search refuse arguments with which they would do neither, and impl/process/beside judges what
# it measured.
#
#     usage_test.sh ROOT
set -euo pipefail
root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

ends_with() {  # STATUS COMMAND...
  local wanted=$1 status=0
  shift
  timeout 60 "$@" >"$folder/out" 2>&1 || status=$?
  ((status == wanted)) && return
  echo "exit $status, not $wanted: $*"
  cat "$folder/out"
  failed=1
}

# In place of the program: the seconds that a library's file says.
cat >"$folder/million" <<'PROGRAM'
#!/bin/bash
for order in "in order" reverse random; do
  printf '%-9s make %6.3f s  free %6.3f s  live  400 bytes each  stays   1.00 MB\n' "$order" 1 "$(cat "$1")"
done
PROGRAM
chmod +x "$folder/million"
export PROCESS_MILLION=$folder/million
echo 1.0 >"$folder/old"
echo 0.5 >"$folder/half"
echo 0.6 >"$folder/more"

ends_with 0 "$root/impl/process/beside" "$folder/old" "$folder/half" 2
ends_with 1 "$root/impl/process/beside" "$folder/old" "$folder/more" 2
for rounds in 0 00 -1 x 1x ''; do ends_with 64 "$root/impl/process/beside" "$folder/old" "$folder/half" "$rounds"; done
ends_with 64 "$root/impl/process/beside" "$folder/old"
export CXX=false  # which builds nothing where an argument is taken
for argument in 0 -1 x 1x --merg ''; do ends_with 64 "$root/impl/fuzz/run" "$argument"; done
ends_with 64 "$root/impl/fuzz/run" 1 1
exit "$failed"
