#!/usr/bin/env python3
"""ci/gate --self-test, whole, on faults that are made up.

usage: self_test_run_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import json
import shutil
import subprocess
import unittest

from quiet_suite import write_quiet_suite
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
            for seed in range(20):
                ran, outcomes, report = self.self_test(faults, f"--self-test=first:{seed}")
                if "add.hidden" not in report.get("sample", []):  # which would find the record wrong: exit 2, as above
                    break
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

    def test_shards_of_a_self_test_are_merged_to_the_whole(self):
        self.sensing_suite()
        faults = self.faults_of("add", "sub", "mul", count=6) + [{"id": "unnoticed", "function": "add", "suites": ["golden"]}]
        for given, code in (faults, 1), (faults[:-1], 0):
            ran, outcomes, whole = self.self_test(given, "--self-test=first:3")
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            for i in (1, 2, 3):
                self.run_gate("--self-test=first:3", "--shard", f"{i}/3", "--out", f"shards/{i}", mode="sound")
            merged, found = self.merge("shards/1", "shards/2", "shards/3")
            self.assertEqual(merged.returncode, code, merged.stdout + merged.stderr)
            self.assertEqual({f["fault"]: (f["outcome"], f["by"]) for f in found["faults"]}, outcomes)
            self.assertEqual(sorted(found["sample"]), sorted(whole["sample"]))
        shutil.copytree(self.root / "shards/2", self.root / "again")
        shutil.copytree(self.root / "shards/2", self.root / "torn")
        (self.root / "torn/self-test.json").write_text((self.root / "again/self-test.json").read_text()[:200])
        self.self_test(faults, "--self-test=first:3", "--shard", "3/3", "--out", "foreign")
        for folders, why in [(("shards/1", "shards/3"), "shard 2/3 is missing"), (("shards/1", "shards/2", "shards/3", "again"), "shard 2/3 in again is there twice"),
                             (("shards/1", "torn", "shards/3"), "torn/self-test.json is no report of a shard, or not whole"),
                             (("shards/1", "shards/2", "foreign"), "shard 3/3 in foreign is of another candidate, build of the gate or list of faults")]:
            merged, found = self.merge(*folders)
            self.assertEqual((merged.returncode, found), (2, None), merged.stdout + merged.stderr)
            self.assertIn(why, merged.stderr)

    def merge(self, *folders):
        ran = subprocess.run([self.root / "bin/simple-gate", "merge", "--out", "merged", *folders], capture_output=True, text=True, timeout=100, cwd=self.root)
        report = self.root / "merged/self-test.json"
        return ran, json.loads(report.read_text()) if report.exists() else None

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


if __name__ == "__main__":
    unittest.main()
