#!/usr/bin/env python3
"""Whole runs of simple-gate in a build folder of their own, where fake_suite stands for the golden suite and a library
whose functions do nothing for the candidate and the stub.

usage: whole_run_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ET

import jsonschema

from quiet_suite import SUITES, record_plans, write_quiet_suite

BIN, BAD = pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] / "reports/verdict.schema.json").read_text())


class WholeRun(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in ("bin", "lib"):
            (self.root / name).mkdir()
        for name in ("simple-gate", "simple-probe"):
            shutil.copy(BIN / name, self.root / "bin" / name)
        shutil.copy(BIN / "fake_suite", self.root / "bin/golden_suite")
        self.quiet_suites("property_suite")
        shutil.copy(BAD / "bad_candidate_hollow.so", self.root / "lib/libsimple_torch_reference.so")
        self.record()
        self.benchmark({"not_comparable": "the candidate runs on nothing", "rows": []})
        self.candidate = self.root / "lib/candidate.so"
        shutil.copy(BAD / "bad_candidate_hollow.so", self.candidate)

    def command(self, *options, timeout_scale="0.1", whole=False):
        chosen = (whole or {"--step", "--suite", "--contract", "--debug"} & set(options)
                  or any(str(option).startswith("--self-test") for option in options))
        steps = [] if chosen else ["--step", "library,suite"]
        candidate = [] if "--candidate" in options else ["--candidate", self.candidate]
        return [self.root / "bin/simple-gate", *candidate, "--timeout-scale", timeout_scale, *steps, *options]

    def record(self, mode=""):
        record_plans(self.root / "bin", SUITES, {"FAKE_SUITE": mode})

    def suites(self, *names):
        for name in names:
            shutil.copy(BIN / "fake_suite", self.root / f"bin/{name}_suite")
        self.record()

    def quiet_suites(self, *programs):
        for program in programs:
            write_quiet_suite(self.root / "bin" / program)
        if (self.root / "lib/libsimple_torch_reference.so").exists():
            self.record()

    def benchmark(self, report, name="bench_direct", first="--backend"):
        (self.root / f"{name}.json").write_text(json.dumps(report))
        program = self.root / "bin" / name
        program.write_text(f"#!/bin/sh\nfor last; do :; done\n[ \"$1\" = {first} ] && cp {self.root}/{name}.json \"$last\"\n")
        program.chmod(0o755)
        return program

    def run_gate(self, *options, mode="", fault="", timeout_scale="0.1", whole=False):
        return subprocess.run(self.command(*options, timeout_scale=timeout_scale, whole=whole), capture_output=True, text=True, timeout=250, cwd=self.root,
                              env={**os.environ, "FAKE_SUITE": mode, "SIMPLE_FAULT": fault})

    def verdict(self):
        verdict = json.loads((self.root / "reports/latest/verdict.json").read_text())
        jsonschema.validate(verdict, SCHEMA)
        return verdict

    def statuses(self):
        return {c["id"]: c["status"] for c in self.verdict()["cases"] if c["suite"] == "golden"}

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

    def reports(self):
        verdict = self.verdict()
        junit = ET.parse(self.root / "reports/latest/junit.xml")
        return (verdict["outcome"], len(junit.findall(".//failure")) + len(junit.findall(".//error")),
                (self.root / "reports/latest/summary.md").read_text().splitlines()[0])

    def test_a_run_that_is_killed_leaves_no_earlier_verdict(self):
        self.assertEqual(self.run_gate("--suite", "golden", "--filter", "a-pass", timeout_scale="1").returncode, 0)
        gate = subprocess.Popen(self.command("--filter", "d-hang", timeout_scale="10"), stdout=subprocess.PIPE, text=True,
                                cwd=self.root)
        self.assertIn("suite:", "".join(iter(gate.stdout.readline, "suite: golden and property suites in full\n")) + "suite:")
        gate.kill()
        gate.communicate(timeout=10)
        self.assertEqual(self.reports(), ("running", 1, "# Verdict: running"))

    def test_reports_that_cannot_be_written_leave_no_earlier_verdict(self):
        self.assertEqual(self.run_gate("--suite", "golden", "--filter", "a-pass", timeout_scale="1").returncode, 0)

        gate = subprocess.Popen(self.command("--filter", "d-hang", timeout_scale="10"), stdout=subprocess.PIPE, text=True,
                                cwd=self.root)
        gate.stdout.readline()
        gate.kill()
        gate.communicate(timeout=10)
        begun = max(file.stat().st_size for file in (self.root / "reports/latest").iterdir())

        def small_files():  # as on a full disk: the reports of the beginning fit, those of the end do not
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (begun + 500, begun + 500))

        ran = subprocess.run(self.command("--suite", "golden", "--filter", "?-pass,b-*,e-*,f-abort"), capture_output=True, text=True,
                             cwd=self.root, preexec_fn=small_files, timeout=100)
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("File too large", ran.stderr)
        self.assertRegex(ran.stdout, "golden +6 cases, 3 pass, 3 crash")
        self.assertEqual(self.reports(), ("running", 1, "# Verdict: running"))

    def test_two_runs_at_once_do_not_meet(self):
        gates = [subprocess.Popen(self.command("--suite", "golden", "--filter", name), stdout=subprocess.PIPE, text=True,
                                  cwd=self.root) for name in ("a-pass", "b-segfault")]
        texts = [gate.communicate(timeout=100)[0] for gate in gates]
        self.assertEqual([gate.returncode for gate in gates], [0, 1], texts)
        runs = [json.loads(path.read_text()) for path in self.root.glob("reports/runs/*/verdict.json")]
        self.assertEqual({(run["outcome"], run["cases"][0]["id"]) for run in runs}, {("pass", "a-pass"), ("fail", "b-segfault")})
        latest = self.root / "reports/latest"
        self.assertTrue(latest.is_symlink())
        self.assertEqual(latest.resolve().parent, (self.root / "reports/runs").resolve())
        self.run_gate("--filter", "c-pass")
        self.assertEqual(len(list(self.root.glob("reports/runs/*/verdict.json"))), 3, "an earlier run keeps its own")
        self.assertEqual(self.statuses(), {"c-pass": "pass"})
        self.assertEqual(sorted(path.name for path in self.root.glob("reports/*")), ["latest", "runs"])
        for text in texts:
            self.assertTrue((self.root / text.split("reports in ")[1].strip() / "junit.xml").exists(), text)

    def test_temporary_files_go_also_after_a_kill(self):
        (self.root / "tmp").mkdir()
        environment = {**os.environ, "TMPDIR": str(self.root / "tmp")}
        gate = subprocess.Popen(self.command("--suite", "golden", "--filter", "d-hang", timeout_scale="10"),
                                stdout=subprocess.PIPE, text=True, cwd=self.root, env=environment)
        gate.stdout.readline()
        deadline = time.monotonic() + 30
        while not list((self.root / "tmp").glob("simple-gate-run-*/simple-gate-*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        gate.kill()
        gate.communicate(timeout=10)
        self.assertEqual(len(list((self.root / "tmp").iterdir())), 1, "everything lies in one folder")
        ran = subprocess.run(self.command("--suite", "golden", "--filter", "a-pass"), capture_output=True, text=True,
                             cwd=self.root, env=environment, timeout=100)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertEqual(list((self.root / "tmp").iterdir()), [])

    def test_a_run_that_cannot_begin_leaves_no_earlier_verdict(self):
        for options, environment, reason in [(["--waivers", "nowhere.toml"], {}, "cannot read nowhere.toml"),
                                             ([], {"TMPDIR": "/nowhere"}, "TMPDIR is /nowhere, which is no folder")]:
            self.assertEqual(self.run_gate("--suite", "golden", "--filter", "a-pass", timeout_scale="1").returncode, 0)
            ran = subprocess.run(self.command("--filter", "a-pass", *options), capture_output=True, text=True, cwd=self.root,
                                 env={**os.environ, **environment}, timeout=100)
            self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
            self.assertIn(reason, ran.stdout + ran.stderr)
            self.assertEqual(self.reports()[0], "error")

    def test_suite_that_fails_by_itself_is_an_error_of_the_gate(self):
        for mode, reason in [("crash-on-load", "SIGSEGV"), ("no-plan", "no plan"), ("no-cases", "it has no cases")]:
            ran = self.run_gate(mode=mode)
            self.assertEqual(ran.returncode, 2, mode + ran.stdout)
            self.assertIn(reason, ran.stdout)
            self.assertEqual(self.verdict()["outcome"], "error")

    def test_suite_that_does_not_start_loses_its_cases(self):
        self.assertEqual(self.run_gate(mode="crash-on-start").returncode, 1)
        self.assertEqual(set(self.statuses().values()), {"crash"})

    def latencies(self, *options, candidate=BAD / "bad_candidate_hollow.so", mode=""):
        shutil.copy(candidate, self.candidate)
        self.record(mode)
        self.run_gate("--keep-going", *options, mode=mode, timeout_scale="1")
        return {f'{c["suite"]}/{c["id"]}': c for c in self.verdict()["cases"] if c["id"].startswith("latency/")}

    def test_a_suite_that_takes_much_longer_than_recorded_fails(self):
        found = self.latencies("--step", "suite", mode="slow")["golden/latency/wall-time"]
        self.assertRegex(found["message"], r"CPU .* passes \(limit")
        self.assertEqual(found["status"], "fail", found)

    def test_a_baseline_is_what_the_comparison_says(self):
        baseline = self.root / "old.so"
        baseline.touch()
        row = {"name": "add/smallest", "function": "add", "size": "smallest", "threads": 1, "null": False, "status": "pass",
               "message": "", "value": 1.0, "low": 1.0, "high": 1.0, "limit": 1.1,
               "samples": {"abi": [500.0], "direct": [450.0], "unit": [450.0], "cost": [1.0]}}
        self.benchmark({"not_comparable": "", "rows": [row]})
        sides = {"baseline_ns": [500.0], "candidate_ns": [520.0], "ratio": [1.04], "null": [1.0]}
        for decision, code in ("pass", 0), ("improved", 0), ("regressed", 1), ("not measured", 1), ("inconclusive", 3):
            compared = {"name": "add/smallest", "function": "add", "size": "smallest", "decision": decision, "message": "1.04 times",
                        "ratio": 1.04, "screened": sides}
            report = {"not_comparable": "", "interrupted": False, "nulls_off": [], "rows": [compared]}
            self.benchmark(report, "bench_compare", "--baseline")
            ran = self.run_gate("--step", "performance", "--filter", "add", "--baseline", str(baseline))
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertNotIn("against a baseline: not measured", ran.stdout)
            if code == 1:
                self.assertRegex(ran.stdout, f"again: ci/gate .*--baseline '{baseline}' --step performance --filter add/smallest")
        self.assertLessEqual({"baseline", "candidate", "ratio", "null"}, {m["side"] for m in self.verdict()["measurements"]})
        ran = self.run_gate("--step", "performance", "--filter", "add", "--baseline", "none")
        self.assertEqual(ran.returncode, 64)
        self.assertIn("none is no file and no kept baseline", ran.stderr)

    def test_performance_is_what_the_benchmark_says(self):
        for status, low, high, code in [("pass", 1.0, 1.09, 0), ("fail", 1.2, 1.3, 1), ("inconclusive", 1.0, 1.2, 3)]:
            row = {"name": "add/smallest", "function": "add", "size": "smallest", "threads": 1, "null": False,
                   "status": status, "message": "" if status == "pass" else "costs too much", "value": (low + high) / 2,
                   "low": low, "high": high, "limit": 1.1,
                   "samples": {"abi": [500.0], "direct": [450.0], "unit": [450.0], "cost": [1.1]}}
            self.benchmark({"not_comparable": "", "rows": [row]})
            ran = self.run_gate("--step", "performance", "--filter", "add")
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertIn("against a baseline: not measured", ran.stdout)
            self.assertEqual([m["side"] for m in self.verdict()["measurements"]], ["abi", "cost", "direct", "unit"])
            self.assertIn("add/smallest,add,smallest,1,direct,ns,1,450", (self.root / "reports/latest/measurements.csv").read_text())
        ran = self.run_gate("--step", "performance")
        self.assertEqual(ran.returncode, 2, "a report without most functions is no pass")
        self.assertIn("was not timed", ran.stdout)
        self.benchmark({"not_comparable": "it runs on LibTorch 9", "rows": []})
        ran = self.run_gate("--step", "performance")
        self.assertEqual(ran.returncode, 2, "what cannot be compared is no pass by itself")
        self.assertRegex(ran.stdout, r"performance +not applicable[\s\S]*it runs on LibTorch 9")
        self.assertFalse((self.root / "reports/latest/measurements.csv").exists())
        self.benchmark({}).write_text("#!/bin/sh\nexit 7\n")
        ran = self.run_gate("--step", "performance")
        self.assertEqual(ran.returncode, 2, ran.stdout)
        self.assertIn("bench_direct exited with status 7", ran.stdout)

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
        self.assertRegex(ran.stdout, r"-batch -ex run -ex backtrace --args \S*/golden_suite --backend .* --filter b-segfault")
        for case, code, reason in [("golden/nowhere", 64, "no case nowhere"), ("gold/b", 64, "suite/case"),
                                   ("differential/x", 2, "not built")]:
            ran = debug(case)
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertIn(reason, ran.stderr)
            self.assertEqual(ran.stderr.count("\n"), 1)
        ran = debug("golden/b-segfault", path=self.root)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("cannot run gdb", ran.stderr)

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

    # Cases of add, sub and mul, each of which calls its own function, as it says, and fails where that is planted
    # ("add.3", "sub.1+mul.2"); the case of mul also fails under the faults of `also`.
    def sensing_suite(self, also="nothing"):
        cases = [{"id": f"{name}/1", "function": name, "promises": ["E1"], "quick": True} for name in ("add", "sub", "mul")]
        plan = json.dumps({"event": "plan", "suite": "sensing", "cases": cases})
        suite = self.root / "bin/golden_suite"
        suite.unlink()
        write_quiet_suite(suite)
        text = suite.read_text().replace(suite.read_text().split("'")[1], plan).replace('"seconds": 0.0}', '"seconds": 0.0, "counts": {"called.\'"${id%/1}"\'": 1}}')
        suite.write_text(text.replace("status=pass\n", f"""status=pass
  [[ +$SIMPLE_FAULT == *"+${{id%/1}}."* ]] && status=fail
  [[ $id == mul/1 && +$SIMPLE_FAULT == *"+{also}."* ]] && status=fail
