#!/bin/bash
# PyTorch 2.13.0 (PyPI: torch), fmt 9.1.0 (Debian: libfmt-dev 9.1.0+ds1-2)
# Expected: the include folder that torch.utils.cpp_extension.include_paths names holds PyTorch's headers. A program that uses
#     fmt besides gets the fmt of its system, whose library it is linked with.
# Seen: the folder holds the headers of another fmt, 12.1.0, of which the wheel has no library to link. Where LibTorch's folder is
#     named with -I or -isystem, it comes before /usr/include: the program is compiled with fmt 12 and linked with fmt 9, and
#     ends in undefined references to fmt::v12.
# Means: a build that links LibTorch and fmt together fails with the wheel alone, and where fmt is header-only it works with
#     another fmt in some files than in others. The folder of the fmt that is meant must come first; a system folder itself
#     cannot be put there, as compilers ignore it, but a folder with a link to it can.
source "$(dirname "$0")/common.sh"
pypi --no-deps torch==2.13.0
debian libfmt-dev=9.1.0+ds1-2 libfmt9=9.1.0+ds1-2
need g++
cat >"$work/finding.cpp" <<'END'
#include <fmt/core.h>
#include <cstdio>
#include <string>
int main() { std::printf("%d %s\n", FMT_VERSION, fmt::format("{}", 1).c_str()); }
END
torch=$work/python/torch
system=$work/debian/usr
mkdir "$work/first"
ln -s "$system/include/fmt" "$work/first/fmt"
build() {
    # -idirafter stands for where the compiler looks last of itself, /usr/include.
    if g++ -std=c++17 "$@" -isystem "$torch/include" -idirafter "$system/include" "$work/finding.cpp" -o "$work/finding" \
        -L"$system/lib/x86_64-linux-gnu" -lfmt 2>"$work/errors"; then
        LD_LIBRARY_PATH=$system/lib/x86_64-linux-gnu "$work/finding"
    else
        grep -o 'undefined reference to `fmt::v[0-9]*' "$work/errors" | sort -u
    fi
}
finding() {
    echo "libraries of fmt in the wheel: $(find "$torch/lib" -name 'libfmt*' | wc -l)"
    echo "LibTorch's folder alone: $(build)"
    echo "a folder with the system's fmt before it: $(build -isystem "$work/first")"
}
finding | behaves 3<<'END'
libraries of fmt in the wheel: 0
LibTorch's folder alone: undefined reference to `fmt::v12
a folder with the system's fmt before it: 90100 1
END
