#!/usr/bin/env python3
"""bench_errors_test.py BIN LIB: the library's error paths cost about as much as each other, and what does not is noticed."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BIN, LIB = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
TABLE = Path(__file__).with_name("error_table.py")
# Twice what the library keeps: a busy machine must not fail it, and an exception of LibTorch's is as dear.
LOOSE = ["--processes", "3", "--factor", "5"]


def bench(library, *options, seconds=300):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "errors.json"
        ran = subprocess.run([BIN / "bench_errors", "--backend", LIB / library, *options, "--json", file], capture_output=True,
                             text=True, timeout=seconds)
        report = json.loads(file.read_text()) if file.exists() else None
    return ran, report, {row["name"]: row for row in report["rows"]} if report else {}


class BenchErrors(unittest.TestCase):
    def test_paths_of_the_library_cost_about_as_much_as_each_other(self):
        ran, report, rows = bench("libsimple_torch_ffi.so", *LOOSE)
        problems = [row["name"] + " " + row["problem"] for row in rows.values() if row["problem"]]
        self.assertEqual((problems, ran.returncode), ([], 0), ran.stderr)
        self.assertEqual({row["skipped"] for row in rows.values()}, {""})
        for function, code in [("add", 1), ("view", 2), ("matmul", 3), ("mean", 4), ("gather", 5), ("inverse", 6), ("zeros", 7),
                               ("cuda", 8), ("no_grad_end", 9)]:
            self.assertTrue(any((row["function"], row["code"]) == (function, code) for row in rows.values()), function)
        silent = {row["function"] for row in rows.values() if row["throws"] == 0}
        self.assertLessEqual({"add", "free", "relu", "to_data"}, silent)
        self.assertNotIn("matmul", silent)

    def test_slow_path_and_wrong_code_are_noticed_and_nothing_else(self):
        ran, _, rows = bench("slow_error.so", *LOOSE, "--filter", "t/*,squeeze_dim/*,sum_dim/*,matmul/*")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        for row in rows.values():
            expected = {"t": "costs [0-9.]+ times what", "squeeze_dim": "ends with code 1"}.get(row["function"], "^$")
            wrong = row["function"] != "squeeze_dim" or row["code"] != 1
            self.assertRegex(row["problem"], expected if wrong else "^$", row["name"])

    def test_path_that_ends_the_process_is_left_out_of_the_next_whatever_its_name(self):
        ran, _, rows = bench("slow_error.so", "--processes", "1", "--filter", "dropout/*,relu/*", seconds=60)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertIn("dropout/p outside [0; 1]/0", rows)
        for row in rows.values():
            self.assertRegex(row["problem"], "^ends the process: .*5" if row["function"] == "dropout" else "^$", row["name"])

    def test_table(self):
        with tempfile.TemporaryDirectory() as folder:
            samples, page = Path(folder) / "errors.json", Path(folder) / "page.md"
            page.write_text("before\n<!-- errors -->\nold\n<!-- end of errors -->\nbehind\n")

            def write(version, ratio, problem=""):
                path = {"throws": 1, "others": 0, "ns": [900], "skipped": "", "problem": problem, "reason": ""}
                report = {"version": version, "date": "2026-01-02", "cheapest": ratio, "dearest": 3 * ratio, "not_comparable": "", "rows": [
                    {**path, "name": "t/handle zero/0", "function": "t", "code": 1, "ratio": [ratio, 9 * ratio, ratio]},
                    {**path, "name": "t/over 2-D/0", "function": "t", "code": 3, "ratio": [2 * ratio]},
                    {**path, "name": "t/over 2-D/1", "function": "t", "code": 3, "ratio": [3 * ratio]},
                    {**path, "name": "add/handle zero/0", "function": "add", "code": 1, "ratio": [0.02], "throws": 0, "reason": "throws nothing"}]}
                samples.write_text(json.dumps(report))
                return subprocess.run([TABLE, samples, "--write", "--into", folder, "--page", page], capture_output=True, text=True)

            for version, ratio in [("2.6.0", 1), ("1.13.1", 1), ("1.13.1", 2)]:
                ran = write(version, ratio)
                self.assertEqual(ran.returncode, 0, ran.stderr)
            text = page.read_text()
            self.assertEqual(write("2.6.0", 5, "throws 2 times").returncode, 1)
            self.assertEqual(page.read_text(), text)
            self.assertEqual(write("2.14.0a0", 1).returncode, 0)
            self.assertIn("| function | LibTorch 1.13.1 | LibTorch 2.6.0 | LibTorch 2.14.0a0 |\n", page.read_text())
            page.write_text("no table\n")
            ran = write("2.15.0", 1)
            self.assertEqual((ran.returncode, "has no <!-- errors -->" in ran.stderr), (2, True), ran.stderr)
            self.assertFalse((Path(folder) / "errors_2.15.0.json").exists())
            self.assertEqual(subprocess.run([TABLE, "--what"], capture_output=True).returncode, 64)
        self.assertIn("| function | LibTorch 1.13.1 | LibTorch 2.6.0 |\n", text)
        self.assertIn("| `t` | 1: 2.0, 3: 6.0 | 1: 1.0, 3: 3.0 |\n", text)
        self.assertIn("| `add` | *1: 0.02* | *1: 0.02* |\n", text)
        self.assertTrue(text.startswith("before\n<!-- errors -->\n") and text.endswith("<!-- end of errors -->\nbehind\n"), text)

    def test_what_cannot_be_measured_is_an_error(self):
        for options, code, reason in [(["nowhere.so"], 2, "nowhere.so"),
                                      (["libsimple_torch_stub.so", "--filter", "none"], 64, "no path has such a name"),
                                      (["libsimple_torch_stub.so", "--processes", "0"], 64, "processes")]:
            ran, _, _ = bench(*options)
            self.assertEqual(ran.returncode, code, ran.stderr)
            self.assertIn(reason, ran.stdout + ran.stderr)


if __name__ == "__main__":
    unittest.main()
