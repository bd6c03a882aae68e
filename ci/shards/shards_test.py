#!/usr/bin/env python3
"""Plan, shards and merge of simple-gate.

usage: shards_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import json
import pathlib
import shutil
import subprocess
import sys
import unittest

import jsonschema

from dealt_run import FUNCTIONS, HERE, N, SUITES, DealtRun


class Shards(DealtRun):
    def test_merged_shards_say_what_a_whole_run_says(self):
        self.expect(0, self.gate("plan", "--shards", 2, "--out", "all.json", *self.WHOLE))
        for i in (1, 2):
            self.shard(i, of=2, plan="all.json", out=f"all/{i}")
        whole = self.expect(1, self.gate(*self.WHOLE, "--keep-going", "--out", "whole"))
        ran, merged = self.merge("all/1", "all/2")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        same = subprocess.run([HERE / "same_verdict", self.root / "whole/verdict.json", self.root / "merged/verdict.json"],
                              capture_output=True, text=True)
        self.assertEqual(same.returncode, 0, same.stdout + whole.stdout + ran.stdout)
        self.assertEqual(len(merged["cases"]), len(self.verdict(self.root / "whole")["cases"]))
        self.assertNotIn("shard", merged["run"])
        self.assertIn("property/latency/wall-time", [f"{c['suite']}/{c['id']}" for c in merged["cases"]], "the time of a suite in two parts")
        # The comparer is not blind.
        merged["cases"][20]["status"] = "fail"
        (self.root / "other.json").write_text(json.dumps(merged))
        self.assertEqual(subprocess.run([HERE / "same_verdict", self.root / "whole/verdict.json", self.root / "other.json"],
                                        capture_output=True).returncode, 1)

    def test_a_shard_alone_is_no_verdict(self):
        for i in range(1, N + 1):
            run = self.verdict(self.root / f"shards/{i}")["run"]
            self.assertTrue(run["selection"])
            self.assertEqual((run["shard"]["index"], run["shard"]["of"]), (i, N))
            self.assertIn(f"# Shard {i} of {N}", (self.root / f"shards/{i}/summary.md").read_text())
        self.assertRegex(self.ran[0].stdout, "\nshard 1/3: (pass|fail) in .*only ci/gate merge gives a verdict")
        self.assertNotIn("verdict: ", self.ran[0].stdout)
        self.assertFalse((self.root / "reports/latest").exists(), "no shard is the latest run")
        self.assertEqual(sorted(ran.returncode for ran in self.ran), [0, 0, 1], "one shard has the failing case")

    def test_each_shard_has_canaries(self):
        for i in range(1, N + 1):
            ran = self.shard(i, out=f"blind/{i}", BLIND="1")
            self.assertEqual(ran.returncode, 2)
            self.assertIn("a case that must fail, was reported as pass", ran.stdout)
        self.assertEqual(self.merge(*(f"blind/{i}" for i in range(1, N + 1)), out="blind/merged")[0].returncode, 2)

    def test_refuses_what_is_not_the_plans(self):
        def refused(message):
            ran = self.expect(2, self.shard(1, out="refused"))
            self.assertIn(message, ran.stderr)
            self.assertFalse((self.root / "refused/verdict.json").exists())

        for name, message in [("lib/candidate.so", "the candidate's digest"), ("bin/golden_suite", "the digest of the gate's own programs"),
                              ("bin/plans/golden.json", "the digest of the suites' recorded plans"),
                              ("plan.json", "no plan of shards, or not as ci/gate plan wrote it")]:
            file = self.root / name
            before = file.read_bytes()
            file.write_bytes(before.replace(b'"seconds": ', b'"seconds": 1', 1) if name == "plan.json" else before + b"\n")
            try:
                refused(message)
            finally:
                file.write_bytes(before)
        for words, message in [(("--shard", "1/3"), "--shard needs --plan"), (("--shard", "4/3", "--plan", "plan.json"), "a whole number from 1 to 3, not 4"),
                               (("--shard", "1/4", "--plan", "plan.json"), "is of 3 shards, not 4"),
                               (("--shard", "1/3", "--plan", "plan.json", "--quick"), "--quick is the plan's")]:
            self.assertIn(message, self.expect(64, self.gate(*words)).stderr)

    def test_merge_refuses_and_names_what_is_no_whole_run(self):
        def refused(message, *folders):
            ran, merged = self.merge(*folders, out="refused-merge")
            self.assertEqual(ran.returncode, 2, ran.stdout)
            self.assertIn(message, ran.stderr + ran.stdout)
            self.assertEqual(merged["outcome"], "error")
            self.assertTrue(any(message in problem for problem in merged["problems"]), merged["problems"])

        refused("shard 2/3 is missing", "shards/1", "shards/3")
        deep, = self.copied("deep", 1)
        plan = (deep / "plan.json").read_text().rstrip("}\n")
        (deep / "plan.json").write_text(f'{plan}, "more": {"[" * 200000}{"]" * 200000}}}')
        ran, _ = self.merge("deep/1", out="deep-merge")
        self.assertEqual(ran.returncode, 2, ran.stderr)
        self.assertIn("it is nested deeper than anything that the gate writes", ran.stderr)
        refused("shard 2/3 is there twice: in shards/2 and in doubled/2", *["shards/1", "shards/2", "shards/3"], *[
            folder.relative_to(self.root) for folder in self.copied("doubled", 2)])
        torn, = self.copied("torn", 3)
        text = (torn / "verdict.json").read_text()
        (torn / "verdict.json").write_text(text[:len(text) // 2])
        refused("torn/3/verdict.json is no verdict, or not whole", "shards/1", "shards/2", "torn/3")
        killed, = self.copied("killed", 3)
        (killed / "verdict.json").write_text(text.replace(json.loads(text)["outcome"], "running", 1).replace(
            f'"exit_code": {json.loads(text)["exit_code"]}', '"exit_code": 2', 1))
        refused("did not end", "shards/1", "shards/2", "killed/3")
        (killed / "verdict.json").unlink()
        refused("did its shard run?", "shards/1", "shards/2", "killed/3")
        self.expect(0, self.gate("plan", "--shards", N, "--out", "other.json", *self.RUN, "--seed", "2"))
        self.shard(3, plan="other.json", out="foreign/3")
        refused("shard 3/3 in foreign/3 is of another plan", "shards/1", "shards/2", "foreign/3")
        other, = self.copied("other-seed", 3)
        (other / "verdict.json").write_text(text.replace('"seed": 1', '"seed": 2', 1))
        refused("the shards ran with other options each: --seed 1 --device cpu; --seed 2", "shards/1", "shards/2", "other-seed/3")
        # Of one plan, and yet of something else: each digest counts.
        run = json.loads(text)["run"]
        for key, message in [("candidate_sha256", "the candidate's digest is ffff"), ("harness_sha256", "the digest of the gate's own programs is ffff"),
                             ("plan_sha256", "the digest of the suites' recorded plans is ffff")]:
            other, = self.copied(f"other-{key}", 3)
            (other / "verdict.json").write_text(text.replace(f'"{key}": "{run[key]}"', f'"{key}": "{"f" * 64}"', 1))
            refused(f"shard 3/3 in other-{key}/3: {message}", "shards/1", "shards/2", f"other-{key}/3")
        other, = self.copied("other-functions", 3)
        (other / "verdict.json").write_text(text.replace(f'"functions_sha256": "{run["functions_sha256"]}"', f'"functions_sha256": "{"f" * 64}"', 1))
        refused("the functions are of other files in other shards", "shards/1", "shards/2", "other-functions/3")
        whole = self.root / "whole-run"
        self.gate(*self.RUN, "--out", "whole-run")
        self.assertTrue(whole.exists())
        refused("is of a run of its own, and no shard's", "shards/1", "shards/2", "whole-run")

    def test_a_folder_of_shards_stands_for_them(self):
        self.copied("folder", 1, 2, 3)
        for _ in range(2):  # the second time beside what was merged
            ran, merged = self.merge("folder", out="folder/merged")
            self.assertEqual((ran.returncode, len(merged["cases"])), (1, len(self.merge()[1]["cases"])), ran.stdout + ran.stderr)
        shutil.rmtree(self.root / "folder/2")
        self.assertIn("shard 2/3 is missing", self.expect(2, self.merge("folder", out="folder/merged")[0]).stderr)

    def test_merge_loses_no_shard_and_takes_no_empty_name(self):
        folder = self.copied("kept", 1, 2, 3)[0]
        before = (folder / "verdict.json").read_bytes()
        said = self.expect(64, self.gate("merge", "--out", "kept/1", "kept/1", "kept/2", "kept/3")).stderr
        self.assertIn("there are the reports of a shard", said)
        self.assertEqual((folder / "verdict.json").read_bytes(), before)
        for words in (("--out", "", "shards"), ("--out", "empty", ""), ("--out", "empty", "--bundle", "", "shards")):
            self.assertIn("is a variable unset?", self.expect(64, self.gate("merge", *words)).stderr)
        for words, message in [((), "usage"), (("1/3",), "usage")]:
            ran = subprocess.run([HERE / "one", *words], capture_output=True, text=True)
            self.assertEqual((ran.returncode, ran.stderr.split(":")[0]), (64, message))
        ran = subprocess.run([HERE / "on", "parallel", "--plan", self.root / "plan.json", "--out", self.root / "on", "--sshloginfile", "none"],
                             capture_output=True, text=True)
        self.assertEqual(ran.returncode, 64, ran.stderr)
        self.assertIn("--sshloginfile names no file", ran.stderr)

    def test_waivers_and_comparison_are_of_the_whole(self):
        (self.root / "waivers.toml").write_text('[[waiver]]\nscope = "golden/sub/bad"\nreason = "known"\nlink = "-"\nowner = "-"\nexpires = 2999-01-01\n')
        ran, merged = self.merge(out="waived", options=("--waivers", "waivers.toml"))
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(merged["waivers"][0]["state"], "used")
        ran, merged = self.merge(out="compared", options=("--against-verdict", "waived/verdict.json"))
        self.assertEqual(merged["comparison"]["newly_failing"], ["golden/sub/bad"])

    def test_the_evidence_of_a_merged_run_holds_its_shards(self):
        """And what it can do, and whether its owner is right about that, is said of all shards together."""
        run = ("--candidate", "lib/candidate.so", "--suite", "golden,property", "--quick", "--filter", "add,mul,exp")
        self.expect(0, self.gate("plan", "--shards", 2, "--out", "whole.json", *run))
        for i in (1, 2):
            self.expect(0, self.shard(i, of=2, plan="whole.json", out=f"evidence/{i}"))
            self.assertTrue((self.root / f"evidence/{i}/run.json").exists())
        claims = self.root / "claims.json"
        claims.write_text(json.dumps({"format": "claims 1.0", "claims": [{"function": "add", "dtype": "int64", "state": "missing"},
                                                                         {"dtype": "float16", "state": "missing"}]}))
        ran, merged = self.merge("evidence/1", "evidence/2", out="evidence/merged", options=(
            "--bundle", "merged.tar.zst", "--capabilities", "can.json", "--claims", "claims.json"))
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("capabilities in can.json, evidence in merged.tar.zst", ran.stdout)
        # A stand-in for a suite says nothing of what it calls.
        self.assertEqual({c["id"]: c["status"] for c in merged["cases"] if c["suite"] == "claims"},
                         {"missing/add/int64/any": "skipped", "missing/any/float16/any": "pass"})
        can = json.loads((self.root / "can.json").read_text())
        jsonschema.validate(can, json.loads((HERE.parents[1] / "reports/capabilities.schema.json").read_text()))
        jsonschema.validate(json.loads(claims.read_text()), json.loads((HERE.parents[1] / "reports/claims.schema.json").read_text()))
        verified = self.expect(0, self.gate("verify", "merged.tar.zst", "--candidate", "lib/candidate.so"))
        self.assertRegex(verified.stdout, "holds +shards +2 of one plan")
        # Of a selection as well: the plan says which cases were due.
        self.assertRegex(verified.stdout, f"holds +plan +each of {sum(c['suite'] in SUITES for c in merged['cases'])} dealt cases has a result")
        self.assertRegex(verified.stdout, "open +whole .*asked for: ci/gate plan .*--suite golden,property --quick --filter add,mul,exp")
        # Without what a shard's own machine says of itself there is none, and an earlier one does not stand for it.
        (self.root / "evidence/2/run.json").write_text("{}")
        ran = self.expect(2, self.gate("merge", "--out", "evidence/merged", "--bundle", "merged.tar.zst", "evidence/1", "evidence/2"))
        self.assertIn("evidence/2/run.json is not whole, or of another run", ran.stderr)
        self.assertFalse((self.root / "merged.tar.zst").exists())
        (self.root / "evidence/2/run.json").unlink()
        ran = self.expect(2, self.gate("merge", "--out", "evidence/merged", "--bundle", "merged.tar.zst", "evidence/1", "evidence/2"))
        self.assertIn("evidence/2/run.json", ran.stderr)
        self.assertFalse((self.root / "merged.tar.zst").exists())
        # Nor does an earlier verdict.
        self.merge("evidence/1", "evidence/2", out="evidence/merged")
        ran, merged = self.merge("evidence/1", "evidence/2", out="evidence/merged", options=("--bundle", "none/merged.tar.zst"))
        self.assertEqual((ran.returncode, merged["outcome"]), (2, "error"), ran.stdout + ran.stderr)
        for option in ("--bundle=b.tar.zst", "--claims=claims.json", "--capabilities=can.json"):
            said = self.expect(64, self.gate("plan", "--shards", 2, "--out", "bad.json", option, *run)).stderr
            self.assertIn(f"{option.split('=')[0]} is not dealt to shards", said)

    def test_plans(self):
        again = self.expect(0, self.gate("plan", "--shards", N, "--out", "again.json", *self.RUN))
        self.assertEqual((self.root / "again.json").read_text(), (self.root / "plan.json").read_text(), "the same every time")
        self.assertIn("61 cases; the longest shard takes", again.stdout)
        self.expect(0, self.gate("plan", "--shards", 2, "--out", "steps.json", *self.WHOLE[:2]))
        shards = json.loads((self.root / "steps.json").read_text())["shards"]
        self.assertEqual(sorted(step for s in shards for step in s["own_checks"]), ["dynamic", "library", "linked", "performance", "stub"])
        ran = self.expect(0, self.gate("plan", "--shards", 2, "--out", "steps.json", *self.WHOLE[:2]))
        timing = [line for line in ran.stdout.splitlines() if "performance" in line]
        self.assertRegex(timing[0], "checks of .*performance.*, which want its machine to themselves")
        self.assertEqual({suite for s in shards for suite in s["cases"]}, {"golden", "property"}, "the gate's own checks are no cases")
        # As an earlier verdict says, one function takes most of the time: its cases are spread.
        self.gate(*self.RUN, "--out", "timed")
        timed = json.loads((self.root / "timed/verdict.json").read_text())
        for c in timed["cases"]:
            c["seconds"] = 9.0 if c["suite"] == "golden" and c["function"] == "add" else 0.001
        (self.root / "timed/verdict.json").write_text(json.dumps(timed))
        self.expect(0, self.gate("plan", "--shards", N, "--out", "timed.json", "--times", "timed/verdict.json", *self.RUN))
        shards = json.loads((self.root / "timed.json").read_text())["shards"]
        self.assertTrue(all(any(id.startswith("add/") for id in s["cases"]["golden"]) for s in shards))
        github = self.expect(0, self.gate("plan", "--shards", 2, "--out", "e.json", "--emit", "github", *self.RUN)).stdout
        self.assertEqual(github, 'matrix={"shard":["1/2","2/2"]}\n')
        gitlab = json.loads(self.expect(0, self.gate("plan", "--shards", 2, "--out", "e.json", "--emit", "gitlab", *self.RUN)).stdout)
        self.assertEqual(gitlab["gate-shard"]["parallel"]["matrix"], [{"SHARD": ["1/2", "2/2"]}])
        for words, message in [(("--shards", "0"), "--shards"), (("--shards", 2, "--waivers", "w"), "--waivers is not dealt"),
                               (("--shards", 2, "--rerun-failed"), "--rerun-failed is not dealt"), (("--shards", 2, "--bogus"), "unknown option --bogus"),
                               (("--shards", 2, *self.RUN, "--filter", "nowhere"), "takes no case")]:
            self.assertIn(message, self.expect(64, self.gate("plan", "--out", "bad.json", *words)).stderr)
        self.assertIn("61 cases: each is to have one", self.expect(2, self.gate("plan", "--shards", 62, "--out", "bad.json", *self.RUN)).stderr)
        self.assertFalse((self.root / "bad.json").exists())

    def test_times_are_recorded_from_whole_runs(self):
        self.gate(*self.RUN, "--keep-going", "--out", "recorded")
        verdict = json.loads((self.root / "recorded/verdict.json").read_text())
        self.assertTrue(all("cpu_seconds" in c for c in verdict["cases"] if c["step"] == "library"), "the gate measures its own checks")
        self.assertTrue(all("cpu_seconds" in step for step in verdict["steps"] if step["name"] in ("library", "suite")))
        record = [sys.executable, HERE / "record_seconds", "--shards", self.root / "s1.json", self.root / "s2.json", "--verdicts"]

        def written(name, seconds, rest, selection=False, checks=10.0):
            """The verdict with these CPU seconds by function, and beside the cases of the step suite."""
            verdict["run"]["selection"] = selection
            for c in verdict["cases"]:
                c["cpu_seconds"] = checks if c["step"] == "library" else seconds.get(c["function"], 0.5)
                c["seconds"] = 1e6  # says nothing on a busy machine
            for step in verdict["steps"]:
                step["cpu_seconds"] = sum(c["cpu_seconds"] for c in verdict["cases"] if c["step"] == step["name"])
                step["cpu_seconds"] += rest if step["name"] == "suite" else 0
            (self.root / name).write_text(json.dumps(verdict))
            return self.root / name

        for name, rest in (("s1.json", 40), ("s2.json", 46)):
            written(name, {}, rest, selection=True)
        part = subprocess.run([*record, self.root / "s1.json"], capture_output=True, text=True)
        self.assertEqual((part.returncode, part.stdout), (1, ""))
        self.assertIn("no verdict is of a whole run", part.stderr)
        runs = [written("one.json", {"add": 3.0, "sub": 2.0}, 100), written("two.json", {"add": 1.0, "sub": 8.0}, 70, checks=12.0),
                written("step.json", {"add": 0.0}, 1, selection=True, checks=9.0)]
        table = subprocess.run([*record, *runs], capture_output=True, text=True, check=True).stdout
        rows = dict(line.rsplit("\t", 1) for line in table.splitlines()[1:])
        self.assertEqual((rows["golden\tadd"], rows["golden\tsub"], rows["property\tmul"]), ("1.00000", "2.00000", "0.50000"), "of each the least")
        checks = sum(c["step"] == "library" for c in verdict["cases"])
        self.assertEqual(rows["library\t(checks)"], f"{9 * checks:.2f}", "of a run of its step as well")
        # Two suites begin twice, and take 86 s beside cases instead of 70: each begins in 8, and 54 are the cases'.
        count = sum(c["step"] == "suite" for c in verdict["cases"])
        self.assertEqual((rows["golden\t(start)"], rows["golden\t(case)"]), ("8.00000", f"{54 / count:.5f}"))
        self.assertNotIn("latency", table)
        # What it writes is what a plan reads.
        file = self.root / "ci/shards/recorded_seconds.tsv"
        before = file.read_text()
        file.write_text(table)
        try:
            self.expect(0, self.gate("plan", "--shards", 2, "--out", "recorded.json", *self.RUN))
        finally:
            file.write_text(before)
        shards = json.loads((self.root / "recorded.json").read_text())["shards"]
        self.assertEqual([s["seconds"] > 9 * checks for s in shards if s["own_checks"]], [True])

    def test_the_self_test_is_dealt_by_faults(self):
        def fault(id, **more):
            return {"id": id, "function": "add", "suites": ["golden"], "what": id, "kind": "values", "promise": "E1", "defect": "", **more}

        # A suite whose function's case fails wherever the fault of its name is planted.
        golden, before = self.root / "bin/golden_suite", (self.root / "bin/golden_suite").read_text()
        golden.write_text(before.replace("[[ $id == */bad ]]", "[[ $SIMPLE_FAULT && $SIMPLE_FAULT != right && $id == add/* ]]"))
        faults = [fault(f"f{i}") for i in range(6)] + [fault("right", function="", correct=True)]
        (self.root / "bin/fault_list").write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(faults)}\nEND\n")
        (self.root / "bin/fault_list").chmod(0o755)
        shutil.copy(self.root / "lib/candidate.so", self.root / "lib/libsimple_faults.so")
        try:
            words = ("--self-test", "--candidate", "lib/candidate.so")
            for i in (1, 2):
                ran = self.expect(0, self.gate(*words, "--shard", f"{i}/2", "--out", f"st/{i}"))
                self.assertIn(f"self-test, shard {i}/2: pass", ran.stdout)
                self.assertNotIn("without a caught fault", ran.stdout)
            whole = self.expect(0, self.gate(*words, "--out", "st/whole"))
            merged = self.expect(0, self.gate("merge", "--out", "st/merged", "st/1", "st/2"))
            lines = [[line for line in ran.stdout.splitlines() if "fault" in line and "[" not in line and not line.startswith("self-test")]
                     for ran in (whole, merged)]
            self.assertEqual(*lines)
            rows = [[(f["fault"], f["outcome"], f["by"]) for f in json.loads((self.root / f"st/{name}/self-test.json").read_text())["faults"]]
                    for name in ("whole", "merged")]
            self.assertEqual(*map(sorted, rows))
            for folders, message in [(["st/1"], "shard 2/2 is missing"), (["st/1", "st/2", "st/2"], "shard 2/2 in st/2 is there twice"),
                                     (["st/1", "st/whole"], "it is of a whole self-test")]:
                self.assertIn(message, self.expect(2, self.gate("merge", "--out", "st/merged", *folders)).stderr)
                self.assertFalse((self.root / "st/merged/self-test.json").exists())
        finally:
            golden.write_text(before)

    def test_a_library_that_cannot_be_loaded_is_a_failure_as_in_a_whole_run(self):
        (self.root / "lib/broken.so").write_text("no library")
        run = ("--candidate", "lib/broken.so", *self.RUN[2:])
        self.expect(0, self.gate("plan", "--shards", 2, "--out", "broken.json", *run))
        for i in (1, 2):
            self.shard(i, of=2, plan="broken.json", out=f"broken/{i}")
        ran, merged = self.merge("broken/1", "broken/2", out="broken/merged")
        self.expect(1, self.gate(*run, "--keep-going", "--out", "broken/whole"))
        same = subprocess.run([HERE / "same_verdict", self.root / "broken/whole/verdict.json", self.root / "broken/merged/verdict.json"],
                              capture_output=True, text=True)
        self.assertEqual((ran.returncode, same.returncode), (1, 0), same.stdout + ran.stdout + ran.stderr)


unittest.main(verbosity=2)
