#!/usr/bin/env python3
"""bench_threads_test.py PROGRAM STUB: it finds what two threads share, and says so where it cannot measure."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM, STUB = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))

# The stub, with a numel that holds a lock while it counts.
LOCKED = """#include <pthread.h>
    #include <stdint.h>
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int64_t rt_torch_torchtensor_numel(int64_t x) {
        pthread_mutex_lock(&lock);
        for (volatile int i = 0; i < 2000; ++i) {}
        pthread_mutex_unlock(&lock);
        return x;
    }"""


def bench(library, *options):
    return subprocess.run([PROGRAM, "--backend", library, *options], capture_output=True, text=True, timeout=120)


def figures(ran):
    rows = [line.split() for line in ran.stdout.splitlines()[1:]]
    return {row[0]: dict(zip(("alone", "threads", "processes", "ratio"), map(float, row[1:5]))) for row in rows}


class BenchThreads(unittest.TestCase):
    def test_a_lock_is_found_where_it_is(self):
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "locked.so"
            subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-x", "c", "-", "-o", library, "-Wl,--no-as-needed",
                            "-x", "none", STUB, f"-Wl,-rpath,{STUB.parent}"], input=LOCKED, text=True, check=True)
            ran = bench(library, "--functions", "numel,dtype", "--rounds", "60")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        found = figures(ran)
        self.assertEqual(set(found), {"numel/smallest", "dtype/smallest"})
        numel = found["numel/smallest"]
        if numel["processes"] > 1.5 * numel["alone"]:
            self.skipTest("two processes cannot run at once here: " + ran.stdout)
        self.assertGreater(numel["ratio"], 1.3, ran.stdout)
        self.assertLess(found["dtype/smallest"]["ratio"], numel["ratio"], ran.stdout)

    def test_samples_are_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "samples.tsv"
            ran = bench(STUB, "--functions", "add", "--rounds", "8", "--samples", file)
            self.assertEqual(ran.returncode, 0, ran.stderr)
            rows = [line.split("\t") for line in file.read_text().splitlines()]
        self.assertEqual([row[0] for row in rows], ["add/smallest"] * 8)
        self.assertTrue(all(float(ns) > 0 for row in rows for ns in row[1:]), rows)

    def test_what_cannot_be_timed_is_named(self):
        for name in "free", "nothing":
            ran = bench(STUB, "--functions", name)
            self.assertEqual(ran.returncode, 64, ran.stdout)
            self.assertIn(f"no call of {name} that can be repeated", ran.stderr)
        self.assertEqual(bench("/nothing.so").returncode, 64)


unittest.main()
