#!/bin/bash
# Reference BLAS and LAPACK 3.11.0 (Debian: libblas3 and liblapack3 3.11.0-2) and OpenBLAS 0.3.21 (Debian: libopenblas0-openmp
# 0.3.21+ds-4), behind the same names libblas.so.3 and liblapack.so.3
# Expected: Debian lets one take the other's place (update-alternatives); a program gets the same answers to rounding. A matrix
#     with NaN has no Cholesky factor, and 0 times NaN is NaN.
# Seen: dpotrf of [[NaN]] fails with the one (info 1), and succeeds with the other (info 0, a factor NaN). dscal by 0 keeps NaN
#     with the one and writes 0 with the other. idamax finds the NaN with the one and the element before it with the other.
# Means: where an error follows from LAPACK's info, as LibTorch's cholesky does, the machine's BLAS decides between an error and
#     a NaN. A binding that promises an error for a matrix that is not finite must look itself; a gate names the BLAS in its
#     verdict and does not ask what the two answer differently.
source "$(dirname "$0")/common.sh"
debian libblas3=3.11.0-2 liblapack3=3.11.0-2 libopenblas0-openmp=0.3.21+ds-4 libgfortran5=12.2.0-14+deb12u1 \
    libgomp1=12.2.0-14+deb12u1 libquadmath0=12.2.0-14+deb12u1
need python3
cat >"$work/finding.py" <<'END'
import ctypes
blas, lapack = (ctypes.CDLL(f"lib{name}.so.3") for name in ("blas", "lapack"))
nan, whole = float("nan"), lambda value: ctypes.byref(ctypes.c_int(value))
def array(*values):
    return (ctypes.c_double * len(values))(*values)
matrix, info = array(nan), ctypes.c_int(-99)
lapack.dpotrf_(b"L", whole(1), matrix, whole(1), ctypes.byref(info), ctypes.c_size_t(1))
x = array(1, nan)
blas.dscal_(whole(2), ctypes.byref(ctypes.c_double(0)), x, whole(1))
largest = blas.idamax_(whole(4), array(1, nan, 5, 2), whole(1))
print(f"dpotrf of [[nan]]: info {info.value}; 0 * [1, nan] = {list(x)}; idamax of [1, nan, 5, 2]: {largest}")
END
finding() {
    local lib=$work/debian/usr/lib folder
    lib=$(echo "$lib"/*-linux-gnu*)
    for folder in "$lib/blas:$lib/lapack" "$lib/openblas-openmp"; do
        echo "$(basename "$folder"): $(LD_LIBRARY_PATH=$folder:$lib python3 "$work/finding.py")"
    done
}
finding | behaves 3<<'END'
lapack: dpotrf of [[nan]]: info 1; 0 * [1, nan] = [0.0, nan]; idamax of [1, nan, 5, 2]: 3
openblas-openmp: dpotrf of [[nan]]: info 0; 0 * [1, nan] = [0.0, 0.0]; idamax of [1, nan, 5, 2]: 2
END
