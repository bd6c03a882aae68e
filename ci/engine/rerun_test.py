#!/usr/bin/env python3
"""Runs of simple-gate that follow an earlier one: --rerun-failed, --against-verdict, --fail-on new.

usage: rerun_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import json
import shutil
import unittest

from whole_run import BAD, WholeRun


class Reruns(WholeRun):
    def test_failed_case_that_is_gone_is_no_pass(self):
        self.run_gate("--filter", "?-pass,f-abort")
        report = self.root / "reports/latest/verdict.json"
        report.write_text(report.read_text().replace("f-abort", "f-gone"))
        ran = self.run_gate("--rerun-failed")
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("golden/f-gone did not pass in the last run and was not met in this one", ran.stdout)

    def test_failed_cases_run_again_alone(self):
        self.run_gate("--filter", "?-pass,f-abort")
        ran = self.run_gate("--rerun-failed")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(self.statuses(), {"f-abort": "crash"})

    # What failed passes in the rerun, so that only what the rerun leaves out stands in the way of a pass.
    def rerun(self, *options, change=None):
        self.run_gate("--filter", "?-pass", fault="a-pass")
        report = self.root / "reports/latest/verdict.json"
        if change:
            verdict = json.loads(report.read_text())
            change(verdict)
            report.write_text(json.dumps(verdict))
        return self.run_gate("--rerun-failed", *options)

    def test_rerun_that_passes_is_a_pass_of_a_whole_run(self):
        ran = self.rerun()
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.statuses(), {"a-pass": "pass"})
        ran = self.run_gate("--rerun-failed")
        self.assertEqual((ran.returncode, ran.stdout), (0, "nothing failed in reports/latest/verdict.json\n"))

    def test_rerun_that_leaves_out_what_failed_is_no_pass(self):
        for options in (["--step", "library"], ["--suite", "property"], ["--filter", "c-pass"]):
            ran = self.rerun(*options)
            self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        ran = self.rerun("--keep-going", "--step", "library,suite", "--filter", "a-pass")
        self.assertEqual(ran.returncode, 0, "a filter that takes it leaves nothing out" + ran.stdout)

    def test_rerun_behind_an_interrupted_run_is_no_pass(self):
        ran = self.rerun(change=lambda verdict: verdict["run"].update(interrupted=True))
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("the last run was interrupted: run the gate whole", ran.stdout)
        ran = self.run_gate("--rerun-failed")
        self.assertEqual(ran.returncode, 2, "nor is what follows it" + ran.stdout)

    def test_rerun_on_another_candidate_is_no_pass(self):
        def rebuild(_):
            with open(self.candidate, "ab") as file:
                file.write(b"x")

        ran = self.rerun(change=rebuild)
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("is another file than the one that the last run judged", ran.stdout)
        self.assertEqual(self.statuses(), {"a-pass": "pass"}, "and yet it is told whether what failed passes now")
        other = self.root / "lib/other.so"
        shutil.copy(BAD / "bad_candidate_silent.so", other)
        self.rerun()
        ran = self.run_gate("--rerun-failed", "--candidate", other)
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertRegex(ran.stderr, "the last run judged .*/candidate.so, not .*/other.so: run the gate whole")

    def test_rerun_by_another_build_of_the_gate_is_refused(self):
        def rebuild(_):
            with open(self.root / "bin/golden_suite", "ab") as file:
                file.write(b"x")
            self.record()

        ran = self.rerun(change=rebuild)
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("made by another build of the gate: run the gate whole", ran.stderr)
        self.assertEqual(self.verdict()["outcome"], "error")

    def test_against_verdict_names_what_changed(self):
        self.run_gate("--filter", "?-pass,f-abort")
        earlier = self.root / "earlier.json"
        report = json.loads((self.root / "reports/latest/verdict.json").read_text())
        for case in report["cases"]:
            if case["id"] in ("a-pass", "f-abort"):
                case["status"] = {"pass": "crash", "crash": "pass"}[case["status"]]
        report["cases"] = [c for c in report["cases"] if c["id"] != "c-pass"]
        report["cases"].append({**report["cases"][-1], "suite": "golden", "id": "old-case"})
        earlier.write_text(json.dumps(report))
        ran = self.run_gate("--filter", "?-pass,f-abort", "--against-verdict", earlier)
        for line in ("newly failing: 1\n    golden/f-abort", "newly passing: 1\n    golden/a-pass",
                     "gone: 1\n    golden/old-case", "added: 1\n    golden/c-pass"):
            self.assertIn(line, ran.stdout)
        comparison = self.verdict()["comparison"]
        self.assertEqual((comparison["newly_failing"], comparison["gone"]), (["golden/f-abort"], ["golden/old-case"]))
        self.assertIn("newly failing: 1\n  * golden/f-abort", (self.root / "reports/latest/summary.md").read_text())

    def test_fail_on_new_passes_what_failed_before(self):
        self.run_gate("--filter", "?-pass,f-abort")
        earlier = self.root / "reports/latest/verdict.json"
        for _ in range(2):  # what is known stays known
            ran = self.run_gate("--filter", "?-pass,f-abort", "--against-verdict", earlier, "--fail-on", "new")
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
            self.assertEqual(self.statuses()["f-abort"], "known")
        ran = self.run_gate("--filter", "?-pass,f-abort", "--against-verdict", earlier, "--fail-on", "new", fault="a-pass")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual({id for id, status in self.statuses().items() if status == "fail"}, {"a-pass"})
        self.assertEqual(self.run_gate("--fail-on", "new").returncode, 64)


if __name__ == "__main__":
    unittest.main()
