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


BAD = {"gelu": "crash", "avg_pool2d": "timeout", "linspace": "crash"}
REASONS = {"crash": "ended the process", "timeout": "did not end"}


class MixedCandidate(unittest.TestCase):
    def gate(self, *options):
        with tempfile.TemporaryDirectory() as folder:
            ran = subprocess.run([GATE, "--candidate", CANDIDATE, "--out", folder, "--quick", "--keep-going", *options],
                                 capture_output=True, text=True, timeout=400)
            self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
            return json.loads((pathlib.Path(folder) / "verdict.json").read_text())["cases"]

    def test_each_function_costs_its_own_cases(self):
        cases = self.gate("--suite", "golden", "--timeout-scale", "0.2", "--filter", "gelu,avg_pool2d,linspace,add,sum")
        found = collections.defaultdict(set)
        for case in cases:
            found[case["function"]].add(case["status"])
        self.assertEqual(found, {**{name: {status} for name, status in BAD.items()}, "add": {"pass"}, "sum": {"pass"}})
        messages = {c["function"]: c["message"] for c in cases}
        self.assertRegex(messages["gelu"], "ended by SIG(ILL|TRAP)")
        self.assertIn("exited with status 0", messages["linspace"])

    # Programs and laws call functions besides their own: what the bad ones cost there is put down to them.
    def test_every_suite_blames_the_bad_functions_alone(self):
        cases = self.gate("--suite", "golden,differential,property", "--timeout-scale", "0.1")
        statuses = collections.Counter()
        for case in cases:
            name, status, function = case["suite"] + "/" + case["id"], case["status"], case["function"]
            statuses[status] += 1
            if function in BAD:
                self.assertIn(status, (BAD[function], "pass"), name)  # a case of input that is refused may pass
            elif status in ("crash", "timeout"):
                bad = case["message"].splitlines()[0].rpartition(", in ")[2]
                self.assertEqual(status, BAD.get(bad), f"{name}: {case['message']}")
            elif status == "skipped" and case["capability"] not in ("cuda", "memory-figures"):
                bad, _, reason = case["capability"].partition(", which ")
                self.assertEqual(reason, REASONS.get(BAD.get(bad)), f"{name}: {case['capability']}")
            elif status != "skipped":
                self.assertEqual(status, "pass", name)
        self.assertGreater(statuses["pass"], 1000)


if __name__ == "__main__":
    unittest.main()
