#!/usr/bin/env python3
"""bench_direct_test.py BIN LIB: it finds a planted cost and no other, and says so where it cannot measure."""
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock
from pathlib import Path

BIN, LIB = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
SLOW = LIB / "slow_add_wait.so"
STUB = LIB / "libsimple_torch_stub.so"


def library_of(text, folder):
    """A library with these functions in place of the LibTorch backend's own."""
    library = Path(folder) / "changed.so"
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-x", "c", "-", "-o", library, "-Wl,--no-as-needed",
                    "-L", LIB, "-lsimple_torch_ffi", f"-Wl,-rpath,{LIB}"], input=text, text=True, check=True)
    return library


def bench(*options, rounds="2"):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        ran = subprocess.run([BIN / "bench_direct", "--rounds", rounds, *options, "--json", file], capture_output=True, text=True, timeout=300)
        report = json.loads(file.read_text()) if file.exists() else None
    return ran, report, {row["name"]: row for row in report["rows"]} if report else {}


class BenchDirect(unittest.TestCase):
    def test_slowdown_of_one_function_is_its_own(self):
        ran, report, rows = bench("--backend", SLOW, "--filter", "add/smallest*,sum/smallest")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(set(rows), {"null/add", "null/ndim", "add/smallest", "sum/smallest", "add/smallest/2-threads"})
        for row in rows.values():
            self.assertGreaterEqual(len(row["samples"]["cost"]), 8)
            self.assertTrue(row["low"] <= row["value"] <= row["high"], row)
        self.assertEqual(rows["add/smallest"]["status"], "fail", "a quarter more is over any limit")
        self.assertIn("the limit is", rows["add/smallest"]["message"])
        self.assertNotEqual(rows["sum/smallest"]["status"], "fail")
        self.assertIn("over", next(line for line in ran.stdout.splitlines() if line.startswith("add/smallest ")))

    def test_each_kind_of_cost_is_found(self):
        for kind in ("copy", "lookup"):
            ran, report, rows = bench("--backend", LIB / f"slow_add_{kind}.so", "--filter", "add/smallest")
            self.assertEqual(rows["add/smallest"]["status"], "fail", f"{kind}: {ran.stdout}")

    def test_a_call_that_ends_its_process_takes_no_other_row_with_it(self):
        text = """#include <signal.h>
            #include <stdint.h>
            int64_t rt_torch_torchtensor_neg(int64_t x) { return raise(SIGABRT), x; }"""
        with tempfile.TemporaryDirectory() as folder:
            ran, _, rows = bench("--backend", library_of(text, folder), "--filter", "add/smallest,neg/smallest,sum/smallest")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(rows["neg/smallest"]["status"], "crash", ran.stdout)
        for name in "add/smallest", "sum/smallest":
            self.assertGreaterEqual(len(rows[name]["samples"]["cost"]), 8, name)

    def test_a_process_that_a_row_ends_at_a_later_look_is_made_up_for(self):
        # In every second process neg and abs take a microsecond more, so that they are looked at again; then neg ends it.
        text = """#define _GNU_SOURCE
            #include <dlfcn.h>
            #include <fcntl.h>
            #include <signal.h>
            #include <stdint.h>
            #include <time.h>
            #include <unistd.h>
            typedef int64_t (*Call)(int64_t);
            static long process;
            __attribute__((constructor)) static void count(void) {
                int file = open(COUNTED, O_CREAT | O_WRONLY | O_APPEND, 0600);
                if (write(file, "", 1) == 1) process = lseek(file, 0, SEEK_END);
                close(file);
            }
            static long long now_ns(void) {
                struct timespec time;
                clock_gettime(CLOCK_MONOTONIC, &time);
                return time.tv_sec * 1000000000LL + time.tv_nsec;
            }
            static int64_t called(Call call, int64_t x) {
                const long long start = now_ns();
                const int64_t result = call(x);
                const long long end = now_ns();
                while (process % 2 && now_ns() < end + 3 * (end - start)) {
                }
                return result;
            }
            int64_t rt_torch_torchtensor_abs(int64_t x) {
                static Call call;
                if (!call) *(void**)&call = dlsym(RTLD_NEXT, "rt_torch_torchtensor_abs");
                return called(call, x);
            }
            int64_t rt_torch_torchtensor_neg(int64_t x) {
                static Call call;
                if (process > 8) raise(SIGABRT);
                if (!call) *(void**)&call = dlsym(RTLD_NEXT, "rt_torch_torchtensor_neg");
                return called(call, x);
            }"""
        with tempfile.TemporaryDirectory() as folder:
            text = text.replace("COUNTED", json.dumps(str(Path(folder) / "processes")))
            ran, _, rows = bench("--backend", library_of(text, folder), "--filter", "neg/smallest,abs/smallest", rounds="1")
        self.assertEqual(rows["neg/smallest"]["status"], "crash", ran.stdout + ran.stderr)
        self.assertNotIn("samples", rows["neg/smallest"])
        self.assertEqual(rows["abs/smallest"]["status"], "inconclusive", ran.stdout)
        self.assertEqual(len(rows["abs/smallest"]["samples"]["cost"]), 8 + 5)
        self.assertGreater(rows["abs/smallest"]["confidence"], 0.99)

    def test_no_destructor_is_waited_for(self):
        text = """#include <stdio.h>
            #include <stdlib.h>
            __attribute__((destructor)) static void end(void) { remove(LEFT); }"""
        with tempfile.TemporaryDirectory() as folder:
            left = Path(folder) / "left"
            left.touch()
            ran, _, rows = bench("--backend", library_of(text.replace("LEFT", json.dumps(str(left))), folder), "--filter", "add/smallest")
            self.assertIn(ran.returncode, (0, 3), ran.stdout + ran.stderr)
            self.assertTrue(left.exists())
            self.assertGreaterEqual(len(rows["add/smallest"]["samples"]["cost"]), 8)

    def test_a_call_that_does_not_end_has_its_row_s_time_alone(self):
        text = """#include <stdint.h>
            #include <unistd.h>
            int64_t rt_torch_torchtensor_neg(int64_t x) {
                for (;;) usleep(1000);
                return x;
            }"""
        with tempfile.TemporaryDirectory() as folder:
            library = library_of(text, folder)
            # Of the 120 s that a row has where nobody says otherwise.
            with unittest.mock.patch.dict(os.environ, SIMPLE_TIME_SCALE="0.05"):
                begun = time.monotonic()
                ran, _, rows = bench("--backend", library, "--filter", "neg/smallest")
        self.assertLess(time.monotonic() - begun, 110)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(rows["neg/smallest"]["status"], "timeout", ran.stdout)
        self.assertEqual(rows["neg/smallest"]["message"], "a call of it does not end")

    def test_inside_a_program(self):
        ran, report, rows = bench("--inside", BIN / "runtime.hidden", "--filter", "add/smallest,shape/smallest")
        self.assertIn(ran.returncode, (0, 3), ran.stdout + ran.stderr)
        self.assertEqual(report["not_comparable"], "")
        self.assertIn("shape/smallest", rows)

    def test_what_cannot_be_compared_is_said(self):
        ran, report, rows = bench("--backend", STUB)
        self.assertEqual(ran.returncode, 3, ran.stderr)
        self.assertRegex(report["not_comparable"], "the candidate runs on stub, the direct calls of this build on LibTorch [0-9.]+")
        self.assertEqual(rows, {})

    def test_what_cannot_be_measured_is_an_error(self):
        for options, code, reason in [(["--backend", "nowhere.so"], 2, "nowhere.so"),
                                      (["--backend", SLOW, "--filter", "none"], 64, "no row has such a name"),
                                      (["--backend", SLOW, "--processes", "2"], 64, "processes"),
                                      (["--backend", SLOW, "--confirm", "0"], 64, "confirm"),
                                      ([], 64, "--backend")]:
            ran, _, _ = bench(*options)
            self.assertEqual(ran.returncode, code, ran.stderr)
            self.assertIn(reason, ran.stdout + ran.stderr)
        ran = subprocess.run([BIN / "bench_direct", "--backend", SLOW, "--filter", "ndim/smallest", "--json", "/nowhere/x"],
                             capture_output=True, text=True, timeout=300)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("/nowhere/x", ran.stderr)


if __name__ == "__main__":
    unittest.main()
