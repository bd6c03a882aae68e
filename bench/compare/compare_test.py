#!/usr/bin/env python3
"""compare_test.py BIN LIB: bench_compare finds a planted change and no other, both ways, and says so where it cannot."""
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
OWN, STUB, PADDED = LIB / "libsimple_torch_ffi.so", LIB / "libsimple_torch_stub.so", LIB / "libsimple_torch_ffi_padded.so"
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

    def test_the_same_library_laid_out_otherwise_is_not_red(self):
        ran, report, decisions = self.compare(OWN, PADDED, "--filter", FEW, *QUICK)
        self.assertIn(ran.returncode, (0, 3), ran.stdout + ran.stderr)
        self.assertEqual(report["nulls_off"], [])
        self.assertNotIn("regressed", decisions.values())

    def test_a_null_that_fires_makes_the_run_invalid(self):
        ran, report, decisions = self.compare(self.injected("constant-0"), self.injected("cache-30"), "--copy",
                                              self.injected("constant-40"), "--filter", "add/smallest", *QUICK)
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertEqual(report["nulls_off"], ["add/smallest"])
        self.assertEqual(decisions, {"add/smallest": "invalid"})
        self.assertIn("invalid: the baseline differs from its own copy", ran.stdout)

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

    def test_bad_usage_is_said(self):
        for baseline, candidate, options, code, reason in [
                ("/nowhere.so", OWN, [], 64, "/nowhere.so"), (OWN, OWN, ["--filter", "none"], 64, "no call has such a name"),
                (OWN, OWN, ["--screen", "2"], 64, "screen"), (OWN, __file__, [], 2, "compare_test.py")]:
            ran, _, _ = self.compare(baseline, candidate, *options)
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertIn(reason, ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
