#!/usr/bin/env python3
"""A gate.toml where its run is dealt to shards, and they are merged.

usage: config_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import json
import shutil
import subprocess
import unittest

from dealt_run import HERE, DealtRun


class ConfigOfShards(DealtRun):
    def test_a_gate_toml_is_dealt_and_merged_as_it_is_run(self):
        """What is of the whole run, waivers and evidence say, is taken from it where the shards are merged."""
        repo, elsewhere = self.root / "repo", self.root / "elsewhere"
        config = '''candidate = "../lib/candidate.so"
step = ["library", "suite"]
quick = true
timeout-scale = 0.1
claims = "claims.json"
capabilities = "can.json"
bundle = "run.tar.zst"
against-verdict = "before.json"
fail-on = "any"
spec = "true"
spec-claims = "add"
'''
        here = ("--root", self.root)  # as the script ci/gate calls it
        repo.mkdir()
        elsewhere.mkdir()
        (repo / "gate.toml").write_text(config)
        (repo / "claims.json").write_text(json.dumps({"format": "claims 1.0", "claims": [{"dtype": "float16", "state": "missing"}]}))
        (repo / "waivers.toml").write_text("".join(
            f'[[waiver]]\nscope = "{scope}"\nreason = "known"\nlink = "-"\nowner = "-"\nexpires = 2999-01-01\n'
            for scope in ("golden/sub/bad", "spec/calls", "spec/calls/rt_torch_torchtensor_add")))
        shutil.copy(self.root / "shards/1/verdict.json", repo / "before.json")
        whole = self.expect(0, self.gate(*here, "--keep-going", cwd=repo))
        self.assertIn("options from", whole.stderr)
        shutil.copytree(repo / "reports/latest", self.root / "of-config")
        for name in ("can.json", "run.tar.zst"):
            (repo / name).unlink()

        self.expect(0, self.gate(*here, "plan", "--shards", 2, "--out", "plan.json", cwd=repo))
        # No other gate.toml has a say in what is run, nor one that has changed since, or is broken.
        (elsewhere / "gate.toml").write_text('candidate = "none.so"\nout = "here"\nseed = 7\nself-test = true\n')
        self.gate("--shard", "1/2", "--plan", repo / "plan.json", "--out", repo / "shards/1", cwd=elsewhere)
        (elsewhere / "gate.toml").write_text('candidate = "none.so\nsede = 7\n')
        self.gate("--shard", "2/2", "--plan", repo / "plan.json", "--out", repo / "shards/2", cwd=elsewhere)
        self.assertIn("is of 2 shards, not 3", self.expect(64, self.gate(
            "--shard", "3/3", "--plan", repo / "plan.json", "--no-config", cwd=elsewhere)).stderr)
        self.assertFalse((elsewhere / "here").exists())
        for i in (1, 2):
            self.assertTrue((repo / f"shards/{i}/verdict.json").exists())
        ran = self.expect(0, self.gate(*here, "merge", "shards", cwd=repo))
        self.assertIn("options from", ran.stderr)
        merged = self.verdict(repo / "reports/latest")
        self.assertEqual({w["state"] for w in merged["waivers"]}, {"used"})
        self.assertIn("claims/missing/any/float16/any", [f"{c['suite']}/{c['id']}" for c in merged["cases"]])
        self.assertTrue(merged["comparison"]["against"].endswith("repo/before.json"))
        same = subprocess.run([HERE / "same_verdict", self.root / "of-config/verdict.json", repo / "reports/latest/verdict.json"],
                              capture_output=True, text=True)
        self.assertEqual(same.returncode, 0, same.stdout)
        self.assertTrue((repo / "can.json").exists())
        self.expect(0, self.gate("verify", "run.tar.zst", cwd=repo))
        # The command line is heard before the file, and the file can be left out.
        self.expect(0, self.gate(*here, "merge", "--out", "given", "--bundle", "given.tar.zst", "shards", cwd=repo))
        self.assertTrue((repo / "given/verdict.json").exists() and (repo / "given.tar.zst").exists())
        self.expect(1, self.gate(*here, "merge", "--no-config", "--out", "bare", "shards", cwd=repo))
        self.assertEqual(self.verdict(repo / "bare")["waivers"], [])
        # What cannot be dealt is told with its line.
        (repo / "gate.toml").write_text(config + "audit = true\n")
        self.assertRegex(self.expect(64, self.gate(*here, "plan", "--shards", 2, "--out", "bad.json", cwd=repo)).stderr,
                         "gate.toml:12: --audit is not dealt to shards")


unittest.main(verbosity=2)