"""))
        self.record()

    @staticmethod
    def faults_of(*functions, count=8, **more):
        return [{"id": f"{function}.{i}", "function": function, "suites": ["golden"], "changes": [function], **more}
                for function in functions for i in range(count)]

    def test_self_test_draws_a_sample_that_proves_the_record_of_calls(self):
        self.sensing_suite()
        faults = self.faults_of("add", "sub", "mul")
        ran, outcomes, report = self.self_test(faults, "--self-test=first:7")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual({outcome for outcome, _ in outcomes.values()}, {"caught"})
        self.assertEqual((report["mode"], report["seed"], len(report["sample"]), report["problems"]), ("first", 7, 2, []))
        self.assertGreater(report["sample_cases"], 0)
        self.assertIn("cannot notice them", ran.stdout)
        again = self.self_test(faults, "--self-test=first:7")[2]
        self.assertEqual(again["sample"], report["sample"])
        # The case of mul, which by the record calls nothing else, sees faults of add.
        self.sensing_suite(also="add")
        for seed in range(20):
            ran, outcomes, report = self.self_test(faults, f"--self-test=first:{seed}")
            drawn = {id.split(".")[0] for id in report["sample"]}
            if "add" in drawn and "mul" not in drawn:
                break
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("golden/mul/1 calls nothing that add.", report["problems"][0])
        self.assertIn(report["problems"][0], ran.stdout)

    def test_self_test_falls_back_to_every_case(self):
        self.sensing_suite(also="add")
        # No case is of div; what it changes only others can see.
        survivor = [{"id": "add.hidden", "function": "div", "suites": ["golden"], "changes": ["add"]}]
        for faults in (survivor, survivor + self.faults_of("sub", "mul", count=12)):  # without a record, and with one
            ran, outcomes, report = self.self_test(faults)
            self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
            self.assertEqual(outcomes["add.hidden"], ("ELSEWHERE", ["golden/add/1", "golden/mul/1"]))

    def test_self_test_plants_correct_variants_together_and_blames_each_alone(self):
        self.sensing_suite(also="right")
        right = self.faults_of("wrong", "right", "other", count=1, correct=True)
        ran, outcomes, report = self.self_test(right)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(outcomes, {"right.0": ("RED", ["golden/mul/1"]), "wrong.0": ("green", []), "other.0": ("green", [])})
        self.assertEqual([f["ran"] for f in report["faults"]], [3, 3, 3])
        self.assertIn("beside 2 other variants", report["faults"][0]["tried"])

    def test_self_test_of_two_faults_at_a_time(self):
        self.sensing_suite(also="div")
        ran, outcomes, report = self.self_test(self.faults_of("add", "sub", "mul", count=2), "--self-test=pairs:3")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual((report["mode"], report["seed"], len(outcomes)), ("pairs", 3, 12))  # of 15, 3 change the same
        for pair, (outcome, by) in outcomes.items():
            self.assertEqual((outcome, len(by)), ("caught", 1))
            self.assertIn(by[0].split("/")[1] + ".", pair)
        # Neither of these has a case of its own.
        ran, outcomes, _ = self.self_test(self.faults_of("div", "exp", count=1), "--self-test=pairs")
        self.assertEqual((ran.returncode, list(outcomes.values())), (1, [("ELSEWHERE", ["golden/mul/1"])]))
        self.assertRegex(ran.stdout, r"seed of what is drawn: [0-9]+")
        ran, _, _ = self.self_test(self.faults_of("add"), "--self-test=pairs")
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("no two planted faults match", ran.stderr)
        ran, _, _ = self.self_test(self.faults_of("add"), "--self-test=pairs", "--shard", "1/2")
        self.assertEqual(ran.returncode, 64)

    # The proxy here is none, so that nothing is planted in the children of a suite that serves.
    def test_self_test_is_sure_that_something_was_planted(self):
        for correct in (False, True):
            ran, outcomes, _ = self.self_test([{"id": "c-pass", "function": "add", "suites": ["golden"], "correct": correct}],
                                              mode="serves")
            self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
            self.assertEqual(outcomes["c-pass"][0], "ERROR")
            self.assertIn("nothing was planted", ran.stdout)

    def test_self_test_wants_a_list(self):
        for faults, reason in [([], "is empty"), ([{"what": "x"}], "not readable")]:
            ran, _, _ = self.self_test(faults)
            self.assertEqual(ran.returncode, 2)
            self.assertIn(reason, ran.stderr)
        for mode in ("fast", "first:", "first:x", "full:1", "pairs:-1"):
            ran, _, _ = self.self_test([{"id": "x"}], f"--self-test={mode}")
            self.assertEqual(ran.returncode, 64, mode)

    def test_missing_nm_is_an_error_of_the_gate(self):
        self.suites("linked")
        ran = subprocess.run(self.command("--step", "linked"), capture_output=True, text=True, timeout=250, cwd=self.root,
                             env={**os.environ, "PATH": str(self.root)})
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("nm is not on this machine (package binutils)", ran.stdout)

    def test_interrupt_leaves_a_report_and_no_process(self):
        gate = subprocess.Popen(self.command("--filter", "a-pass,d-hang", timeout_scale="10"), stdout=subprocess.PIPE,
                                text=True, cwd=self.root)
        deadline = time.monotonic() + 30
        marker = str(self.root / "bin/golden_suite")

        def workers():
            found = []
            for cmdline in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    text = cmdline.read_bytes().decode(errors="replace")
                except OSError:
                    continue
                if text.startswith(marker) and "--cases-from" in text:
                    found.append(cmdline.parent.name)
            return found

        while not workers() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertTrue(workers())
        time.sleep(0.2)
        gate.send_signal(signal.SIGTERM)
        gate.communicate(timeout=10)
        self.assertEqual(gate.returncode, 2)
        verdict = self.verdict()
        self.assertTrue(verdict["run"]["interrupted"])
        step = verdict["steps"][5]
        self.assertEqual((step["name"], step["status"]), ("suite", "interrupted"))
        self.assertIn("golden: interrupted, 1 of 2 cases ran", step["notes"])
        self.assertGreater(self.reports()[1], 0)
        self.assertEqual(self.statuses(), {"a-pass": "pass"})
        self.assertEqual(workers(), [])


if __name__ == "__main__":
    unittest.main()
