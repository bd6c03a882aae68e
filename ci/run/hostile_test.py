#!/usr/bin/env python3
"""hostile_test.py SIMPLE_GATE FOLDER_OF_CANDIDATES: what the gate says of candidates that are out to mislead it."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

GATE, CANDIDATES = sys.argv.pop(1), Path(sys.argv.pop(1)).resolve()


class Hostile(unittest.TestCase):
    def gate(self, name, *options, hostile=True, environment=None):
        with tempfile.TemporaryDirectory() as out:
            environment = {**os.environ, **(environment or {})}
            if hostile:
                environment["SIMPLE_HOSTILE"] = "1"
            ran = subprocess.run([GATE, "--candidate", CANDIDATES / f"{name}.so", "--out", out, *options],
                                 capture_output=True, text=True, timeout=250, env=environment)
            self.text = ran.stdout + ran.stderr
            self.code = ran.returncode
            self.cases = {c["suite"] + "/" + c["id"]: c for c in json.loads((Path(out) / "verdict.json").read_text())["cases"]}

    def golden(self, name, *options, **more):
        self.gate(name, "--suite", "golden", "--step", "suite", "--filter", "abs,tanh", *options, **more)

    def statuses(self, suite="golden"):
        return {i.partition("/")[2]: c["status"] for i, c in self.cases.items()
                if i.startswith(suite + "/") and c["status"] not in ("pass", "skipped")}

    def test_what_a_failed_start_said_is_shown(self):
        self.gate("aborts_on_load", "--step", "library")
        self.assertEqual(self.statuses("library"), {"loads-now": "crash"})
        self.assertIn("ended by SIGABRT\nit had written:\nthe file of weights is not there",
                      self.cases["library/loads-now"]["message"])

    def test_settings_of_googletest_around_the_gate_change_nothing(self):
        self.golden("prints_once", hostile=False)
        count = len(self.cases)
        self.golden("prints_once", hostile=False, environment={
            "GTEST_FILTER": "nothing", "GTEST_REPEAT": "2", "GTEST_SHUFFLE": "1", "GTEST_TOTAL_SHARDS": "2",
            "GTEST_SHARD_INDEX": "1", "GTEST_FAIL_FAST": "1", "TESTBRIDGE_TEST_ONLY": "nothing"})
        self.assertEqual((self.code, len(self.cases)), (0, count), self.text)

    def test_audit_repeats_cases_alone_and_compares(self):
        self.golden("prints_once", "--audit", hostile=False)
        self.assertEqual(self.code, 0, self.text)
        self.assertRegex(self.text, r"audit: [0-9]+ of [0-9]+ cases again, each in a process of its own, with seed [0-9]+: all as before")

    def test_audit_names_a_case_that_ends_otherwise_alone(self):
        options = ["--suite", "golden", "--step", "suite", "--filter", "available"]
        self.gate("differs_alone", *options)
        self.assertEqual((self.code, self.statuses()), (0, {}), self.text)
        self.gate("differs_alone", *options, "--audit")
        self.assertEqual((self.code, list(self.statuses().values())), (1, ["fail"]), self.text)
        (again,) = self.statuses()
        self.assertRegex(again, r"^\(again\) available/")
        self.assertRegex(self.cases["golden/" + again]["message"],
                         r"^in the run before: pass; again, in a process of its own:\n(.|\n)*nobody else is here")

    def test_without_being_told_to_they_are_harmless(self):
        for name in ("aborts_at_end", "brings_a_handler", "exits_at_end", "prints_once", "differs_alone", "leaves_a_daemon", "forges_events"):
            self.golden(name, hostile=False)
            self.assertEqual((self.code, self.statuses()), (0, {}), name + self.text)

    def test_the_end_of_the_process_is_a_failure_of_its_own_and_all_cases_are_judged(self):
        for name, how in (("aborts_at_end", "ended by SIGABRT"), ("exits_at_end", "exited with status 0")):
            self.golden(name)
            self.assertEqual(self.code, 1, self.text)
            self.assertEqual(self.statuses(), {"(end of the process)": "crash"})
            self.assertGreater(len(self.cases), 50)
            self.assertIn(how, self.cases["golden/(end of the process)"]["message"])

    def test_a_library_that_aborts_at_the_end_of_the_process_is_judged_in_every_step(self):
        self.gate("aborts_at_end", "--step", "library,suite", "--suite", "golden", "--filter", "abs")
        self.gate("aborts_at_end", "--step", "library,suite", "--filter", "abs,process/*,loads-now")
        self.assertEqual(self.code, 1, self.text)
        self.assertEqual(self.statuses("library"), {"process/ends": "crash"})
        self.assertGreater(len([i for i in self.cases if i.startswith("golden/")]), 20, self.text)

    def test_what_changes_the_process_is_named(self):
        self.gate("changes_process", "--step", "library")
        message = self.cases["library/process/unchanged"]["message"]
        for part in ("the handler of SIGUSR2: default, then in changes_process.so (0x", "the locale: C, then", "the variable HOSTILE_WAS_HERE: not there, then yes",
                     "the rounding mode", "the open file"):
            self.assertIn(part, message)

    def test_the_dependency_that_took_a_handler_is_named_with_who_needs_it(self):
        self.gate("brings_a_handler", "--step", "library")
        self.assertRegex(self.cases["library/process/unchanged"]["message"],
                         r"the handler of SIGHUP: \w+, then in libtakes_hangup\.so \(0x[0-9a-f]+\), which brings_a_handler\.so needs")
        self.assertEqual(self.statuses("library"), {"process/unchanged": "fail"})

    def test_a_handler_that_was_there_before_is_no_change_where_the_candidate_needs_its_library_too(self):
        # LD_PRELOAD knows no path with a blank; the loader takes the copy for the library by its soname.
        folder = self.enterContext(tempfile.TemporaryDirectory())
        copy = shutil.copy(CANDIDATES / "libtakes_hangup.so", folder)
        self.gate("brings_a_handler", "--step", "library", environment={"LD_PRELOAD": copy})
        self.assertEqual(self.statuses("library"), {}, self.text)

    def test_output_that_comes_once_a_process_is_red_whichever_case_met_it(self):
        self.gate("prints_once", "--step", "library")
        self.assertEqual(self.statuses("library"), {"process/silent": "fail"})
        self.golden("prints_once", "--filter", "available,version")
        self.assertEqual(self.code, 1, self.text)
        self.assertEqual(set(self.statuses().values()), {"fail"})
        self.assertIn("warning: this is shown once", self.text)
        self.assertIn("T3", next(c for c in self.cases.values() if c["status"] == "fail")["promises"])

    def test_what_is_left_behind_is_named_and_gone(self):
        self.golden("leaves_a_daemon")
        self.assertEqual(self.statuses(), {"(left behind)": "fail"}, self.text)
        self.assertIn("in a session of its own", self.cases["golden/(left behind)"]["message"])
        for process in Path("/proc").glob("[0-9]*"):
            try:
                self.assertNotIn(b"SIMPLE_HOSTILE=1", (process / "environ").read_bytes())
            except OSError:
                pass

    def test_forged_events_are_an_error(self):
        self.golden("forges_events")
        self.assertEqual(self.code, 2, self.text)
        self.assertIn("a case that must fail, was reported as pass", self.text)
        self.assertEqual(self.statuses()["(end of the process)"], "crash")

    def test_what_would_take_the_place_of_the_suites_own_calls_is_not_preloaded(self):
        self.gate("sees_no_failure", "--keep-going", "--step", "library,linked", "--filter", "tanh,loads-now")
        self.assertEqual(self.statuses("golden-preloaded"), {})
        self.assertFalse([i for i in self.cases if i.startswith("golden-preloaded/")])
        self.assertRegex(self.text, "golden-preloaded: not run, since the candidate exports [0-9]+ symbols beyond the tables")
        self.golden("sees_no_failure")
        self.assertEqual(self.code, 1, self.text)
        self.assertTrue(self.statuses())

    def test_functions_that_a_runtime_exports_are_there(self):
        self.gate("needs_host", "--suite", "golden", "--step", "suite", "--filter", "shape", hostile=False)
        self.assertNotIn("undefined symbol", self.text)
        panics = [c for c in self.cases.values() if c["status"] == "crash"]
        self.assertTrue(panics, self.text)
        self.assertIn("spl_panic: shape is for tensors of one dim", panics[0]["message"])
        self.assertIn("pass", {c["status"] for c in self.cases.values()})
        self.gate("needs_host", "--no-host", "--step", "library", hostile=False)
        self.assertEqual(self.code, 1, self.text)
        self.assertRegex(self.cases["library/loads-now"]["message"], "undefined symbol: spl_")


if __name__ == "__main__":
    unittest.main()
