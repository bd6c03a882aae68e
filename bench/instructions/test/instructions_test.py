#!/usr/bin/env python3
"""instructions_test.py BIN LIB ROOT [PLANTED_COPY LIBTORCH_BACKEND]: count_instructions finds what is planted in a function,
names it, and refuses what it cannot compare."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BIN, LIB, ROOT, *LIBTORCH = map(Path, sys.argv[1:])
del sys.argv[1:]
NOTHING = LIB / "planted_nothing.so"


def run(*command, env=None):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300,
                          env={**os.environ, **(env or {})})


def count(*options, candidate=NOTHING, functions="ndim,dtype", env=None):
    return run(BIN / "count_instructions", "--candidate", candidate, "--functions", functions, *options, env=env)


class Instructions(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)

    def planted(self, plant, baseline=NOTHING):
        """What ran, and by call its result and changes."""
        file = self.path / f"{plant}.json"
        ran = count("--baseline", baseline, "--json", file, candidate=LIB / f"planted_{plant}.so")
        report = json.loads(file.read_text())
        self.assertEqual(len(report["calls"]), 4, "success and error of two functions")
        for call in report["objects"]:
            own = next(m["samples"][0] for m in report["measurements"]
                       if m["side"] == "candidate" and m["name"] == call["call"] + "/instructions")
            self.assertEqual(call["candidate"]["the library"], own)
            self.assertIn("the library", call["baseline"], "both are counted by object where both are libraries")
        self.assertEqual(report["dispatch"]["processors"], {"usable": 3, "configured": 3}, "whatever this machine has")
        for call in report["calls"]:
            if call["function"] != "ndim":
                self.assertEqual(call["result"], "same", call)
        return ran, {call["call"]: (call["result"], "; ".join(call["changes"])) for call in report["calls"]}

    def test_one_instruction_is_reported_and_four_fail(self):
        ran, calls = self.planted("1")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(calls["ndim/smallest"][0], "reported")
        self.assertRegex(calls["ndim/smallest"][1], r"^instructions \d+ -> \d+ \(\+1; .*: rt_torch_torchtensor_ndim \+1$")
        ran, calls = self.planted("4")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual(calls["ndim/smallest"][0], "worse")
        self.assertRegex(calls["ndim/smallest"][1], r"^instructions \d+ -> \d+ \(\+4; the limit is \+3\)")
        # With some compilers the failing call takes so many that four are within half a percent.
        result, changes = calls["ndim/error"]
        before, after = map(int, re.match(r"instructions (\d+) -> (\d+) ", changes).groups())
        self.assertEqual(after - before, 4, changes)
        self.assertEqual(result, "worse" if before < 800 else "reported", changes)

    def test_the_page_shows_what_is_printed(self):
        if count("--committed", ROOT / "bench/instructions").returncode == 3:
            self.skipTest("the page's counts are of another compiler")
        page = (ROOT / "docs/count-instructions.md").read_text().splitlines()
        for plant in "1", "4":
            lines = [line for line in self.planted(plant)[0].stdout.splitlines() if " ndim/" in line]
            self.assertEqual(len(lines), 2)
            for line in lines:
                self.assertIn(line, page)

    def test_fewer_instructions_are_an_improvement(self):
        ran, calls = self.planted("nothing", baseline=LIB / "planted_4.so")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(calls["ndim/smallest"][0], "improved")
        self.assertIn("(-4)", calls["ndim/smallest"][1])

    def test_each_kind_is_named(self):
        for plant, named, not_named in [
                ("allocation", r"allocations 0 -> 1 \(\+1\): malloc \+1", "locks|atomic|look-up|copy"),
                ("lock", r"locks 0 -> 1 \(\+1\): pthread_mutex_lock \+1", "allocations|atomic|look-up|copy"),
                ("atomic", r"atomic instructions 2 -> 3 \(\+1\)", "allocations|locks|look-up|copy"),
                ("lookup", r"a look-up that grows with the tensors that live: \+[1-9]\d{3}",
                 "allocations|locks|atomic|copy")]:
            with self.subTest(plant):
                ran, calls = self.planted(plant)
                self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
                self.assertEqual(calls["ndim/smallest"][0], "worse")
                self.assertRegex(calls["ndim/smallest"][1], named)
                self.assertNotRegex(calls["ndim/smallest"][1], not_named)

    @unittest.skipUnless(LIBTORCH, "built without LibTorch")
    def test_tensor_copy_is_named(self):
        copy, backend = LIBTORCH
        file = self.path / "copy.json"
        ran = count("--baseline", backend, "--json", file, candidate=copy, functions="ndim")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        report = json.loads(file.read_text())
        changes = "; ".join(next(c for c in report["calls"] if c["call"] == "ndim/smallest")["changes"])
        self.assertRegex(changes, r"torchtensor_clone \+.*; a tensor copy")
        self.assertRegex(changes, r"allocations 0 -> \d+")
        self.assertEqual(report["dispatch"]["libtorch"]["threads"], 1)
        for library in ("memcpy", "memset", "strlen"):
            self.assertEqual(report["dispatch"]["glibc"][library]["kind"], "SSE2")

    def test_counts_are_the_same_on_every_heap(self):
        ran = count("--repeat", "3")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("3 of 3 runs counted the same", ran.stdout)
        self.assertEqual(len({line.split("digest ")[1].split(",")[0] for line in ran.stdout.splitlines() if "digest" in line}), 1)

    def test_a_call_that_varies_is_never_identical(self):
        ran = count("--repeat", "3", candidate=LIB / "planted_varying.so")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, r"run 1 counts \d+ calls differently within itself: .*ndim/smallest by \d")
        self.assertNotIn("counted the same", ran.stdout)
        ran = count("--baseline", NOTHING, candidate=LIB / "planted_varying.so")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, r"worse +ndim/smallest: .*counts vary within a run")
        self.assertRegex(ran.stdout, r"varies +ndim/smallest: within this run, by \d")

    def test_a_function_without_a_call_is_not_measured(self):
        ran = count("--repeat", "2", "--realistic", functions="manual_seed")
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("there is no call of manual_seed to count", ran.stderr)

    def test_arrays_lie_where_they_cost_the_same(self):
        """Copying an array asks whether it lies below the result: on a heap, that is drawn."""
        ran = count("--repeat", "4", functions="from_data,from_i64_data,cat,set_num_threads")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_a_flag_takes_no_value(self):
        for flag in ("--update=3", "--table=no", "--realistic=2"):
            self.assertEqual(count(flag).returncode, 64, flag)

    def test_nothing_to_compare_with_is_not_measured(self):
        ran = count()
        self.assertEqual(ran.returncode, 3, ran.stderr)
        self.assertIn("not measured: there is nothing to compare with", ran.stdout)
        ran = count("--committed", self.path)
        self.assertEqual(ran.returncode, 3, ran.stderr)
        self.assertIn("no counts are committed for this compiler and LibTorch", ran.stdout)

    def test_committed_counts_are_written_and_used(self):
        wrote = run(BIN / "count_instructions", "--candidate", NOTHING, "--committed", self.path, "--update")
        self.assertEqual(wrote.returncode, 0, wrote.stderr)
        table, = self.path.glob("*_stub_*.tsv")
        text = table.read_text()
        self.assertEqual(count("--committed", self.path).returncode, 0)
        some = count("--committed", self.path, functions="from_i64_data,from_data,to_data,set_num_threads,shape")
        self.assertIn("10 of 10 calls cost the same", some.stdout, "as in the whole run")
        ran = count("--committed", self.path, candidate=LIB / "planted_4.so")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        table.write_text("".join(line for line in text.splitlines(True) if not line.startswith("ndim/error")))
        ran = count("--committed", self.path)
        self.assertEqual(ran.returncode, 1, "a function without a row is no pass")
        self.assertIn("unknown   ndim/error: the baseline has no count of it", ran.stdout)
        for line, other in (("# compiler: ", "cc 1.0"), ("# flags: ", "-O7")):
            table.write_text("".join(line + other + "\n" if row.startswith(line) else row for row in text.splitlines(True)))
            ran = count("--committed", self.path)
            self.assertEqual(ran.returncode, 3, "counts of another compiler say nothing")
            self.assertIn(f"do not apply: they are of {other}, and this is", ran.stdout)
        table.write_text("damaged\n")
        ran = count("--committed", self.path)
        self.assertEqual(ran.returncode, 2)
        self.assertIn(f"{table.name}, line 1", ran.stderr)

    def test_without_callgrind_it_says_what_to_install(self):
        ran = count(env={"PATH": str(self.path)})
        self.assertEqual(ran.returncode, 2)
        self.assertIn("install the package valgrind", ran.stderr)

    def test_dispatch_that_is_not_pinned_is_refused(self):
        events = self.path / "events"
        for valgrind in ([], [shutil.which("valgrind"), "--tool=callgrind", f"--callgrind-out-file={self.path}/out"]):
            with open(events, "w") as file:
                ran = subprocess.run([*valgrind, str(BIN / "count_target"), "--backend", str(NOTHING)], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL, timeout=300, preexec_fn=lambda: os.dup2(file.fileno(), 3),
                                     pass_fds=(3,))
            self.assertEqual(ran.returncode, 1)
            event, = map(json.loads, events.read_text().splitlines())
            self.assertEqual(event["valgrind"], bool(valgrind))
            self.assertTrue(any(objection.startswith("GLIBC_TUNABLES is not") for objection in event["objections"]))

    def test_library_that_cannot_be_counted_is_an_error(self):
        ran = count(candidate="/nowhere.so")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("/nowhere.so", ran.stderr)
        self.assertEqual(count(functions="nothing").returncode, 64)

    def gate(self, candidate, *options):
        ran = run(BIN / "simple-gate", "--root", ROOT, "--candidate", candidate, "--quick", "--instructions", "--step",
                  "performance", "--filter", "ndim", "--out", self.path / "out", *options)
        return ran, json.loads((self.path / "out/verdict.json").read_text())

    def test_gate_judges_function_by_function(self):
        for plant, code, status in (("nothing", 0, "pass"), ("1", 0, "pass"), ("4", 1, "fail")):
            ran, verdict = self.gate(LIB / f"planted_{plant}.so", "--baseline", NOTHING)
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            case, = verdict["cases"]
            self.assertEqual((case["suite"], case["id"], case["status"]), ("instructions", "ndim", status))
            if plant != "nothing":
                self.assertIn(f"(+{plant}", case["message"])
            self.assertTrue(any(m["unit"] == "instructions" and m["side"] == "baseline" for m in verdict["measurements"]))
        self.assertIn("--quick --instructions --step performance --filter ndim", case["repro"])
        ran, verdict = self.gate(NOTHING)
        self.assertEqual(ran.returncode, 3, "without a baseline nothing is measured, which is no pass")
        self.assertIn("not measured", verdict["cases"][0]["message"])


if __name__ == "__main__":
    unittest.main()
