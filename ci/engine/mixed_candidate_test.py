#!/usr/bin/env python3
"""A library that is right but for three functions: one dies, one hangs, one exits. The verdict says exactly that.

usage: mixed_candidate_test.py SIMPLE_GATE CANDIDATE
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

GATE, CANDIDATE = sys.argv.pop(1), sys.argv.pop(1)


class MixedCandidate(unittest.TestCase):
    def test_each_function_costs_its_own_cases(self):
        with tempfile.TemporaryDirectory() as folder:
            ran = subprocess.run([GATE, "--candidate", CANDIDATE, "--suite", "golden", "--out", folder, "--timeout-scale",
                                  "0.4", "--quick", "--filter", "gelu,avg_pool2d,linspace,add,sum"],
                                 capture_output=True, text=True, timeout=100)
            self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
            verdict = json.loads((pathlib.Path(folder) / "verdict.json").read_text())
        found = collections.defaultdict(set)
        for case in verdict["cases"]:
            found[case["function"]].add(case["status"])
        self.assertEqual(found, {"gelu": {"crash"}, "avg_pool2d": {"timeout"}, "linspace": {"crash"}, "add": {"pass"},
                                 "sum": {"pass"}})
        messages = {c["function"]: c["message"] for c in verdict["cases"]}
        self.assertRegex(messages["gelu"], "ended by SIG(ILL|TRAP)")
        self.assertIn("exited with status 0", messages["linspace"])


if __name__ == "__main__":
    unittest.main()
