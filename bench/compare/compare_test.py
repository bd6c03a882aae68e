#!/usr/bin/env python3
"""compare_test.py BIN LIB [Times|Others]: bench_compare finds a planted change and no other, both ways, and says so where it cannot."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

BIN, LIB = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
OWN, STUB, MOVED = LIB / "libsimple_torch_ffi.so", LIB / "libsimple_torch_stub.so", LIB / "libsimple_torch_ffi_moved.so"
# Enough for a change of 30 %.
QUICK = ["--screen", "4", "--confirm", "12"]
FEW = "add/smallest,sub/smallest,ndim/smallest,relu/realistic"


class Compare(unittest.TestCase):


    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    # The reference starts in a fraction of LibTorch's time, but takes long over large operands.
    def injected(self, name, backend="reference"):
        return shutil.copy(LIB / f"injected_{backend}.so", self.folder / f"{name}.so")

    def command(self, baseline, candidate, *options):
        return [BIN / "bench_compare", "--baseline", baseline, "--candidate", candidate, "--json", self.folder / "report.json",
                *options]

    def compare(self, baseline, candidate, *options):
        ran = subprocess.run(self.command(baseline, candidate, *options), capture_output=True, text=True, timeout=280)
        file = self.folder / "report.json"
        report = json.loads(file.read_text()) if file.exists() else None
        return ran, report, {row["name"]: row["decision"] for row in report["rows"]} if report else {}

    def made(self, name, text="", libtorch=None):
        """The reference with something before it, and perhaps with a library that is LibTorch by its name."""
        folder = self.folder / name
        folder.mkdir()
        compiler = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-x", "c", "-", "-Wl,--no-as-needed"]
        needs = ["-L", LIB, "-lsimple_torch_reference", f"-Wl,-rpath,{LIB}:{folder}"]
        if libtorch:
            file = folder / "libtorch_cpu.so"
            subprocess.run([*compiler, "-o", file, f"-Wl,-soname,{file.name}"], input=f"int {libtorch};", text=True, check=True)
            needs += ["-L", folder, "-ltorch_cpu"]
        subprocess.run([*compiler, "-o", folder / "library.so", "-Wl,-z,lazy", *needs], input=text, text=True, check=True)
        return folder / "library.so"


class Times(Compare):
    """What is decided depends on times: nothing else may run."""

    def test_a_slower_call_is_named_and_no_other(self):
        ran, report, decisions = self.compare(self.injected("constant-0"), self.injected("constant-30"), "--filter", FEW,
                                              *QUICK)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(decisions["add/smallest"], "regressed", ran.stdout)
        self.assertNotEqual(decisions["sub/smallest"], "regressed", ran.stdout)
        row = next(row for row in report["rows"] if row["name"] == "add/smallest")
        self.assertEqual(len(row["screened"]["ratio"]), 4)
        self.assertGreaterEqual(len(row["confirmed"]["ratio"]), 12)
        self.assertTrue(row["low"] <= row["ratio"] <= row["high"])
        self.assertRegex(ran.stdout, r"(?m)^add/smallest +regressed ")

    def test_a_faster_call_is_an_improvement(self):
        ran, _, decisions = self.compare(self.injected("percentage-30", "ffi"), self.injected("percentage-0", "ffi"),
                                         "--filter", "add/smallest,relu/realistic", *QUICK)
        self.assertEqual(set(decisions.values()), {"improved"}, ran.stdout + ran.stderr)
        self.assertEqual(ran.returncode, 0, ran.stdout)

    def test_the_same_library_laid_out_otherwise_is_the_same(self):
        """Where its functions lie is drawn anew for every process, of four layouts on either side."""
        ran, report, decisions = self.compare(OWN, MOVED, "--filter", FEW, *QUICK)
        self.assertIn(ran.returncode, (0, 3), ran.stdout + ran.stderr)
        self.assertEqual((report["nulls_off"], report["relinks_off"]), ([], []))
        self.assertFalse({"regressed", "improved"} & set(decisions.values()), ran.stdout)
        for row in report["rows"]:
            self.assertEqual(len(row["screened"]["relink"]), 4, "the null against another layout is measured in every process")
        self.assertIn("4 of the baseline, 4 of the candidate\n", ran.stdout)

    def test_a_slower_call_is_named_whatever_the_layouts(self):
        baseline, candidate = (self.injected(f"percentage-{percent}", "ffi") for percent in (0, 30))
        for percent in 0, 30:
            for n in 1, 2, 3:
                self.injected(f"percentage-{percent}_padded_{n}", f"ffi_padded_{n}")
        ran, report, decisions = self.compare(baseline, candidate, "--filter", "add/smallest,ndim/smallest", *QUICK)
        self.assertEqual((ran.returncode, decisions["add/smallest"]), (1, "regressed"), ran.stdout + ran.stderr)
        self.assertNotEqual(decisions["ndim/smallest"], "regressed", ran.stdout)
        self.assertEqual(len(report["rows"][0]["confirmed"]["relink"]), len(report["rows"][0]["confirmed"]["ratio"]))
        self.assertIn("4 of the baseline, 4 of the candidate\n", ran.stdout)

    def test_a_null_that_fires_makes_the_run_invalid(self):
        ran, report, decisions = self.compare(self.injected("constant-0"), self.injected("cache-30"), "--copy",
                                              self.injected("constant-40"), "--filter", "add/smallest", *QUICK)
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertEqual(report["nulls_off"], ["add/smallest"])
        self.assertEqual(decisions, {"add/smallest": "invalid"})
        self.assertIn("invalid: the baseline differs from its own copy", ran.stdout)

    def test_in_turns_a_slower_call_is_named_and_no_other(self):
        ran, report, decisions = self.compare(self.injected("constant-0"), self.injected("constant-30"), "--in-turns",
                                              "--filter", "add/smallest,sub/smallest,ndim/smallest", *QUICK)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(decisions["add/smallest"], "regressed", ran.stdout)
        self.assertNotIn("regressed", (decisions["sub/smallest"], decisions["ndim/smallest"]), ran.stdout)
        self.assertTrue(report["in_turns"])
        self.assertIn("in turns: the baseline's process runs on reference", ran.stdout)


class Others(Compare):
    def test_layouts_lie_beside_a_library(self):
        library = shutil.copy(STUB, self.folder / "some.so")
        for n in 1, 2, 4:
            shutil.copy(STUB, self.folder / f"some_padded_{n}.so")
        for how in [], ["--in-turns"]:
            ran, report, _ = self.compare(library, library, "--filter", "ndim/smallest", *how, *QUICK)
            self.assertIn("3 of the baseline, 3 of the candidate\n", ran.stdout + ran.stderr)
            self.assertEqual(len(report["rows"][0]["screened"]["relink"]), 4)
        ran, report, _ = self.compare(library, library, "--alone", "--filter", "ndim/smallest", *QUICK)
        self.assertIn("1 of the baseline, 1 of the candidate; where code lies is a part of what was compared, and there is no null",
                      ran.stdout)
        self.assertNotIn("relink", report["rows"][0]["screened"])
        os.utime(self.folder / "some_padded_1.so", (0, 0))
        ran, _, _ = self.compare(library, library, "--filter", "ndim/smallest", *QUICK)
        self.assertIn("1 of the baseline, 1 of the candidate", ran.stdout, "an older one is of another build")

    def test_what_one_side_lacks_is_red(self):
        os.environ["SIMPLE_FAULT_INNER"] = str(STUB)
        self.addCleanup(os.environ.pop, "SIMPLE_FAULT_INNER")
        whole, without = LIB / "libsimple_faults.so", LIB / "libfault_no_exp.so"
        for baseline, candidate, absent in (whole, without, "candidate"), (without, whole, "baseline"):
            ran, report, decisions = self.compare(baseline, candidate, "--filter", "exp/smallest,ndim/smallest", *QUICK)
            self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
            self.assertEqual(decisions["exp/smallest"], "not measured")
            self.assertEqual(report["rows"][0]["message"], f"absent: {absent}")

    def test_other_backends_are_not_comparable(self):
        ran, report, decisions = self.compare(OWN, STUB)
        self.assertEqual(ran.returncode, 3, ran.stderr)
        self.assertRegex(report["not_comparable"], "the baseline runs on [0-9.]+.*, the candidate on stub")
        self.assertEqual(decisions, {})
        ran, report, decisions = self.compare(OWN, STUB, "--in-turns")
        self.assertEqual((ran.returncode, decisions), (3, {}), ran.stderr)

    def test_an_interrupted_run_keeps_what_it_has(self):
        running = subprocess.Popen(self.command(OWN, OWN, "--screen", "400", "--filter", FEW), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        time.sleep(5)
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=60)
        self.assertIn(running.returncode, (1, 3), errors)
        report = json.loads((self.folder / "report.json").read_text())
        self.assertTrue(report["interrupted"])
        self.assertIn("interrupted", output)

    def test_in_turns_what_one_side_lacks_is_red(self):
        os.environ["SIMPLE_FAULT_INNER"] = str(STUB)
        self.addCleanup(os.environ.pop, "SIMPLE_FAULT_INNER")
        ran, report, _ = self.compare(LIB / "libsimple_faults.so", LIB / "libfault_no_exp.so", "--in-turns", "--filter",
                                      "exp/smallest", *QUICK)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(report["rows"][0]["message"], "absent: candidate")

    def test_a_call_that_ends_its_process_is_named_either_way(self):
        ending = self.made("ending", """#include <signal.h>
            #include <stdint.h>
            int64_t rt_torch_torchtensor_add(int64_t a, int64_t b) { return raise(SIGABRT), a + b; }""")
        for how in [], ["--in-turns"]:
            ran, report, decisions = self.compare(self.injected("constant-0"), ending, "--filter",
                                                  "sub/smallest,add/smallest,ndim/smallest", *how, *QUICK)
            self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
            # Those before and behind it are compared all the same.
            self.assertEqual(set(decisions), {"sub/smallest", "add/smallest", "ndim/smallest"}, ran.stdout)
            self.assertEqual([name for name, decision in decisions.items() if decision == "crash"], ["add/smallest"])
            self.assertIn("signal 6", next(row["message"] for row in report["rows"] if row["name"] == "add/smallest"))

    def test_two_libtorchs_take_turns(self):
        one, other = (self.made(name, libtorch=name) for name in ("one", "other"))
        ran, report, decisions = self.compare(one, other, "--filter", "ndim/smallest", *QUICK)
        self.assertTrue(report["in_turns"], ran.stdout + ran.stderr)
        self.assertEqual((report["not_comparable"], list(decisions)), ("", ["ndim/smallest"]))
        ran, report, _ = self.compare(one, shutil.copy(one, one.with_name("again.so")), "--filter", "ndim/smallest", *QUICK)
        self.assertFalse(report["in_turns"], ran.stdout)

    def beside_its_neighbour(self, folder, soname, runpath="$ORIGIN"):
        """A library whose exp is a neighbour's, which it finds by its own place: that of the one asked, or in "parts" beside it."""
        text = "#include <stdint.h>\nint64_t neighbour_exp(int64_t x);\nint64_t rt_torch_torchtensor_exp(int64_t x) { return neighbour_exp(x); }"
        neighbour = """#include <dlfcn.h>
            #include <stdint.h>
            int64_t neighbour_exp(int64_t x) { return ((int64_t (*)(int64_t))dlsym(RTLD_NEXT, "rt_torch_torchtensor_neg"))(x); }"""
        folder = self.folder / folder
        place = folder if runpath == "$ORIGIN" else folder.parent / "parts"
        folder.mkdir(), place.mkdir(exist_ok=True)
        compiler = [os.environ.get("CC", "cc"), "-D_GNU_SOURCE", "-shared", "-fPIC", "-x", "c", "-", "-Wl,--no-as-needed"]
        subprocess.run([*compiler, "-o", place / "libneighbour.so", *([f"-Wl,-soname,{soname}"] if soname else []), "-L", LIB,
                        "-lsimple_torch_reference", f"-Wl,-rpath,{LIB}"], input=neighbour, text=True, check=True)
        subprocess.run([*compiler, "-o", folder / "library.so", "-L", place, "-lneighbour", "-L", LIB, "-lsimple_torch_reference",
                        f"-Wl,-rpath,{runpath}:{LIB}"], input=text, text=True, check=True)
        return folder / "library.so"

    def test_a_library_has_its_neighbours_however_it_is_copied(self):
        plain = self.beside_its_neighbour("plain", "")
        named = self.beside_its_neighbour("named", "libneighbour.so")
        apart = self.beside_its_neighbour("apart", "libneighbour.so", "$ORIGIN/../parts")
        # Of another file the baseline alone is copied.
        for library, candidate, how in (plain, plain, []), (named, shutil.copy(named, named.with_name("again.so")), []), (apart, apart, ["--in-turns"]):
            ran, report, _ = self.compare(library, candidate, "--filter", "exp/smallest", *how, *QUICK)
            self.assertIn(ran.returncode, (0, 3), f"{library} {candidate}: {ran.stdout}{ran.stderr}")
            self.assertEqual(len(report["rows"][0]["screened"]["ratio"]), 4)

    def test_each_has_its_own_neighbour(self):
        one, other = (self.beside_its_neighbour(name, "libneighbour.so") for name in ("one", "other"))
        ran, report, _ = self.compare(one, other, "--filter", "exp/smallest", *QUICK)
        self.assertIn(ran.returncode, (0, 3), ran.stdout + ran.stderr)
        self.assertTrue(report["in_turns"], "in one process both would have the neighbour that is loaded first")

    def test_at_once_or_one_after_the_other(self):
        for count in "1", "2":
            ran, report, _ = self.compare(STUB, STUB, "--filter", "ndim/smallest", "--at-once", count, *QUICK)
            self.assertIn(ran.returncode, (0, 3), ran.stdout + ran.stderr)
            self.assertEqual(len(report["rows"][0]["screened"]["ratio"]), 4)
        ran, _, _ = self.compare(STUB, STUB, "--at-once", "3", *QUICK)
        self.assertEqual(ran.returncode, 64)

    def test_bad_usage_is_said(self):
        for baseline, candidate, options, code, reason in [
                ("/nowhere.so", OWN, [], 64, "/nowhere.so"), (OWN, OWN, ["--filter", "none"], 64, "no call has such a name"),
                (OWN, OWN, ["--screen", "2"], 64, "screen"), (OWN, __file__, [], 2, "compare_test.py")]:
            ran, _, _ = self.compare(baseline, candidate, *options)
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertIn(reason, ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
