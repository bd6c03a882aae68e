#!/bin/bash
# PyTorch 2.1.0 (PyPI: torch)
# Expected: a wheel named manylinux1 keeps to PEP 513: it runs on Linux with glibc 2.5 and a libstdc++ of GLIBCXX_3.4.9
#     and later; what is written inside the wheel is what its name says.
# Seen: torch-2.1.0-cp311-cp311-manylinux1_x86_64.whl needs glibc 2.16 and GLIBCXX_3.4.19, and its own WHEEL file says
#     linux_x86_64, a tag that PyPI takes from nobody.
# Means: the name does not say on which system a LibTorch from a wheel can be loaded; only the version needs in its libraries
#     do. A tool that reads WHEEL instead of the name (to tell one machine's wheel from another's) meets another tag.
source "$(dirname "$0")/common.sh"
need python3 objdump
mkdir "$work/wheel"
attempt python3 -m pip download --quiet --no-deps --only-binary :all: --platform manylinux1_x86_64 --python-version 3.11 \
    --dest "$work/wheel" torch==2.1.0
finding() {
    local file=("$work"/wheel/torch-*.whl) library
    echo "name: $(basename "${file[0]}")"
    attempt python3 -m zipfile -e "${file[0]}" "$work/wheel"
    grep '^Tag' "$work"/wheel/torch-*.dist-info/WHEEL
    for library in c10 torch_cpu; do
        objdump -T "$work/wheel/torch/lib/lib$library.so" >"$work/symbols"
        echo "lib$library.so: $(grep -oE 'GLIBC_[0-9.]+' "$work/symbols" | sort -Vu | tail -n 1)" \
            "$(grep -oE 'GLIBCXX_[0-9.]+' "$work/symbols" | sort -Vu | tail -n 1)"
    done
}
finding | behaves 3<<'END'
name: torch-2.1.0-cp311-cp311-manylinux1_x86_64.whl
Tag: cp311-cp311-linux_x86_64
libc10.so: GLIBC_2.14 GLIBCXX_3.4.18
libtorch_cpu.so: GLIBC_2.16 GLIBCXX_3.4.19
END
