#!/usr/bin/env python3
"""ci/gate --self-test, whole, on faults that are made up.

usage: self_test_run_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import json
import shutil
import unittest

from whole_run import WholeRun


class SelfTest(WholeRun):
    def self_test(self, faults, *options, mode="sound"):
        (self.root / "bin/fault_list").write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(faults)}\nEND\n")
        (self.root / "bin/fault_list").chmod(0o755)
        proxy = self.root / "lib/libsimple_faults.so"
        if not proxy.exists():  # another copy would be another build
            shutil.copy(self.candidate, proxy)
        ran = self.run_gate(*(options or ["--self-test"]), mode=mode)
        report = self.root / "reports/self-test/self-test.json"
        found = json.loads(report.read_text()) if report.exists() else {"faults": []}
        return ran, {f["fault"]: (f["outcome"], f["by"]) for f in found["faults"]}, found

    def test_self_test_says_what_caught_which_fault(self):
        caught = {"id": "c-pass", "function": "add", "suites": ["golden"], "promise": "E1"}
        green = {"id": "other-wording", "function": "", "suites": ["golden"], "correct": True}
        ran, outcomes, _ = self.self_test([caught, green])
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(outcomes, {"c-pass": ("caught", ["golden/c-pass"]), "other-wording": ("green", [])})
        self.assertIn("cases that caught nothing: 1 of the 2 that met a fault (3 cases exist", ran.stdout)
        for planted, outcome in [({"id": "c-pass", "function": "sub", "suites": ["golden"]}, "ELSEWHERE"),
                                 ({"id": "unnoticed", "function": "add", "suites": ["golden"]}, "MISSED"),
                                 ({"id": "j-pass", "function": "", "suites": ["golden"], "correct": True}, "RED")]:
            ran, outcomes, _ = self.self_test([green, planted])
            self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
            self.assertEqual(outcomes[planted["id"]][0], outcome)
        ran, outcomes, _ = self.self_test([{"id": "x", "function": "add", "suites": ["differential"]}])
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertEqual(outcomes["x"][0], "ERROR")

    def test_full_self_test_tries_every_case_and_goes_on_where_it_stopped(self):
        faults = [{"id": name, "function": "add", "suites": ["golden"]} for name in ("a-pass", "c-pass")]
        ran, outcomes, report = self.self_test(faults, "--self-test=full")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual([f["ran"] for f in report["faults"]], [3, 3])
        self.assertEqual(report["cases_that_caught_nothing"], ["golden/j-pass"])
        ran, again, _ = self.self_test(faults, "--self-test=full", mode="crash-on-load")
        self.assertEqual((ran.returncode, again), (0, outcomes), ran.stdout + ran.stderr)

    def test_self_test_wants_a_list(self):
        for faults, reason in [([], "is empty"), ([{"what": "x"}], "not readable")]:
            ran, _, _ = self.self_test(faults)
            self.assertEqual(ran.returncode, 2)
            self.assertIn(reason, ran.stderr)
        ran, _, _ = self.self_test([{"id": "x"}], "--self-test=fast")
        self.assertEqual(ran.returncode, 64)


if __name__ == "__main__":
    unittest.main()
