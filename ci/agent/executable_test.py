#!/usr/bin/env python3
"""executable_test.py SIMPLE_GATE BIN: programs as candidates, gated from the inside."""
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

GATE, BIN = sys.argv.pop(1), Path(sys.argv.pop(1))


def gate(program, *options):
    with tempfile.TemporaryDirectory() as out:
        ran = subprocess.run([GATE, "--candidate", str(BIN / program), "--out", out, *options], capture_output=True,
                             text=True, timeout=280)
        verdict = Path(out) / "verdict.json"
        return ran, json.loads(verdict.read_text()) if verdict.exists() else None


def cases(verdict, suite):
    return {case["id"]: case for case in verdict["cases"] if case["suite"] == suite}


class Executables(unittest.TestCase):
    def test_functions_that_only_the_symbol_table_lists(self):
        ran, verdict = gate("runtime.hidden", "--filter", "add,softmax,free")
        self.assertIn(ran.returncode, (0, 3), ran.stdout)  # 3: a busy machine
        self.assertEqual([s["missing"] for s in verdict["sets"] if s["name"] != "dyncall"], [[], []])
        steps = {step["name"]: step["status"] for step in verdict["steps"]}
        self.assertEqual({name for name, status in steps.items() if status == "not applicable"}, {"dynamic", "examples"})
        for suite in ("golden", "golden-preloaded", "property", "differential"):
            self.assertGreater(len(cases(verdict, suite)), 2, suite)
        self.assertNotIn("fail", {case["status"] for case in verdict["cases"]})

    def test_a_wrong_value_inside_a_program_fails(self):
        ran, verdict = gate("host.stub", "--step", "library,suite", "--suite", "golden", "--filter", "tanh")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        failed = [case for case in cases(verdict, "golden").values() if case["status"] == "fail"]
        self.assertTrue(failed, "the stub has no values")
        self.assertEqual({case["function"] for case in failed}, {"tanh"})

    def test_functions_of_a_library_that_the_program_is_linked_with(self):
        ran, verdict = gate("host.dynamic", "--step", "library,suite", "--suite", "golden", "--filter", "add")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertGreater(len(cases(verdict, "golden")), 2)
        ran, verdict = gate("host.dynamic", "--step", "library")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertRegex(ran.stdout, "linked with a library that has the functions: /.*/libsimple_torch_ffi.so")
        self.assertEqual([s["missing"] for s in verdict["sets"] if s["name"] == "core"], [[]])

    def test_functions_of_an_archive_that_were_not_linked_in(self):
        ran, _ = gate("runtime.part", "--step", "library")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("unless it is linked between -Wl,--whole-archive", ran.stdout)

    def test_paths_with_characters_of_shells(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "it's a=b" / "host.stub"
            program.parent.mkdir()
            shutil.copy(BIN / "host.stub", program)
            ran, verdict = gate(program, "--step", "library,suite", "--suite", "golden", "--filter", "add,tanh")
            statuses = {case["status"] for case in cases(verdict, "golden").values()}
            self.assertIn("pass", statuses, ran.stdout)
            repro = next(case["repro"] for case in verdict["cases"] if case["status"] == "fail")
            self.assertIn(str(program), shlex.split(repro))

    def test_what_cannot_be_gated_is_one_clear_line(self):
        for program, reason in [("runtime.stripped", "the program is stripped"),
                                ("runtime.static", "linked statically"),
                                ("simple-gate", "104 of 104 symbols are missing")]:
            ran, verdict = gate(program)
            self.assertEqual(ran.returncode, 1, ran.stdout)
            self.assertIn(reason, ran.stdout)
            self.assertEqual(cases(verdict, "golden"), {})


if __name__ == "__main__":
    unittest.main()
