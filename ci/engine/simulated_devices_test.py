#!/usr/bin/env python3
"""Cases that need CUDA in a run of the gate whose tensors live on the CPU: on simulated devices for a candidate that can
have them, skipped with the reason for others, and an error where the devices were not there.

usage: simulated_devices_test.py BIN CANDIDATE STUB CUDA_FAULT"""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BIN, CANDIDATE, STUB, FAULT = map(pathlib.Path, sys.argv[1:5])
ROOT = pathlib.Path(__file__).parents[2]


class SimulatedDevices(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def gate(self, candidate, *words, bin=BIN, environment=None):
        """The exit code and the verdict."""
        out = self.folder / "out"
        command = [bin / "simple-gate", "--root", ROOT, "--no-config", "--candidate", candidate, "--out", out, *words]
        ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})})
        self.assertIn(ran.returncode, (0, 1, 2), ran.stdout + ran.stderr)
        return ran.returncode, json.loads((out / "verdict.json").read_text())

    @staticmethod
    def statuses(verdict, suite):
        """Of the suite's cases: how many ended how, where."""
        return collections.Counter((c["status"], c["capability"], c.get("device", "")) for c in verdict["cases"]
                                   if c["suite"] == suite)

    def told(self, verdict):
        (step,) = [s for s in verdict["steps"] if s["name"] == "suite"]
        return "\n".join(step["notes"]), "\n".join(step["problems"])

    def test_what_needs_cuda_has_it(self):
        code, verdict = self.gate(CANDIDATE, "--suite", "golden,property", "--filter", "relu", "--audit")
        self.assertEqual(code, 0)
        for suite, least in (("golden", 2), ("property", 1)):
            found = self.statuses(verdict, suite)
            self.assertGreaterEqual(found["pass", "", "simulated"], least, found)
            self.assertGreater(found["pass", "", ""], 0, found)
            self.assertEqual(set(found), {("pass", "", ""), ("pass", "", "simulated")})
        self.assertIn("golden: 2 cases that need CUDA ran on simulated devices", self.told(verdict)[0])
        self.assertEqual(verdict["measurements"], [])
        self.assertIn('name="device" value="simulated"', (self.folder / "out/junit.xml").read_text())

    def test_only_what_the_libtorch_cannot_tell_is_skipped(self):
        code, verdict = self.gate(CANDIDATE, "--suite", "golden,property", "--filter",
                                  "*/*-device*,*/*-devices,*stream*/*,cuda*/*,cpu/*,devices/*")
        self.assertEqual(code, 0)
        lacking = {c["capability"] for c in verdict["cases"] if c["status"] == "skipped"}
        self.assertLessEqual(lacking, {"memory-figures"})
        self.assertGreater(self.statuses(verdict, "golden")["pass", "", "simulated"], 200)

    def test_devices_that_are_not_there_are_an_error(self):
        code, verdict = self.gate(CANDIDATE, "--suite", "golden", "--filter", "relu",
                                  environment={"SIMULATED_CUDA_DEVICES": "0"})
        self.assertEqual((code, verdict["outcome"]), (2, "error"))
        self.assertIn("the simulated CUDA devices were not there for 2 of 2 cases", self.told(verdict)[1])

    def test_a_simulation_that_is_not_built_is_an_error(self):
        lib = self.folder / "lib"
        shutil.copytree(BIN, self.folder / "bin", symlinks=True,
                        ignore=lambda _, names: [n for n in names if n not in ("simple-gate", "simple-probe", "golden_suite",
                                                                               "plans", "golden.json")])
        lib.mkdir()
        code, verdict = self.gate(CANDIDATE, "--suite", "golden", "--filter", "relu", bin=self.folder / "bin")
        self.assertEqual((code, verdict["outcome"]), (2, "error"))
        self.assertIn("libsimulated_cuda.so is not built", self.told(verdict)[1])

    def test_others_are_told_why_not(self):
        code, verdict = self.gate(STUB, "--suite", "golden", "--filter", "relu/*device*")
        reason = "CUDA devices are simulated beneath LibTorch, and the candidate needs no shared one"
        self.assertEqual({(c["status"], c["capability"], c["message"]) for c in verdict["cases"]},
                         {("skipped", "cuda", reason)})
        self.assertIn(f"golden: 2 cases that need CUDA were skipped: {reason}", self.told(verdict)[0])
        self.assertIn(f"cuda: {reason}", (self.folder / "out/junit.xml").read_text())
        self.assertEqual(code, 2)  # no case ran

    def test_a_fault_that_devices_show_is_the_candidates(self):
        code, verdict = self.gate(FAULT, "--suite", "golden", "--filter", "to_data")
        bad = [c for c in verdict["cases"] if c["status"] not in ("pass", "skipped")]
        self.assertEqual(code, 1)
        self.assertEqual({(c["function"], c["device"]) for c in bad}, {("to_data", "simulated")})
        self.assertIn("--suite golden --filter", bad[0]["repro"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
