#!/usr/bin/env python3
"""bridge_test.py SIMPLE_GATE PLAIN_BRIDGE: a bridge that dies on bad handles is judged to the end, each defect named, each
failure told by what was found."""
import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

GATE, BRIDGE = sys.argv.pop(1), sys.argv.pop(1)
DEFECTS = {f"D{number:02}" for number in range(1, 22)}


# What GoogleTest and RapidCheck say of every failure alike, or to those who know the suites' code.
NOT_FOR_READERS = re.compile(r"Value of:|Expected equality of these values|Which is:|^Failed$|Falsifiable after", re.MULTILINE)


class Bridge(unittest.TestCase):
    def failures(self, *options):
        with tempfile.TemporaryDirectory() as out:
            ran = subprocess.run([GATE, "--candidate", BRIDGE, "--out", out, "--step", "suite", *options],
                                 capture_output=True, text=True, timeout=250)
            self.text = ran.stdout
            self.reports = {name: (Path(out) / name).read_text() for name in ("summary.md", "junit.xml")}
            cases = json.loads((Path(out) / "verdict.json").read_text())["cases"]
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        return [c for c in cases if c["status"] in ("fail", "error", "crash", "timeout")]

    def test_each_defect_is_named(self):
        failures = self.failures("--suite", "property", "--filter", "defect/*")
        self.assertEqual([c["id"] for c in failures if c["message"].startswith(("the suite did not start", "not run:"))], [])
        self.assertEqual(DEFECTS - {p for c in failures for p in c["promises"]}, set())

    def test_failures_begin_with_what_was_found(self):
        failures = self.failures("--suite", "golden,property", "--filter", "argmax,law/stack/*,law/inverse/*,law/norm/*")
        for text in (*(c["message"] for c in failures), self.text, *self.reports.values()):
            self.assertIsNone(NOT_FOR_READERS.search(text), text)
        found = {c["id"]: c["message"].split("\n")[0] for c in failures}
        self.assertEqual(found["argmax/f64-cube-dim-3-keepdim"], "got {}, want { 1, 3, 4 }")
        self.assertRegex(found["law/norm/is-not-lost-to-an-intermediate"], "^got inf, want 1 ")
        # Failures of two laws have two causes.
        alike = [line for line in self.text.splitlines() if line.startswith("    alike:")]
        self.assertEqual([line for line in alike if "law/stack" in line and "law/inverse" in line], [])


if __name__ == "__main__":
    unittest.main()
