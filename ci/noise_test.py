#!/usr/bin/env python3
"""ci/noise: its conditions slow a program down, its judgement of samples, its table."""
import importlib.machinery
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
import noise_conditions

SCRIPT = pathlib.Path(__file__).resolve().parent / "noise"
loader = importlib.machinery.SourceFileLoader("noise", str(SCRIPT))
noise = importlib.util.module_from_spec(importlib.util.spec_from_loader("noise", loader))
loader.exec_module(noise)

LOCK, CASE = "lock in a host", "linked/latency/linked-dynamically"


def sample(condition="alone", fault="", outcome="pass", status="pass", **more):
    return {"build": "b", "run": 1, "options": "", "condition": condition, "how": "h", "fault": fault, "outcome": outcome,
            "seconds": 2.0, "others": 0.0, "latency": {CASE: status}, "ratios": {"a call": 1.5}, "not_passed": [], **more}


def cpu_share(state):
    """Of a program that computes for half a second of wall time and more, in a session of its own."""
    code = "import time\nend = time.monotonic() + 0.8\nwhile time.monotonic() < end: pass\nprint(time.process_time() / 0.8)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True,
                               preexec_fn=state.enter)
    state.started(process)
    share = float(process.communicate()[0])
    state.end()
    return share


class Noise(unittest.TestCase):
    def test_a_duty_cycle_leaves_a_share_of_the_time(self):
        share = cpu_share(noise_conditions.DutyCycle())
        self.assertGreater(share, 0.02)
        self.assertLess(share, 0.5)

    def test_a_control_group_leaves_a_share_of_the_time(self):
        try:
            state = noise_conditions.GroupQuota()
        except OSError as error:
            self.skipTest(str(error))
        share = cpu_share(state)
        self.assertGreater(share, 0.02)
        self.assertLess(share, 0.5)
        self.assertFalse(state.folder.exists())

    def test_busy_processes_end_with_the_condition(self):
        state = noise_conditions.Busy()
        self.assertEqual(len(state.processes), os.cpu_count())
        time.sleep(0.2)
        self.assertTrue(all(p.poll() is None for p in state.processes))
        state.end()
        self.assertTrue(all(p.poll() is not None for p in state.processes))

    def test_red_for_no_reason_and_blindness_are_bad(self):
        for outcome, bad in (("pass", False), ("inconclusive", False), ("fail", True), ("error", True)):
            self.assertEqual(noise.is_bad(sample(outcome=outcome)), bad, outcome)
        for condition in noise.CONDITIONS:
            for status, bad in (("fail", False), ("inconclusive", condition == "alone"), ("pass", True), ("error", True),
                                ("skipped", True)):
                self.assertEqual(noise.is_bad(sample(condition, fault=LOCK, outcome="fail", status=status)), bad,
                                 f"{status}, {condition}")
        self.assertTrue(noise.is_bad(sample(fault=LOCK, outcome="fail", latency={})), "what did not run found nothing")

    def test_ratios_are_read_from_the_notes(self):
        self.assertEqual(noise.ratios_of([
            "view_1d over view: 1.01 (limit 1.05; 99 % interval 1 to 1.02, 8 processes; null 1.000); core 139.0 ns",
            "golden: wall 5.6 s, 30 passes (limit 74; 27 to 38); CPU 3.7 s, 61 passes (limit 136; 58 to 63); 8 passes",
            "built with LibTorch 1.13.0"]),
            {"view_1d over view": 1.01, "golden: wall, in passes": 30.0, "golden: CPU, in passes": 61.0})

    def test_the_table_counts_by_condition(self):
        lines = "\n".join(noise.report_lines([
            sample(), sample(outcome="inconclusive", ratios={"a call": 1.25}), sample("busy", outcome="fail"),
            sample(fault=LOCK, status="fail"), sample(fault=LOCK, status="fail"),
            sample("busy", fault=LOCK, status="inconclusive")]))
        self.assertRegex(lines, r"\| alone \| h \| `ci/gate ?` \| 2 \| 1 \| 1 \| 0 \|")
        self.assertRegex(lines, r"\| busy \| h \| `ci/gate ?` \| 1 \| 0 \| 0 \| 1 \|")
        self.assertIn("| a call | 1.25 to 1.5 | 1.5 to 1.5 |", lines)
        self.assertRegex(lines, r"lock in a host.*\| 2 found \| 1 inconclusive \|")

    def test_the_report_replaces_its_section_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            noise.PAGE, noise.SAMPLES = pathlib.Path(folder) / "page.md", pathlib.Path(folder) / "samples.jsonl"
            noise.PAGE.write_text(f"before\n{noise.BEGIN}\nold\n{noise.END}\nafter\n")
            noise.SAMPLES.write_text(noise.json.dumps(sample()) + "\n")
            self.assertEqual(noise.report(), 0)
            text = noise.PAGE.read_text()
            self.assertTrue(text.startswith("before\n") and text.endswith(noise.END + "\nafter\n"))
            self.assertNotIn("old", text)
            noise.SAMPLES.write_text(noise.json.dumps(sample(outcome="fail")) + "\n")
            self.assertEqual(noise.report(), 1)

    def test_bad_usage_is_explained(self):
        for options, reason in ((["--conditions", "calm"], "no condition is called calm"), (["--runs", "0"], "from 1"),
                                (["--faults", "x"], "no fault is called x"), (["--run", "3"], "--help")):
            ran = subprocess.run([SCRIPT, *options], capture_output=True, text=True)
            self.assertEqual(ran.returncode, 64, options)
            self.assertIn(reason, ran.stderr)


if __name__ == "__main__":
    unittest.main()
