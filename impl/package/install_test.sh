#!/bin/sh
# install_test.sh CMAKE BUILD CC CXX: installs, moves the folder, and builds programs on it with CMake and pkg-config.
set -eu
cmake=$1 build=$2 cc=$3 cxx=$4
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --prefix "$work/first" > "$work/log" || { cat "$work/log"; exit 1; }
mv "$work/first" "$work/moved"
libdir=$(dirname "$(find "$work/moved" -name libsimple_torch_stub.so)")

expect() {  # what the program prints, the program
    said=$("$2") || { echo "$2 ended with status $?"; exit 1; }
    case $said in
        $1) echo "$(basename "$2"): $said" ;;
        *) echo "$2 prints '$said', not '$1'"; exit 1 ;;
    esac
}

"$cmake" -S "$here/consumer" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/moved" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_CXX_COMPILER="$cxx" > "$work/log" 2>&1 && "$cmake" --build "$work/build" >> "$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
export LD_LIBRARY_PATH="$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export PKG_CONFIG_PATH="$libdir/pkgconfig"
for library in stub ffi; do
    [ -e "$libdir/libsimple_torch_$library.so" ] || continue
    version=stub
    [ $library = stub ] || version='[0-9]*'
    expect "$version: 6 elements" "$work/build/consumer.$library"
    expect "$version: 6 elements" "$work/build/consumer.${library}_static"
    $cc "$here/consumer/consumer.c" $(pkg-config --cflags --libs simple_torch_$library) -o "$work/pkg-config.$library"
    expect "$version: 6 elements" "$work/pkg-config.$library"
done
