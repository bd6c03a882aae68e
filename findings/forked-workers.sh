#!/bin/bash
# libgomp of GCC 12.2.0 (Debian: libgomp1 12.2.0-14+deb12u1), libgomp of before GCC 9 (PyPI: scikit-learn 1.3.2)
# Expected: a forked child of a program that has used several threads, and has none running, may use several itself; or it is
#     told that it may not.
# Seen: the child's first parallel region never ends. libgomp keeps the parent's worker threads in its record, and waits for
#     them. On one thread the child computes, and after omp_pause_resource_all in the parent, before the fork, on two. That
#     function came with GCC 9: libgomp-a34b3233.so.1, which many wheels have, PyTorch 2.1.0 among them, has none.
# Means: Python's multiprocessing by fork hangs where parent and child compute on several threads. A binding should end the
#     workers in an atfork handler, in each libgomp that is loaded, and keep children on one thread beside one that cannot.
source "$(dirname "$0")/common.sh"
need gcc python3 nm
debian libgomp1=12.2.0-14+deb12u1
cat >"$work/finding.c" <<'END'
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void compute(int threads) {
    int met = 0;
#pragma omp parallel num_threads(threads) reduction(+ : met)
    met++;
}
int main(int count, char** words) {
    int threads = atoi(words[1]), status;
    compute(2);
    if (count > 2) omp_pause_resource_all(omp_pause_soft);
    pid_t child = fork();
    if (child == 0) {
        alarm(10);
        compute(threads);
        _exit(0);
    }
    waitpid(child, &status, 0);
    puts(status == 0 ? "ends" : "was still waiting after 10 s");
}
END
attempt gcc -fopenmp "$work/finding.c" -o "$work/finding"
mkdir "$work/wheel"
attempt python3 -m pip download --quiet --no-deps --only-binary :all: --python-version 3.11 --platform manylinux2014_x86_64 \
    --dest "$work/wheel" scikit-learn==1.3.2
attempt python3 -m zipfile -e "$work"/wheel/scikit_learn-1.3.2-*.whl "$work/wheel"
finding() {
    local own
    own=$(echo "$work"/wheel/scikit_learn.libs/libgomp-*)
    export LD_LIBRARY_PATH=$work/debian/usr/lib/x86_64-linux-gnu
    echo "a child on two threads $("$work/finding" 2)"
    echo "a child on one thread $("$work/finding" 1)"
    echo "a child on two threads, the parent's having ended before, $("$work/finding" 2 pause)"
    echo "functions that end them: $(nm -D "$LD_LIBRARY_PATH/libgomp.so.1" | grep -c omp_pause_resource_all@) of Debian," \
        "$(nm -D "$own" | grep -c omp_pause) of ${own##*/}"
}
finding | behaves 3<<'END'
a child on two threads was still waiting after 10 s
a child on one thread ends
a child on two threads, the parent's having ended before, ends
functions that end them: 1 of Debian, 0 of libgomp-a34b3233.so.1.0.0
END
