#!/usr/bin/env python3
"""Whole runs of simple-gate: what each way to end, to choose and to waive comes to.

usage: whole_run_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import hashlib
import json
import os
import shutil
import subprocess
import unittest

from quiet_suite import write_quiet_suite
from whole_run import BAD, WholeRun


class Runs(WholeRun):
    def test_misbehaviour_is_reported_case_by_case(self):
        ran = self.run_gate()
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(self.statuses(), {
            "a-pass": "pass", "b-segfault": "crash", "c-pass": "pass", "d-hang": "timeout", "e-exit": "crash",
            "f-abort": "crash", "g-flood": "fail", "h-leaves-a-child": "crash", "i-garbage": "fail", "j-pass": "pass"})
        steps = {s["name"]: s["status"] for s in self.verdict()["steps"]}
        self.assertEqual(steps["library"], "pass")
        self.assertEqual(steps["suite"], "fail")
        self.assertEqual(steps["linked"], "not selected")
        self.assertIn("ended by SIGSEGV", ran.stdout)
        self.assertIn("--suite golden --filter 'b-segfault'", ran.stdout)
        self.assertIn("promise E1: no exception", ran.stdout)

    def test_selected_cases_that_pass_are_a_pass(self):
        ran = self.run_gate("--filter", "*-pass", "--jobs", "2")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.statuses(), dict.fromkeys(["a-pass", "c-pass", "j-pass"], "pass"))
        self.assertTrue(self.verdict()["run"]["selection"])

    def test_what_is_not_built_is_no_pass(self):
        ran = self.run_gate("--step", "library,linked", "--filter", "*-pass,loads-now")
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("not built, so not passed: linked", ran.stdout)
        (self.root / "bin/property_suite").unlink()
        ran = self.run_gate("--filter", "?-pass")
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, "property is not built: .*/bin/property_suite")
        self.assertEqual(self.run_gate("--suite", "golden", "--filter", "?-pass").returncode, 0)

    def test_filter_that_takes_no_case_is_no_pass(self):
        for filters, idle in [("a-pass,nowhere*", "nowhere*"), ("a-pass,b-segfault,nowhere", "nowhere")]:
            ran = self.run_gate("--filter", filters)
            self.assertEqual((ran.returncode, ran.stdout), (64, ""), "told before anything runs")
            self.assertIn(f"--filter '{idle}' takes no case", ran.stderr)
        # What may be timed is only known when it is.
        ran = self.run_gate("--step", "library,performance", "--filter", "loads-now,latency/nowhere/*")
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("--filter 'latency/nowhere/*' takes no case", ran.stdout)
        self.assertEqual(self.run_gate("--step", "library", "--filter", "loads-now").returncode, 0)

    def test_plan_is_that_of_the_build(self):
        sound = self.run_gate("--suite", "golden", "--filter", "?-pass")
        self.assertEqual(sound.returncode, 0, sound.stdout)
        # The suite itself has lost cases since: the build is to blame.
        ran = self.run_gate("--suite", "golden", mode="sound")
        self.assertEqual(ran.returncode, 2, ran.stdout)
        self.assertIn("golden: it lists 3 cases, and 10 were recorded when it was built; missing are b-segfault, d-hang, "
                      "e-exit and 4 more: build the target plans again", ran.stdout)
        # It has lost them in the candidate's process alone: the candidate is.
        suite = self.root / "bin/golden_suite"
        suite.rename(self.root / "bin/fake")
        suite.write_text('#!/bin/sh\ncase "$*" in *candidate.so*) FAKE_SUITE=slow; export FAKE_SUITE ;; esac\n'
                         'exec "$(dirname "$0")/fake" "$@"\n')
        suite.chmod(0o755)
        ran = self.run_gate("--suite", "golden")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("in the candidate's process it lists 1 cases, and 10 were recorded", ran.stdout)
        self.assertEqual(self.statuses(), {"(list of cases)": "fail"})
        plan = self.root / "bin/plans/golden.json"
        recorded = plan.read_text()
        for change, reason in [(recorded[:200], "is not as it was recorded"),
                               (recorded.replace("a-pass", "x-pass"), "its digest is another"), (None, "no plan is recorded")]:
            plan.write_text(change) if change else plan.unlink()
            ran = self.run_gate("--suite", "golden", "--filter", "?-pass")
            self.assertEqual(ran.returncode, 2, ran.stdout)
            self.assertIn(reason, ran.stdout)

    def test_waived_failures_pass_and_unmatched_waivers_do_not(self):
        self.quiet_suites("differential_suite", "dynamic_suite", "linked_suite", "examples_suite")
        ids = [c["id"] for c in json.loads((self.root / "bin/plans/golden.json").read_text())["cases"]]
        write_quiet_suite(self.root / "bin/golden_host", ids, "add")
        for name in ("stub", "reference"):  # what the stub's time is taken of
            shutil.copy(BAD / f"libsimple_torch_{name}.so", self.root / "lib")
        scopes = [f"golden/{letter}-*" for letter in "bdefghi"]
        waivers = self.waive(*scopes)
        ran = self.run_gate("--waivers", waivers, whole=True)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.statuses()["b-segfault"], "waived")
        self.waive(*scopes, "golden/z-*")
        ran = self.run_gate("--waivers", waivers, whole=True)
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("waiver golden/z-*: unmatched", ran.stdout)

    def waive(self, *scopes):
        waivers = self.root / "waivers.toml"
        row = '[[waiver]]\nscope = "%s"\nreason = "r"\nlink = "l"\nowner = "o"\nexpires = 2999-01-01\n'
        waivers.write_text("".join(row % scope for scope in scopes))
        return waivers

    def test_waivers_that_leave_nothing_judged_are_no_pass(self):
        shutil.copy(BAD / "bad_candidate_crash.so", self.candidate)
        ran = self.run_gate("--waivers", self.waive("library/loads-now"))
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("the step suite was not run", ran.stdout)
        shutil.copy(BAD / "bad_candidate_hollow.so", self.candidate)
        ran = self.run_gate("--waivers", self.waive("golden/*"), "--suite", "golden", "--filter", "b-*,f-*")
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("no case passed: all 2 that ran are waived or known", ran.stdout)

    def test_suite_that_fails_by_itself_is_an_error_of_the_gate(self):
        for mode, reason in [("crash-on-load", "SIGSEGV"), ("no-plan", "the suite did not start: exited with status 0"), ("no-cases", "it has no cases")]:
            ran = self.run_gate(mode=mode)
            self.assertEqual(ran.returncode, 2, mode + ran.stdout)
            self.assertIn(reason, ran.stdout)
            self.assertEqual(self.verdict()["outcome"], "error")

    def test_suite_that_lists_for_the_stub_and_does_not_start_for_the_candidate_is_the_candidates_failure(self):
        self.assertEqual(self.run_gate(mode="crash-on-start").returncode, 2, "no stub that could list")
        shutil.copy(BAD / "libsimple_torch_stub.so", self.root / "lib")
        ran = self.run_gate(mode="crash-on-start")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertEqual(self.statuses(), {"(list of cases)": "crash"})
        self.assertIn("the suite did not start: ended by SIGBUS", ran.stdout)

    def test_contract_wants_every_frozen_case_and_no_other(self):
        lists = self.root / "golden/mustpass"
        lists.mkdir(parents=True)

        def freeze(*ids):
            (lists / "1.0").write_text("".join(f"{id}\n" for id in ids))
            digest = hashlib.sha256((lists / "1.0").read_bytes()).hexdigest()
            (self.root / "golden/mustpass.sha256").write_text(f"{digest}  1.0\n")

        freeze("a-pass", "c-pass")
        ran = self.run_gate("--contract", "1.0")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.statuses(), {"a-pass": "pass", "c-pass": "pass"})
        self.assertIn("contract 1.0: 2 frozen cases, 2 passed", ran.stdout)
        for more, reason in [("gone-since", "did not run"), ("f-abort", "crash")]:
            freeze("a-pass", more)
            ran = self.run_gate("--contract", "1.0")
            self.assertEqual(ran.returncode, 1, ran.stdout)
            self.assertRegex(ran.stdout, f"golden/{more}.*{reason}")
        (lists / "1.0").write_text("a-pass\n")
        ran = self.run_gate("--contract", "1.0")
        self.assertEqual(ran.returncode, 2, "a list that was cut short" + ran.stdout)
        self.assertIn("golden/mustpass/1.0 is not the list whose digest golden/mustpass.sha256 has", ran.stderr)
        ran = self.run_gate("--contract", "2.0")
        self.assertEqual(ran.returncode, 64)
        self.assertIn("there are: 1.0", ran.stderr)
        self.assertEqual(self.run_gate("--contract", "1.0", "--quick").returncode, 64)

    def test_partial_gives_a_scorecard_and_never_passes(self):
        shutil.copy(BAD / "bad_candidate_silent.so", self.candidate)
        ran = self.run_gate("--partial", "--keep-going", "--step", "library,suite")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(set(self.statuses().values()), {"skipped"})
        card = {row["category"]: row for row in self.verdict()["scorecard"]}
        self.assertEqual(card["arithmetic"]["present"], 0)
        self.assertEqual(card["arithmetic"]["cases"], 10)
        self.assertRegex(ran.stdout, r"missing functions at which most cases stop: rt_torch_\w+ \(\d+\)")
        shutil.copy(BAD / "bad_candidate_hollow.so", self.candidate)
        ran = self.run_gate("--partial", "--filter", "?-pass")
        self.assertEqual(ran.returncode, 1, "a partial run is no pass, whatever passed")
        self.assertRegex(ran.stdout, r"arithmetic +\d+ of \d+ +3 of 3")
        self.assertIn("## Scorecard", (self.root / "reports/latest/summary.md").read_text())

    def test_list_has_every_id_that_a_filter_takes(self):
        self.run_gate()
        listed = {(c["suite"], c["id"]) for c in json.loads(self.run_gate("--list=json").stdout)["cases"]}
        # The time of a suite is that of all its cases, so that no filter takes it.
        met = {(c["suite"], c["id"]) for c in self.verdict()["cases"] if c["id"] != "latency/wall-time"}
        self.assertEqual(met - listed, set())
        self.assertIn(("library", "loads-now"), met)
        text = self.run_gate("--list").stdout
        for suite, id in met:
            self.assertIn(f"  {suite} {id} ", text)
        self.assertEqual(self.run_gate("--list=xml").returncode, 64)

    def test_debug_starts_gdb_with_the_case_alone(self):
        tools = self.root / "tools"
        tools.mkdir()
        (tools / "gdb").write_text('#!/bin/sh\necho "gdb $@"\n')
        (tools / "gdb").chmod(0o755)

        def debug(case, path=tools):
            return subprocess.run(self.command("--debug", case), capture_output=True, text=True, timeout=250,
                                  stdin=subprocess.DEVNULL, cwd=self.root, env={**os.environ, "PATH": str(path)})

        ran = debug("golden/b-segfault")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertRegex(ran.stdout, r"-batch -ex set exec-wrapper env SIMPLE_TIME_SCALE=\S+ -ex run -ex backtrace --args "
                                     r"\S*/golden_suite --backend .* --filter b-segfault")
        for case, code, reason in [("golden/nowhere", 64, "no case nowhere"), ("gold/b", 64, "suite/case"),
                                   ("differential/x", 2, "not built")]:
            ran = debug(case)
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertIn(reason, ran.stderr)
            self.assertEqual(ran.stderr.count("\n"), 1)
        ran = debug("golden/b-segfault", path=self.root)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("cannot run gdb", ran.stderr)

    def test_missing_nm_is_an_error_of_the_gate(self):
        self.suites("linked")
        ran = subprocess.run(self.command("--step", "linked"), capture_output=True, text=True, timeout=250, cwd=self.root,
                             env={**os.environ, "PATH": str(self.root)})
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("nm is not on this machine (package binutils)", ran.stdout)


if __name__ == "__main__":
    unittest.main()
