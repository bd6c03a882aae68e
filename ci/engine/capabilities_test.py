#!/usr/bin/env python3
"""--capabilities and --claims, end to end: what a candidate can do is seen, and lies about it, either way, are caught.

usage: capabilities_test.py FOLDER_OF_PROGRAMS
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import jsonschema

BIN = pathlib.Path(sys.argv.pop(1))
LIB = BIN.parent / "lib"
REPORTS = pathlib.Path(__file__).resolve().parents[2] / "reports"
REFERENCE, STUB = LIB / "libsimple_torch_reference.so", LIB / "libsimple_torch_stub.so"
PROXY, WITHOUT_EXP = LIB / "libsimple_faults.so", LIB / "libfault_no_exp.so"
FUNCTIONS = "add,exp,softmax,gelu,cuda,stream_create,version,zeros"


def schema(name):
    return json.loads((REPORTS / name).read_text())


class Capabilities(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def gate(self, candidate, *words, fault=None, part=("--suite", "golden"), statement="can.json"):
        """The run, its verdict's cases by name, and its statement's rows by function, dtype and device."""
        environment = {**os.environ, "SIMPLE_FAULT_INNER": str(REFERENCE), "SIMPLE_FAULT": fault or ""}
        statement = self.folder / statement
        statement.unlink(missing_ok=True)
        ran = subprocess.run([BIN / "simple-gate", "--no-config", "--candidate", candidate, *part, "--filter", FUNCTIONS,
                              "--out", self.folder / "out", "--capabilities", statement, *map(str, words)],
                             capture_output=True, text=True, timeout=100, env=environment)
        if not statement.exists():
            return ran, {}, {}
        can = json.loads(statement.read_text())
        jsonschema.validate(can, schema("capabilities.schema.json"))
        verdict = json.loads((self.folder / "out/verdict.json").read_text())
        jsonschema.validate(verdict, schema("verdict.schema.json"))
        return (ran, {f"{c['suite']}/{c['id']}": c for c in verdict["cases"]},
                {(row["function"], row["dtype"], row["device"]): row for row in can["capabilities"]})

    def claims(self, *claims):
        path = self.folder / "claims.json"
        path.write_text(json.dumps({"format": "claims 1.0", "claims": [dict(c) for c in claims]}))
        jsonschema.validate(json.loads(path.read_text()), schema("claims.schema.json"))
        return "--claims", path

    def test_says_what_the_reference_can_do(self):
        ran, _, can = self.gate(REFERENCE)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        for key, state in {("add", "float32", "cpu"): "present", ("add", "float64", "cpu"): "present", ("add", "int64", "cpu"): "present",
                           ("softmax", "float32", "cpu"): "present", ("softmax", "int64", "cpu"): "missing", ("gelu", "int64", "cpu"): "missing",
                           ("cuda", "float32", "cuda"): "missing", ("stream_create", "", "cuda"): "missing", ("version", "", "cpu"): "present",
                           ("zeros", "float32", "cpu"): "present", ("mul", "float32", "cpu"): "not tried"}.items():
            self.assertEqual(can[key]["state"], state, key)
        self.assertEqual(can["gelu", "int64", "cpu"]["calls"], {"4": can["gelu", "int64", "cpu"]["cases"]["refused"]})
        self.assertEqual(can["add", "float64", "cpu"]["promises"]["V1"]["state"], "present")

    def test_a_statement_that_is_given_back_holds_for_the_same_candidate_and_no_worse_one(self):
        self.gate(REFERENCE)
        given = self.folder / "given.json"
        given.write_text((self.folder / "can.json").read_text())
        ran, cases, _ = self.gate(REFERENCE, "--claims", given)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual({c["status"] for name, c in cases.items() if name.startswith("claims/")}, {"pass"})
        ran, cases, can = self.gate(PROXY, "--claims", given, "--keep-going", fault="softmax.int64_accepted")
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(can["softmax", "int64", "cpu"]["state"], "failing")
        failed = cases["claims/missing/softmax/int64/cpu"]
        self.assertEqual((failed["status"], failed["promises"]), ("fail", ["E3"]))
        self.assertRegex(failed["message"], "claimed to be missing: .*golden/softmax/")
        self.assertIn(f"--claims '{given}'", failed["repro"])
        ran, cases, can = self.gate(PROXY, "--claims", given, fault="add.subtracts")
        self.assertEqual(can["add", "float32", "cpu"]["state"], "failing")
        self.assertEqual(cases["claims/present/add/float32/cpu"]["status"], "fail")
        self.assertEqual(cases["claims/present/softmax/float32/cpu"]["status"], "pass")

    def test_lies_are_caught_both_ways(self):
        truths = [{"function": "add", "state": "present"}, {"device": "cuda", "state": "missing"}, {"dtype": "float16", "state": "missing"},
                  {"function": "gelu", "dtype": "int64", "state": "missing"}, {"function": "stream_create", "state": "missing"}]
        ran, cases, _ = self.gate(REFERENCE, *self.claims(*truths))
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(sum(name.startswith("claims/") for name in cases), len(truths))
        lies = {"missing/add/any/any": ({"function": "add", "state": "missing"}, "it works, as in golden/add/"),
                "missing/any/float64/any": ({"dtype": "float64", "state": "missing"}, "it works"),
                "present/any/any/cuda": ({"device": "cuda", "state": "present"}, "every call is refused with code 8"),
                "present/gelu/int64/any": ({"function": "gelu", "dtype": "int64", "state": "present"}, "every call is refused with code 4"),
                "present/add/float16/any": ({"function": "add", "dtype": "float16", "state": "present"}, "not tried")}
        for name, (claim, message) in lies.items():
            ran, cases, _ = self.gate(REFERENCE, *self.claims(*truths, claim))
            self.assertEqual(ran.returncode, 1, name)
            self.assertIn(message, cases["claims/" + name]["message"])
        # In a part of a run nothing is red, and nothing present, that it did not try.
        ran, cases, _ = self.gate(REFERENCE, *self.claims({"function": "mul", "state": "present"}))
        self.assertEqual((ran.returncode, cases["claims/present/mul/any/any"]["status"]), (0, "skipped"))

    def test_a_stub_has_what_it_says(self):
        ran, cases, can = self.gate(STUB, *self.claims({"function": "version", "state": "present"}, {"device": "cuda", "state": "missing"}))
        self.assertEqual(ran.returncode, 1, "its elements are zeros")
        self.assertEqual({c["status"] for name, c in cases.items() if name.startswith("claims/")}, {"pass"})
        self.assertEqual((can["softmax", "int64", "cpu"]["state"], can["exp", "float32", "cpu"]["state"]), ("missing", "failing"))

    def test_a_function_that_a_partial_backend_lacks_is_missing(self):
        claims = self.claims({"function": "exp", "state": "missing"}, {"function": "exp", "dtype": "float32", "state": "present"})
        ran, cases, can = self.gate(WITHOUT_EXP, "--partial", "--keep-going", "--quick", *claims, part=("--step", "library,suite"))
        self.assertEqual(ran.returncode, 1, "a partial run is no pass")
        self.assertEqual((can["exp", "", "cpu"]["state"], can["exp", "", "cpu"]["why"]), ("missing", "it has no symbol"))
        self.assertEqual(cases["claims/missing/exp/any/any"]["status"], "pass")
        self.assertIn("it has no symbol", cases["claims/present/exp/float32/any"]["message"])

    def test_what_is_no_claim_is_refused(self):
        for text, message in [("[", "is no file of claims"), ('{"format": "claims 1.0", "claims": [{"function": "ad", "state": "missing"}]}', "no function is named ad")]:
            (self.folder / "bad.json").write_text(text)
            ran = self.gate(REFERENCE, "--claims", self.folder / "bad.json")[0]
            self.assertEqual((ran.returncode, ran.stderr.count("\n")), (64, 1), ran.stderr)
            self.assertIn(message, ran.stderr)
        ran = subprocess.run([BIN / "simple-gate", "--no-config", "--candidate", REFERENCE, "--step", "library", *self.claims({"state": "present"})],
                             capture_output=True, text=True)
        self.assertEqual(ran.returncode, 64)
        self.assertIn("are checked in the step suite", ran.stderr)
        ran = self.gate(REFERENCE, statement="nowhere/can.json")[0]
        self.assertEqual((ran.returncode, ran.stderr.count("\n")), (2, 1), ran.stderr)
        self.assertIn("cannot write to the folder of", ran.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
