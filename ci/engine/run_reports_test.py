#!/usr/bin/env python3
"""The reports of simple-gate when it is killed, interrupted, out of space, or not alone.

usage: run_reports_test.py FOLDER_OF_PROGRAMS FOLDER_OF_BAD_CANDIDATES
"""
import json
import os
import pathlib
import resource
import signal
import subprocess
import time
import unittest
import xml.etree.ElementTree as ET

from whole_run import WholeRun


class Reports(WholeRun):
    def reports(self):
        verdict = self.verdict()
        junit = ET.parse(self.root / "reports/latest/junit.xml")
        return (verdict["outcome"], len(junit.findall(".//failure")) + len(junit.findall(".//error")),
                (self.root / "reports/latest/summary.md").read_text().splitlines()[0])

    def test_a_run_that_is_killed_leaves_no_earlier_verdict(self):
        self.assertEqual(self.run_gate("--suite", "golden", "--filter", "a-pass", timeout_scale="1").returncode, 0)
        gate = subprocess.Popen(self.command("--filter", "d-hang", timeout_scale="10"), stdout=subprocess.PIPE, text=True,
                                cwd=self.root)
        self.assertIn("suite:", "".join(iter(gate.stdout.readline, "suite: golden and property suites in full\n")) + "suite:")
        gate.kill()
        gate.communicate(timeout=10)
        self.assertEqual(self.reports(), ("running", 1, "# Verdict: running"))

    def test_reports_that_cannot_be_written_leave_no_earlier_verdict(self):
        self.assertEqual(self.run_gate("--suite", "golden", "--filter", "a-pass", timeout_scale="1").returncode, 0)

        gate = subprocess.Popen(self.command("--filter", "d-hang", timeout_scale="10"), stdout=subprocess.PIPE, text=True,
                                cwd=self.root)
        gate.stdout.readline()
        gate.kill()
        gate.communicate(timeout=10)
        begun = max(file.stat().st_size for file in (self.root / "reports/latest").iterdir())

        def small_files():  # as on a full disk: the reports of the beginning fit, those of the end do not
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (begun + 500, begun + 500))

        ran = subprocess.run(self.command("--suite", "golden", "--filter", "?-pass,b-*,e-*,f-abort"), capture_output=True, text=True,
                             cwd=self.root, preexec_fn=small_files, timeout=100)
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("File too large", ran.stderr)
        self.assertRegex(ran.stdout, "golden +6 cases, 3 pass, 3 crash")
        self.assertEqual(self.reports(), ("running", 1, "# Verdict: running"))

    def test_two_runs_at_once_do_not_meet(self):
        gates = [subprocess.Popen(self.command("--suite", "golden", "--filter", name), stdout=subprocess.PIPE, text=True,
                                  cwd=self.root) for name in ("a-pass", "b-segfault")]
        texts = [gate.communicate(timeout=100)[0] for gate in gates]
        self.assertEqual([gate.returncode for gate in gates], [0, 1], texts)
        runs = [json.loads(path.read_text()) for path in self.root.glob("reports/runs/*/verdict.json")]
        self.assertEqual({(run["outcome"], run["cases"][0]["id"]) for run in runs}, {("pass", "a-pass"), ("fail", "b-segfault")})
        latest = self.root / "reports/latest"
        self.assertTrue(latest.is_symlink())
        self.assertEqual(latest.resolve().parent, (self.root / "reports/runs").resolve())
        self.run_gate("--filter", "c-pass")
        self.assertEqual(len(list(self.root.glob("reports/runs/*/verdict.json"))), 3, "an earlier run keeps its own")
        self.assertEqual(self.statuses(), {"c-pass": "pass"})
        self.assertEqual(sorted(path.name for path in self.root.glob("reports/*")), ["latest", "runs"])
        for text in texts:
            self.assertTrue((self.root / text.split("reports in ")[1].strip() / "junit.xml").exists(), text)

    def test_two_runs_in_one_folder_do_not_mix(self):
        first = subprocess.Popen(self.command("--filter", "d-hang", "--out", "one", timeout_scale="10"),
                                 stdout=subprocess.PIPE, text=True, cwd=self.root)
        first.stdout.readline()
        second = self.run_gate("--suite", "golden", "--filter", "a-pass", "--out", "one")
        self.assertEqual(second.returncode, 2, second.stdout + second.stderr)
        self.assertEqual(second.stderr.count("\n"), 1, second.stderr)
        self.assertIn("another run of the gate, which has not ended, writes its reports to one", second.stderr)
        self.assertEqual(json.loads((self.root / "one/verdict.json").read_text())["outcome"], "running")
        first.kill()
        first.communicate(timeout=10)
        third = self.run_gate("--suite", "golden", "--filter", "a-pass", "--out", "one")
        self.assertEqual(third.returncode, 0, "one that was killed holds it no more: " + third.stderr)

    def test_temporary_files_go_also_after_a_kill(self):
        (self.root / "tmp").mkdir()
        environment = {**os.environ, "TMPDIR": str(self.root / "tmp")}
        gate = subprocess.Popen(self.command("--suite", "golden", "--filter", "d-hang", timeout_scale="10"),
                                stdout=subprocess.PIPE, text=True, cwd=self.root, env=environment)
        gate.stdout.readline()
        deadline = time.monotonic() + 30
        while not list((self.root / "tmp").glob("simple-gate-run-*/simple-gate-*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        gate.kill()
        gate.communicate(timeout=10)
        self.assertEqual(len(list((self.root / "tmp").iterdir())), 1, "everything lies in one folder")
        ran = subprocess.run(self.command("--suite", "golden", "--filter", "a-pass"), capture_output=True, text=True,
                             cwd=self.root, env=environment, timeout=100)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertEqual(list((self.root / "tmp").iterdir()), [])

    def test_a_run_that_cannot_begin_leaves_no_earlier_verdict(self):
        for options, environment, code, reason in [
                (["--waivers", "nowhere.toml"], {}, 2, "cannot read nowhere.toml"),
                ([], {"TMPDIR": "/nowhere"}, 2, "TMPDIR is /nowhere, which is no folder"),
                (["--filter", "nowhere"], {}, 64, "--filter 'nowhere' takes no case")]:
            self.assertEqual(self.run_gate("--suite", "golden", "--filter", "a-pass", timeout_scale="1").returncode, 0)
            ran = subprocess.run(self.command("--filter", "a-pass", *options), capture_output=True, text=True, cwd=self.root,
                                 env={**os.environ, **environment}, timeout=100)
            self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
            self.assertIn(reason, ran.stdout + ran.stderr)
            self.assertEqual(self.reports(), ("error", 1, "# Verdict: error"))

    def test_interrupt_leaves_a_report_and_no_process(self):
        gate = subprocess.Popen(self.command("--filter", "a-pass,d-hang", timeout_scale="10"), stdout=subprocess.PIPE,
                                text=True, cwd=self.root)
        deadline = time.monotonic() + 30
        marker = str(self.root / "bin/golden_suite")

        def workers():
            found = []
            for cmdline in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    text = cmdline.read_bytes().decode(errors="replace")
                except OSError:
                    continue
                if text.startswith(marker) and "--cases-from" in text:
                    found.append(cmdline.parent.name)
            return found

        while not workers() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertTrue(workers())
        time.sleep(0.2)
        gate.send_signal(signal.SIGTERM)
        gate.communicate(timeout=10)
        self.assertEqual(gate.returncode, 2)
        verdict = self.verdict()
        self.assertTrue(verdict["run"]["interrupted"])
        step = verdict["steps"][5]
        self.assertEqual((step["name"], step["status"]), ("suite", "interrupted"))
        self.assertIn("golden: interrupted, 1 of 2 cases ran", step["notes"])
        self.assertGreater(self.reports()[1], 0)
        self.assertEqual(self.statuses(), {"a-pass": "pass"})
        self.assertEqual(workers(), [])


if __name__ == "__main__":
    unittest.main()
