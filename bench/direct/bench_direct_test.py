#!/usr/bin/env python3
"""bench_direct_test.py BENCH_DIRECT SLOW_BACKEND STUB: it finds a planted slowdown, and says so where it cannot measure."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BENCH, SLOW, STUB = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)


def bench(*options):
    return subprocess.run([BENCH, *options], capture_output=True, text=True, timeout=300)


class BenchDirect(unittest.TestCase):
    def test_slowdown_of_one_function_is_its_own(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "report.json"
            options = ["--backend", SLOW, "--filter", "add-free,sum", "--processes", "8"]
            ran = bench(*options, "--json", str(file))
            self.assertEqual(ran.returncode, 1, ran.stderr)
            rows = {(row["name"], row["threads"]): row for row in json.loads(file.read_text())["rows"]}
            self.assertEqual(set(rows), {("null", 1), ("add-free", 1), ("sum", 1), ("add-free", 2)})
            for row in rows.values():
                self.assertEqual(len(row["ratios"]), 8)
                self.assertTrue(row["low"] <= row["value"] <= row["high"])
            slow, sound = rows["add-free", 1], rows["sum", 1]
            self.assertGreater(slow["low"], slow["limit"], "100 ns more on some 570 are over any limit")
            self.assertLess(sound["value"], slow["value"])
            self.assertIn("over", next(line for line in ran.stdout.splitlines() if line.startswith("add-free")))

    def test_what_cannot_be_compared_is_an_error(self):
        for options, code, reason in [(["--backend", STUB], 2, "nothing to compare"),
                                      (["--backend", "nowhere.so"], 2, "nowhere.so"),
                                      (["--backend", SLOW, "--filter", "none"], 64, "no call is named none"),
                                      (["--backend", SLOW, "--processes", "2"], 64, "processes"),
                                      (["--backend", SLOW, "--filter", "sum", "--processes", "8", "--json", "/nowhere/x"],
                                       2, "/nowhere/x"),
                                      ([], 64, "--backend")]:
            ran = bench(*options)
            self.assertEqual(ran.returncode, code, ran.stderr)
            self.assertIn(reason, ran.stderr)


if __name__ == "__main__":
    unittest.main()
