#!/usr/bin/env python3
"""spec_test.py BUILD: --spec counts what a runtime's own suite calls, and is red where that is not what it claims."""
import json
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = Path(sys.argv.pop(1)).resolve()
HOSTS = BUILD / "hosts"
LIBRARY = BUILD / "lib/libsimple_torch_reference.so"


def quoted(path):
    return shlex.quote(str(path))


class Spec(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def gate(self, spec, *claims):
        options = [word for claim in claims for word in ("--spec-claims", str(claim))]
        ran = subprocess.run([BUILD / "bin/simple-gate", "--no-config", "--candidate", LIBRARY, "--step", "suite", "--quick",
                              "--filter", "neg/f32-matrix", "--spec", spec, *options, "--out", self.folder / "out"],
                             capture_output=True, text=True, timeout=100)
        verdict = self.folder / "out/verdict.json"
        cases = json.loads(verdict.read_text())["cases"] if verdict.exists() else []
        calls = self.folder / "out/spec-calls.json"
        return (ran, {case["id"]: case for case in cases if case["suite"] == "spec"},
                json.loads(calls.read_text())["calls"] if calls.exists() else {})

    def test_calls_are_counted_however_the_functions_are_there(self):
        each_once = " && ".join([f"{quoted(HOSTS / 'lists')}", f"{quoted(HOSTS / 'exports_no_pie')}", f"{quoted(HOSTS / 'linked_with')}",
                                 f"{quoted(HOSTS / 'takes_argument')} --library {quoted(LIBRARY)}"])
        for command, count in [(each_once, 4), (f"{quoted(HOSTS / 'calls')} 100", 200)]:
            ran, cases, calls = self.gate(command, "live_tensors")
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
            self.assertEqual({name for name, n in calls.items() if n > 0}, {"rt_torch_live_tensors"}, command)
            # While one thread steps over a breakpoint another may pass it.
            self.assertLessEqual(calls["rt_torch_live_tensors"], count)
            self.assertGreaterEqual(calls["rt_torch_live_tensors"], count if count < 100 else 150)
            self.assertEqual(set(cases), {"ends", "calls", "calls/rt_torch_live_tensors"})

    def test_a_suite_that_asserts_true_is_red(self):
        ran, cases, _ = self.gate("true", "add")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertRegex(cases["calls"]["message"], "none of the . processes of 'true' .* has the functions")
        self.assertEqual(cases["ends"]["status"], "pass")
        ran, cases, _ = self.gate(f"{quoted(HOSTS / 'calls')} 0")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("does not call a single function of the library", cases["calls"]["message"])

    def test_specs_claim_what_they_name(self):
        specs = self.folder / "specs"
        specs.mkdir()
        (specs / "torch_live_tensors_spec.spl").write_text("# rt_torch_torchtensor_abs is not meant\n"
                                                           "extern fn rt_torch_torchtensor_add(a: i64, b: i64) -> i64\n")
        ran, cases, _ = self.gate(f"{quoted(HOSTS / 'lists')}", specs)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        (specs / "max_dim_spec.spl").write_text("x = rt_torch_torchtensor_neg(y)\n")
        ran, cases, _ = self.gate(f"{quoted(HOSTS / 'lists')}", specs)
        self.assertEqual(ran.returncode, 1, ran.stdout)
        failed = {name for name, case in cases.items() if case["status"] == "fail"}
        self.assertEqual(failed, {"calls/rt_torch_torchtensor_max_dim", "calls/rt_torch_torchtensor_neg"})
        self.assertEqual(cases["calls/rt_torch_torchtensor_neg"]["message"],
                         "it claims to test rt_torch_torchtensor_neg and never calls it")

    def test_a_suite_that_fails_is_red(self):
        ran, cases, _ = self.gate(f"{quoted(HOSTS / 'calls')} 1 3")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("exited with status 3", cases["ends"]["message"])

    def test_slips_of_the_command_line(self):
        listed = self.folder / "claims.txt"
        listed.write_text("# functions\nadd, sub\nadded\n")
        for claim, words in [("added", "--spec-claims: added is no function, no file and no folder"),
                             (listed, "claims.txt:3: no function is named added")]:
            ran, _, _ = self.gate("true", claim)
            self.assertEqual(ran.returncode, 64)
            self.assertIn(words, ran.stderr)
        # Whatever another claim names.
        (self.folder / "empty").mkdir()
        for claims in ("empty",), ("live_tensors", "empty"), ("empty", "live_tensors"):
            ran, _, _ = self.gate("true", *(self.folder / c if c == "empty" else c for c in claims))
            self.assertEqual(ran.returncode, 64, claims)
            self.assertIn("empty names no function that it would test", ran.stderr)


if __name__ == "__main__":
    unittest.main()
