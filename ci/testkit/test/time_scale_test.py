#!/usr/bin/env python3
"""What a suite waits for by itself, it waits for as long as the gate says: a child of fork that is slower than a limit
hangs where limits are short, and does not where they are long.

usage: time_scale_test.py FOLDER_OF_PROGRAMS FOLDER_OF_LIBRARIES
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BIN, LIB = pathlib.Path(sys.argv.pop(1)).resolve(), pathlib.Path(sys.argv.pop(1)).resolve()
SLOW_IN_A_CHILD = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <unistd.h>

static pid_t parent;
__attribute__((constructor)) static void load(void) { parent = getpid(); }

int64_t rt_torch_torchtensor_matmul(int64_t a, int64_t b) {
    static int64_t (*matmul)(int64_t, int64_t);
    if (!matmul) *(void**)&matmul = dlsym(RTLD_NEXT, "rt_torch_torchtensor_matmul");
    if (getpid() != parent) usleep(2500000);
    return matmul(a, b);
}
"""
# suite: its case, how short limits are there, and what it says then
CASES = {"golden": ("library/fork", "0.1", "the child hangs (H5)"),
         "property": ("fork/matmul/in-a-child", "0.01", "the child hung")}


class TimeScale(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.library = pathlib.Path(folder.name) / "slow.so"
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-x", "c", "-", "-o", self.library, "-Wl,--no-as-needed",
                        "-L", LIB, "-lsimple_torch_reference", f"-Wl,-rpath,{LIB}"], input=SLOW_IN_A_CHILD, text=True, check=True)

    def ran(self, suite, scale):
        return subprocess.run([BIN / f"{suite}_suite", "--backend", self.library, "--filter", CASES[suite][0]], capture_output=True,
                              text=True, timeout=300, env={**os.environ, "SIMPLE_TIME_SCALE": scale})

    def test_limits_in_a_suite_are_as_long_as_it_is_told(self):
        for suite, (case, short, said) in CASES.items():
            ran = self.ran(suite, short)
            self.assertEqual(ran.returncode, 1, f"{case}: {ran.stdout}{ran.stderr}")
            self.assertIn(said, ran.stdout)
            ran = self.ran(suite, "50")
            self.assertEqual(ran.returncode, 0, f"{case}: {ran.stdout}{ran.stderr}")

    def test_what_is_no_scale_is_no_pass(self):
        for suite, (case, _, _) in CASES.items():
            ran = self.ran(suite, "soon")
            self.assertNotEqual(ran.returncode, 0, f"{case}: {ran.stdout}{ran.stderr}")
            self.assertIn("SIMPLE_TIME_SCALE is soon, and no number above 0", ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
