#!/usr/bin/env python3
"""What simple-gate makes of the time of a suite and of what the benchmarks report.

usage: timed_run_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import json
import pathlib
import shutil
import subprocess
import unittest

from whole_run import BAD, WholeRun


class TimedRuns(WholeRun):
    def latencies(self, *options, candidate=BAD / "bad_candidate_hollow.so", mode=""):
        shutil.copy(candidate, self.candidate)
        self.record(mode)
        self.run_gate("--keep-going", *options, mode=mode, timeout_scale="1")
        return {f'{c["suite"]}/{c["id"]}': c for c in self.verdict()["cases"] if c["id"].startswith("latency/")}

    def test_a_suite_that_takes_much_longer_than_recorded_fails(self):
        found = self.latencies("--step", "suite", mode="slow")["golden/latency/wall-time"]
        self.assertRegex(found["message"], r"CPU .* passes \(limit")
        self.assertEqual(found["status"], "fail", found)

    def test_what_the_gate_starts_is_told_how_much_longer_things_may_take(self):
        """Times the slowness of the machine, which is 1 at least."""
        def told_suite(scale):
            self.run_gate("--step", "suite", "--filter", "c-pass", mode="tells-time-scale", timeout_scale=scale)
            return float(next(c["message"] for c in self.verdict()["cases"] if c["id"] == "c-pass").split()[0])

        def told_benchmark(scale):
            self.benchmark({}).write_text(f"#!/bin/sh\necho $SIMPLE_TIME_SCALE >'{self.root}/told'\nexit 7\n")
            self.run_gate("--step", "performance", timeout_scale=scale)
            return float((self.root / "told").read_text())

        for told in told_suite, told_benchmark:
            self.assertGreaterEqual(told("0.5"), 0.5)
            self.assertGreaterEqual(told("700"), 700)

    def test_a_baseline_is_what_the_comparison_says(self):
        baseline = self.root / "old.so"
        baseline.write_bytes(self.candidate.read_bytes())
        row = {"name": "add/smallest", "function": "add", "size": "smallest", "threads": 1, "null": False, "status": "pass",
               "message": "", "value": 1.0, "low": 1.0, "high": 1.0, "limit": 1.1,
               "samples": {"abi": [500.0], "direct": [450.0], "unit": [450.0], "cost": [1.0]}}
        self.benchmark({"not_comparable": "", "rows": [row]})
        sides = {"baseline_ns": [500.0], "candidate_ns": [520.0], "ratio": [1.04], "null": [1.0]}
        for decision, code in ("pass", 0), ("improved", 0), ("regressed", 1), ("not measured", 1), ("inconclusive", 3):
            compared = {"name": "add/smallest", "function": "add", "size": "smallest", "decision": decision, "message": "1.04 times",
                        "ratio": 1.04, "screened": sides}
            report = {"not_comparable": "", "interrupted": False, "nulls_off": [], "rows": [compared]}
            self.benchmark(report, "bench_compare", "--baseline")
            ran = self.run_gate("--step", "performance", "--filter", "add", "--baseline", str(baseline))
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertNotIn("against a baseline: not measured", ran.stdout)
            if code == 1:
                self.assertRegex(ran.stdout, f"again: ci/gate .*--baseline '{baseline}' --step performance --filter add/smallest")
        self.assertLessEqual({"baseline", "candidate", "ratio", "null"}, {m["side"] for m in self.verdict()["measurements"]})
        ran = self.run_gate("--step", "performance", "--filter", "add", "--baseline", "none")
        self.assertEqual(ran.returncode, 64)
        self.assertIn("none is no file and no kept baseline", ran.stderr)
        baseline.write_text("no library")
        ran = self.run_gate("--baseline", str(baseline))
        self.assertEqual((ran.returncode, ran.stderr, ran.stdout), (2, f"ci/gate: {baseline} is not an ELF file\n", ""))

    def test_a_rebuilt_library_is_timed_beside_the_one_before(self):
        """And the evidence says so, with every sample."""
        row = {"name": "add/smallest", "function": "add", "size": "smallest", "threads": 1, "null": False, "status": "pass",
               "message": "", "value": 1.0, "low": 1.0, "high": 1.0, "limit": 1.1,
               "samples": {"abi": [500.0], "direct": [450.0], "unit": [450.0], "cost": [1.0]}}
        self.benchmark({"not_comparable": "", "rows": [row]})
        compared = {"name": "add/smallest", "function": "add", "size": "smallest", "decision": "pass", "message": "",
                    "ratio": 1.04, "screened": {"baseline_ns": [500.0], "candidate_ns": [520.0], "ratio": [1.04], "null": [1.0]}}
        self.benchmark({"not_comparable": "", "interrupted": False, "nulls_off": [], "rows": [compared]}, "bench_compare", "--baseline")
        before = self.candidate.read_bytes()
        ran = self.run_gate("--step", "performance", "--filter", "add", "--bundle", str(self.root / "run.tar.zst"),
                            "--rebuild", f"printf more >>'{self.candidate}'")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(pathlib.Path(f"{self.candidate}.before").read_bytes(), before)
        inside = self.root / "inside"
        inside.mkdir()
        subprocess.run(["tar", "--zstd", "-xf", self.root / "run.tar.zst", "-C", inside], check=True)
        self.assertEqual(json.loads((inside / "run.json").read_text())["configuration"]["baseline"], f"{self.candidate}.before")
        lines = (inside / "reports/measurements.csv").read_text()
        for sample in "direct,ns,1,450", "baseline,ns,1,500", "candidate,ns,1,520":
            self.assertIn(f"add/smallest,add,smallest,1,{sample}", lines)

    def test_performance_is_what_the_benchmark_says(self):
        for status, low, high, code in [("pass", 1.0, 1.09, 0), ("fail", 1.2, 1.3, 1), ("inconclusive", 1.0, 1.2, 3)]:
            row = {"name": "add/smallest", "function": "add", "size": "smallest", "threads": 1, "null": False,
                   "status": status, "message": "" if status == "pass" else "costs too much", "value": (low + high) / 2,
                   "low": low, "high": high, "limit": 1.1,
                   "samples": {"abi": [500.0], "direct": [450.0], "unit": [450.0], "cost": [1.1]}}
            self.benchmark({"not_comparable": "", "rows": [row]})
            ran = self.run_gate("--step", "performance", "--filter", "add")
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertIn("against a baseline: not measured", ran.stdout)
            self.assertEqual([m["side"] for m in self.verdict()["measurements"]], ["abi", "cost", "direct", "unit"])
            self.assertIn("add/smallest,add,smallest,1,direct,ns,1,450", (self.root / "reports/latest/measurements.csv").read_text())
        ran = self.run_gate("--step", "performance")
        self.assertEqual(ran.returncode, 2, "a report without most functions is no pass")
        self.assertIn("was not timed", ran.stdout)
        self.benchmark({"not_comparable": "it runs on LibTorch 9", "rows": []})
        ran = self.run_gate("--step", "performance")
        self.assertEqual(ran.returncode, 2, "what cannot be compared is no pass by itself")
        self.assertRegex(ran.stdout, r"performance +not applicable[\s\S]*it runs on LibTorch 9")
        self.assertFalse((self.root / "reports/latest/measurements.csv").exists())
        self.benchmark({}).write_text("#!/bin/sh\nexit 7\n")
        ran = self.run_gate("--step", "performance")
        self.assertEqual(ran.returncode, 2, ran.stdout)
        self.assertIn("bench_direct exited with status 7", ran.stdout)


if __name__ == "__main__":
    unittest.main()
