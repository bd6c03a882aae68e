#!/usr/bin/env python3
"""Faults in children of a suite that is loaded once, and the record of what cases call, on the reference backend.

usage: served_test.py BUILD
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
REFERENCE = BUILD / "lib/libsimple_torch_reference.so"
FUNCTIONS, CODES = 200, 4  # at most so many, each with a word of that many bytes


class Served(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def self_test(self, mode, faults):
        ran = subprocess.run([BUILD / "bin/simple-gate", "--candidate", REFERENCE, mode, "--filter", ",".join(faults), "--out", self.root],
                             capture_output=True, text=True, timeout=250)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        return json.loads((self.root / "self-test.json").read_text())["faults"]

    def test_faults_are_planted_in_children(self):
        faults = {"exp.minus_one": "golden/exp/", "norm.squares": "golden/norm/", "matmul.leaks_100_bytes": "property/leak/matmul/",
                  "sqrt.after_failure": "property/", "exp.unknown_aborts": "property/defect/D09/exp", "stub.cat.over_24": "differential/calls/cat"}
        for row in self.self_test("--self-test", faults):
            self.assertEqual((row["outcome"], row["tried"]), ("caught", "the cases of its function"), row)
            self.assertTrue(row["by"][0].startswith(faults[row["fault"]]), row)

    def test_two_at_a_time(self):
        rows = self.self_test("--self-test=pairs:1", ["exp.minus_one", "norm.squares", "add.thousandth"])
        self.assertEqual(len(rows), 3)
        for row in rows:
            self.assertEqual(row["outcome"], "caught")
            self.assertTrue(any(f"/{id.split('.')[0]}/" in row["by"][0] for id in row["fault"].split("+")), row)

    # {case: {function: bits of the codes that its calls ended with}}
    def calls_of(self, *filters):
        record = self.root / "record"
        record.write_bytes(bytes(CODES * FUNCTIONS))
        events = self.root / "events"
        with open(events, "w") as out:
            os.set_inheritable(out.fileno(), True)
            subprocess.run([BUILD / "bin/golden_suite", "--backend", BUILD / "lib/libsimple_faults.so", "--filter", ",".join(filters),
                            "--events-fd", str(out.fileno())], check=True, timeout=100, pass_fds=[out.fileno()], stdout=subprocess.DEVNULL,
                           env={**os.environ, "SIMPLE_FAULT_INNER": str(REFERENCE), "SIMPLE_CALL_RECORD": str(record)})
        ends = [json.loads(line) for line in events.read_text().splitlines()]
        return {e["id"]: {name[len("called."):]: codes for name, codes in e["counts"].items() if name.startswith("called.")}
                for e in ends if e["event"] == "end"}

    def test_calls_are_recorded(self):
        calls = self.calls_of("exp/f32-matrix", "exp/stale-handle", "library/fork", "backend_name/names-and-versions")
        self.assertEqual(len(calls), 4, calls.keys())
        self.assertEqual(calls["exp/f32-matrix"]["exp"], 1 << 0)
        self.assertEqual(calls["exp/stale-handle"]["exp"], 1 << 1)
        self.assertNotIn("exp", calls["backend_name/names-and-versions"])
        self.assertIn("backend_name", calls["backend_name/names-and-versions"])
        self.assertGreater(len(calls["library/fork"]), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
