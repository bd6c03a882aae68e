#!/usr/bin/env python3
"""perf_history_test.py PERF_HISTORY: the commands, as a person gives them."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = pathlib.Path(sys.argv.pop(1))


def report(ratio, decision="pass", name="add/smallest"):
    samples = {"ratio": [ratio] * 6, "null": [1.0] * 6, "noise": [0.004] * 6, "baseline_ns": [500.0] * 6,
               "candidate_ns": [500 * ratio] * 6}
    row = {"name": name, "function": name.split("/")[0], "size": "smallest", "operands": "", "decision": decision,
           "message": "", "ratio": ratio, "low": ratio - 0.01, "high": ratio + 0.01, "p_value": 1.0, "screened": samples}
    return {"format": "compare 1.0", "version": "1.13.0+cpu", "not_comparable": "", "nulls_off": [], "rows": [row]}


class PerfHistory(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.top = pathlib.Path(self.temporary.name)
        self.folder = self.top / "history"

    def run_it(self, *arguments, code=0, cwd=None, environment=None, **options):
        ran = subprocess.run([PROGRAM, "--folder", self.folder, *arguments], capture_output=True, text=True, timeout=60,
                             cwd=cwd or self.top, env={**os.environ, **(environment or {})}, **options)
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        if code == 2:
            self.assertEqual(len(ran.stderr.splitlines()), 1, ran.stderr)
            self.assertTrue(ran.stderr.startswith("perf_history: "), ran.stderr)
        return ran.stdout if code != 2 else ran.stderr

    def add(self, ratio, at, *options, decision="pass", **more):
        file = self.top / "report.json"
        file.write_text(json.dumps(report(ratio, decision)))
        return self.run_it("add", file, "--at", at, *options, **more)

    def test_the_commit_is_gits(self):
        repository = self.top / "repository"
        git = ["git", "-C", repository, "-c", "user.name=n", "-c", "user.email=e"]
        subprocess.run(["git", "init", "-q", repository], check=True)
        (repository / "file").write_text("1")
        subprocess.run([*git, "add", "file"], check=True)
        subprocess.run([*git, "commit", "-qm", "add: \x1b[31mfaster"], check=True)
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
        self.add(1.0, "2026-11-29", cwd=repository)
        (repository / "file").write_text("2")
        self.add(1.1, "2026-11-29", cwd=repository)
        runs = [json.loads(line) for line in self.run_it("export", "-").splitlines()]
        self.assertEqual([run["commit"] for run in runs], [head, head + "-dirty"])
        self.assertEqual([run["subject"] for run in runs], ["add: \x1b[31mfaster"] * 2)
        self.assertIn("add: ?[31mfaster", self.run_it("list"))
        self.add(1.2, "2026-11-29")
        self.assertIn('"commit":""', self.run_it("export", "-").splitlines()[-1], "no repository, no commit")

    def test_a_run_is_there_once(self):
        self.assertIn("added", self.add(1.0, "2026-11-29", "--commit", "c"))
        self.assertIn("is there already", self.add(1.0, "2026-11-30", "--commit", "c"))
        self.assertIn("1 runs", self.run_it("list"))

    def test_a_changed_level_is_shown_where_it_begins(self):
        for i in range(30):
            ratio = (1.0 if i < 18 else 1.04) + 0.0003 * (i * 7 % 5)
            self.add(ratio, f"2026-11-{i + 1:02}", "--commit", f"{i:012x}", "--subject", f"change {i}", "--baseline", "v1",
                     "--machine-key", "here", decision="pass" if i < 18 else "regressed")
        shown = self.run_it("show", "add").splitlines()
        at = next(i for i, line in enumerate(shown) if "from here" in line)
        self.assertIn("+4.0 % from here: 1.041, was 1.001", shown[at])
        self.assertIn("change 18", shown[at + 1])
        self.assertEqual(shown[0], "machine here, baseline v1, 30 runs")
        changes = self.run_it("changes")
        self.assertRegex(changes, r"add/smallest +2026-11-19 00:00 +000000000012 +\+4.0 % +1.001 +1.041 .* change 18")
        self.assertIn("1 change points in 1 calls; calls became slower than the baseline in 1 runs, faster in 0", changes)
        self.assertNotIn("warning", changes)
        self.assertIn("27 earlier runs are not shown", self.run_it("show", "add/*", "--last", "3"))
        self.assertIn("is no call of the history", self.run_it("show", "sub", code=2))
        self.assertIn("no run of such a machine", self.run_it("show", "add", "--machine-key", "there", code=2))

    def test_export_and_import(self):
        for i in range(3):
            self.add(1 + i / 10, "2026-11-29", "--commit", str(i))
        file = self.top / "export.jsonl"
        self.assertIn("3 runs in", self.run_it("export", file))
        lines = file.read_text().splitlines()
        with file.open("a") as out:
            out.write(lines[0][:100])
        self.folder = self.top / "other"
        said = self.run_it("import", file, code=1)
        self.assertIn("3 runs added, 0 were there\nline 4: it is no JSON, or torn\n1 of 4 lines were not added", said)
        kept = list(self.folder.glob("torn-*.jsonl"))
        self.assertEqual([k.read_text() for k in kept], [lines[0][:100] + "\n"])
        self.assertIn("0 runs added, 3 were there", self.run_it("import", file, code=1))
        self.assertEqual(self.run_it("export", "-").splitlines(), lines)
        self.assertEqual(list(self.top.glob("*.unfinished")), [])

    def test_what_is_no_report_is_refused(self):
        for text, reason in [("", "cannot be read, or is empty"), ("{", "no JSON, or torn"), ("[]", "does not say its format"),
                             ('{"format": "direct 1.0"}', "its format is direct 1.0"),
                             ('{"format": "compare 1.0"}', "no whole report"), ("[" * 100, "nested deeper")]:
            file = self.top / "report.json"
            file.write_text(text)
            self.assertIn(reason, self.run_it("add", file, code=2))
        self.assertFalse(self.folder.exists(), "nothing was begun")
        self.assertIn("holds no history", self.run_it("list", code=2))
        self.assertIn("is no time", self.add(1.0, "yesterday", code=2))

    def test_the_report_says_machine_and_baseline(self):
        file = self.top / "report.json"
        file.write_text(json.dumps({**report(1.0), "comparability_key": "a CPU; 2 cores", "baseline": "v1"}))
        self.run_it("add", file)
        self.assertIn("machine a CPU; 2 cores, baseline v1, 1 runs", self.run_it("show", "add"))
        self.run_it("add", file, "--machine-key", "another", "--baseline", "v2")
        self.assertIn("2 runs", self.run_it("list"))
        self.assertIn("machine another, baseline v2, 1 runs", self.run_it("show", "add", "--baseline", "v2"))

    def test_bad_usage(self):
        for arguments in ([], ["forget"], ["show"], ["add"], ["page"]):
            self.run_it(*arguments, code=64)

    def test_the_folder_may_come_from_the_environment(self):
        self.add(1.0, "2026-11-29")
        ran = subprocess.run([PROGRAM, "list"], capture_output=True, text=True,
                             env={**os.environ, "SIMPLE_PERF_HISTORY": str(self.folder)})
        self.assertIn("1 runs", ran.stdout)

    def test_a_damaged_file_is_named_and_mended(self):
        for i in range(30):
            self.add(1 + i / 100, "2026-11-29", "--commit", str(i))
        file = self.folder / "perf_history.sqlite"
        whole = file.read_bytes()
        file.write_bytes(whole[:len(whole) * 3 // 4])
        self.assertIn("`perf_history repair` sets it aside", self.run_it("check", code=2))
        said = self.run_it("repair", code=1)
        self.assertRegex(said, r"^\d+ runs are kept; \d+ cannot be read")
        self.assertEqual((self.folder / "perf_history.sqlite.damaged-1").read_bytes(), whole[:len(whole) * 3 // 4])
        self.assertRegex(self.run_it("check"), rf"^{said.split()[0]} runs, each as it was added")

    def test_the_page(self):
        self.add(1.0, "2026-11-29")
        self.assertRegex(self.run_it("page", "--out", self.top / "site"), r"site/index\.html, \d\.\d MB")
        self.assertIn("<html", (self.top / "site/index.html").read_text())


if __name__ == "__main__":
    unittest.main()
