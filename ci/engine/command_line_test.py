#!/usr/bin/env python3
"""simple-gate as its users meet it: bad candidates, bad options, waivers, and reports that fit the schema.

usage: command_line_test.py SIMPLE_GATE FOLDER_OF_BAD_CANDIDATES
"""
import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

import jsonschema

GATE, BAD = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] / "reports/verdict.schema.json").read_text())


class Gate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "out"

    def run_gate(self, *options):
        out = [] if "--out" in options else ["--out", self.out]
        return subprocess.run([GATE, *out, *options], capture_output=True, text=True, timeout=250,
                              cwd=self.folder)

    def verdict(self):
        verdict = json.loads((self.out / "verdict.json").read_text())
        jsonschema.validate(verdict, SCHEMA)
        xml.etree.ElementTree.parse(self.out / "junit.xml")
        self.assertIn("# Verdict:", (self.out / "summary.md").read_text())
        return verdict

    def judge(self, candidate, exit_code):
        ran = self.run_gate("--candidate", candidate, "--timeout-scale", "0.02")
        self.assertEqual(ran.returncode, exit_code, ran.stdout + ran.stderr)
        verdict = self.verdict()
        self.assertEqual(verdict["exit_code"], exit_code)
        statuses = {step["name"]: step["status"] for step in verdict["steps"]}
        self.assertEqual(len(statuses), 7)
        self.assertNotIn(statuses["suite"], ["pass"], "a suite must not run behind a library that does not load")
        return {c["id"]: c for c in verdict["cases"]}, ran.stdout

    def test_missing_candidate(self):
        _, text = self.judge("nowhere.so", 2)
        self.assertIn("cannot open nowhere.so: No such file or directory", text)
        ran = self.run_gate("--candidate", "nowhere.so", "--suite", "golden", "--filter", "neg")
        self.assertEqual(ran.returncode, 2, ran.stdout)
        self.assertIn("there is no candidate nowhere.so", ran.stdout)

    def test_candidate_that_is_a_folder(self):
        _, text = self.judge(self.folder, 2)
        self.assertIn("is not a regular file", text)

    def test_text_file(self):
        candidate = self.folder / "text.so"
        candidate.write_text("not a library\n")
        cases, text = self.judge(candidate, 1)
        self.assertIn("is not an ELF file", cases["file"]["message"])
        self.assertIn("is not an ELF file", text)

    def test_files_that_would_never_end(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        _, text = self.judge(fifo, 2)
        self.assertIn("is not a regular file", text)
        for option in ("--waivers", "--against-verdict"):
            ran = self.run_gate("--candidate", BAD / "bad_candidate_silent.so", option, fifo)
            self.assertEqual((ran.returncode, ran.stderr.count("\n")), (2, 1), ran.stderr)
            self.assertIn("is not a regular file", ran.stderr)

    def test_paths_that_a_shell_or_env_would_take_apart(self):
        for name in ("a=b.so", "it's.so", "a b.so", "$HOME.so", "a;b.so", "--help.so"):
            candidate = self.folder / name
            candidate.write_bytes((BAD / "bad_candidate_silent.so").read_bytes())
            cases, text = self.judge(candidate, 1)
            self.assertEqual(cases["loads-now"]["status"], "pass", name)
            self.assertIn(name, text)

    def test_surroundings_that_others_left(self):
        options = [GATE, "--candidate", BAD / "bad_candidate_silent.so", "--timeout-scale", "0.02"]
        usual, _ = self.judge(BAD / "bad_candidate_silent.so", 1)
        expected = {id: c["status"] for id, c in usual.items()}
        for environment in ({"TMPDIR": ""}, {"CDPATH": "/"}, {"GTEST_FILTER": "nothing"}, {"GTEST_TOTAL_SHARDS": "2"},
                            {"GTEST_FAIL_FAST": "1"}, {"POSIXLY_CORRECT": "1"}):
            ran = subprocess.run([*options, "--out", self.out], env={**os.environ, **environment}, capture_output=True,
                                 text=True, timeout=250, cwd=self.folder)
            self.assertEqual(ran.returncode, 1, (environment, ran.stderr))
            self.assertEqual({c["id"]: c["status"] for c in self.verdict()["cases"]}, expected, environment)
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            code = subprocess.run(["/bin/sh", "-c", '"$@" ' + closed, "sh", *options, "--out", self.out],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=250, cwd=self.folder).returncode
            self.assertEqual(code, 1, closed)
            self.assertEqual({c["id"]: c["status"] for c in self.verdict()["cases"]}, expected, closed)

    def test_empty_file(self):
        candidate = self.folder / "empty.so"
        candidate.write_bytes(b"")
        self.judge(candidate, 1)

    def test_truncated_library(self):
        whole = (BAD / "bad_candidate_crash.so").read_bytes()
        candidate = self.folder / "truncated.so"
        for size in (40, 64, 1000, len(whole) // 2):
            candidate.write_bytes(whole[:size])
            cases, _ = self.judge(candidate, 1)
            self.assertEqual(cases["file"]["status"], "fail", size)

    def test_other_machine(self):
        data = bytearray((BAD / "bad_candidate_crash.so").read_bytes())
        other = 183 if struct.unpack_from("<H", data, 18)[0] != 183 else 62  # AArch64, or x86-64 there
        struct.pack_into("<H", data, 18, other)
        candidate = self.folder / "other.so"
        candidate.write_bytes(data)
        cases, _ = self.judge(candidate, 1)
        self.assertIn("it is built for", cases["machine"]["message"])

    def test_lacking_symbols(self):
        cases, _ = self.judge(BAD / "bad_candidate_silent.so", 1)
        self.assertIn("104 of 104 symbols are missing", cases["symbols-core"]["message"])
        self.assertEqual({s["name"]: s["state"] for s in self.verdict()["sets"]},
                         {"core": "absent", "control": "absent", "dyncall": "absent"})
        self.assertIn("nothing_of_the_table", self.verdict()["extra_symbols"])

    def test_crash_on_load(self):
        cases, text = self.judge(BAD / "bad_candidate_crash.so", 1)
        self.assertEqual(cases["symbols-core"]["status"], "pass")
        self.assertEqual(cases["loads-now"]["status"], "crash")
        self.assertRegex(text, "SIG(ILL|TRAP)")

    def test_hang_on_load(self):
        cases, _ = self.judge(BAD / "bad_candidate_hang.so", 1)
        self.assertEqual(cases["loads-now"]["status"], "timeout")

    def test_every_failure_has_a_line_that_repeats_it(self):
        cases, text = self.judge(BAD / "bad_candidate_crash.so", 1)
        self.assertIn("ci/gate --no-build --candidate", cases["loads-now"]["repro"])
        self.assertIn("again: " + cases["loads-now"]["repro"], text)

    def test_that_line_names_the_libtorch_that_was_built_with(self):
        ran = self.run_gate("--candidate", BAD / "bad_candidate_crash.so", "--step", "library", "--libtorch", "wheel:2.13.0")
        self.assertIn("again: ci/gate --no-build --libtorch 'wheel:2.13.0' --candidate", ran.stdout)

    def test_partial_never_passes(self):
        ran = self.run_gate("--candidate", BAD / "bad_candidate_silent.so", "--partial", "--step", "library")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertEqual({c["id"]: c["status"] for c in self.verdict()["cases"]}["symbols-core"], "skipped")

    def test_unknown_words_get_a_hint(self):
        for options, hint in [(["--candidat", "x"], "did you mean --candidate?"), (["--qick"], "did you mean --quick?"),
                              (["--sed=3"], "did you mean --seed?"), (["--step", "libary"], "did you mean library?"),
                              (["--suite", "goldn"], "did you mean golden?"), (["--explain", "softmx"], "mean softmax?"),
                              (["stray"], "unknown argument stray")]:
            ran = self.run_gate(*options)
            self.assertEqual(ran.returncode, 64, options)
            self.assertIn(hint, ran.stderr)
            self.assertEqual(ran.stderr.count("\n"), 1, ran.stderr)
            self.assertFalse(self.out.exists())

    def test_a_flag_takes_no_value(self):
        for option, value in (("--instructions", "3"), ("--quick", "no"), ("--no-build", "true"), ("--audit", "{}")):
            ran = self.run_gate(f"{option}={value}", "--step", "library")
            self.assertEqual(ran.returncode, 64, option)
            self.assertEqual(ran.stderr, f"ci/gate: {option} takes no value, and is given {value}\n")
            self.assertFalse(self.out.exists())

    def test_bad_values(self):
        numbers = {"--jobs": ["0", "1025", "many", "-1", "08", "0x8", "1.5", "+4", " 4", "4 ", "1e2", str(2**64 + 1)],
                   "--timeout-scale": ["-1", "0", "0.001", "1001", "nan", "inf", "-nan", "1e400", "0x1", "1,5", "+1", " 1"],
                   "--seed": ["x", "-1", "010", "0x10", "1.0", "+1", " 1", str(2**64), "18446744073709551616000"],
                   "--device": ["gpu", "cuda", "cuda:", "cuda:-1", "cuda:x", "cuda:01", "cuda:100", "cpu:0", "simulated:0"]}
        for option, values in numbers.items():
            for value in values:
                for words in ([option, value], [f"{option}={value}"]):
                    ran = self.run_gate(*words, "--explain", "add")
                    self.assertEqual(ran.returncode, 64, words)
                    self.assertEqual(ran.stderr.count("\n"), 1, ran.stderr)
        for option, value in [("--seed", "0"), ("--seed", str(2**64 - 1)), ("--timeout-scale", "0.01"),
                              ("--timeout-scale", "1000"), ("--jobs", "1024"), ("--device", "cuda:99"), ("--device", "cpu")]:
            ran = self.run_gate(option, value, "--explain", "nowhere")
            self.assertIn("no function is named nowhere", ran.stderr)
        self.assertEqual(self.run_gate("--candidate").returncode, 64)

    def test_suite_that_the_steps_leave_out_is_said(self):
        ran = self.run_gate("--step", "library,linked", "--suite", "golden")
        self.assertEqual((ran.returncode, ran.stderr),
                         (64, "ci/gate: --suite golden is in the step suite, which --step library,linked leaves out\n"))
        ran = self.run_gate("--candidate", BAD / "bad_candidate_silent.so", "--step", "library,suite", "--suite", "golden")
        self.assertRegex(ran.stdout, "library +not selected *\n +--suite names none of its suites")

    def test_an_empty_value_is_no_value(self):
        options = ["--candidate", "--stub", "--step", "--suite", "--filter", "--against-verdict", "--contract", "--debug",
                   "--jobs", "--timeout-scale", "--seed", "--device", "--waivers", "--out", "--explain"]
        for option in options:
            for words in ([option, ""], [option + "="], [option, "", "--list"], [option + "=", "--list"]):
                ran = self.run_gate(*words)
                self.assertEqual((ran.returncode, ran.stderr),
                                 (64, f"ci/gate: {option} is given an empty value; is a variable unset?\n"), words)
        for option in ("--step", "--suite", "--filter"):
            for value in (",", "golden,", ",golden", "golden,,golden"):
                ran = self.run_gate(option, value)
                self.assertEqual(ran.returncode, 64, [option, value])
                self.assertIn(f"{option} {value}: between its commas is nothing", ran.stderr)
        ran = self.run_gate("")
        self.assertEqual((ran.returncode, ran.stderr), (64, "ci/gate: an argument is empty; is a variable unset?\n"))
        self.assertFalse(self.out.exists())

    def test_files_that_cannot_be_used(self):
        waivers = self.folder / "waivers.toml"
        waivers.write_text("[[waiver]]\nscope = 3\n")
        kept = self.folder / "kept.tar.zst"
        kept.mkdir()
        for options in (["--waivers", waivers], ["--waivers", "nowhere.toml"], ["--against-verdict", "nowhere.json"],
                        ["--rerun-failed"], ["--out", "/proc/nowhere"], ["--capabilities", kept], ["--bundle", kept]):
            ran = self.run_gate(*options)
            self.assertEqual(ran.returncode, 2, options)
            self.assertEqual(ran.stderr.count("\n"), 1, ran.stderr)
        self.assertTrue(kept.is_dir(), "a folder is replaced by no file")

    def test_selection_without_cases_is_no_pass(self):
        ran = self.run_gate("--suite", "differential", "--filter", "nowhere*")
        self.assertEqual(ran.returncode, 64, ran.stdout)
        self.assertIn("--filter 'nowhere*' takes no case", ran.stderr)

    def test_help_and_explain(self):
        self.assertIn("--timeout-scale", self.run_gate("--help").stdout)
        self.assertIn("rt_torch_torchtensor_add", self.run_gate("--explain", "add").stdout)

    def test_comparison_with_an_earlier_verdict(self):
        self.judge(BAD / "bad_candidate_silent.so", 1)
        earlier = self.folder / "earlier.json"
        (self.out / "verdict.json").rename(earlier)
        ran = self.run_gate("--candidate", BAD / "bad_candidate_crash.so", "--against-verdict", earlier)
        self.assertIn("newly failing: 1\n    library/loads-now", ran.stdout)
        self.assertIn("newly passing: 1\n    library/symbols-core", ran.stdout)
        # Of a run that was killed too few cases are known.
        earlier.write_text(json.dumps({**json.loads(earlier.read_text()), "outcome": "running", "exit_code": 2}))
        ran = self.run_gate("--candidate", BAD / "bad_candidate_crash.so", "--against-verdict", earlier)
        self.assertEqual((ran.returncode, ran.stderr),
                         (2, f"ci/gate: {earlier} says running: that run has not ended, or was killed\n"))

    def test_interrupt_leaves_a_report_and_no_process(self):
        gate = subprocess.Popen([GATE, "--out", self.out, "--candidate", BAD / "bad_candidate_hang.so"],
                                stdout=subprocess.PIPE, text=True, cwd=self.folder)
        children = []
        deadline = time.monotonic() + 20
        while not children and time.monotonic() < deadline:
            time.sleep(0.05)
            children = pathlib.Path(f"/proc/{gate.pid}/task/{gate.pid}/children").read_text().split()
        self.assertTrue(children)
        gate.send_signal(signal.SIGINT)
        gate.communicate(timeout=10)
        self.assertEqual(gate.returncode, 2)
        self.assertTrue(self.verdict()["run"]["interrupted"])
        for child in children:
            self.assertFalse(pathlib.Path(f"/proc/{child}").exists())


if __name__ == "__main__":
    unittest.main()
