#!/usr/bin/env python3
"""golden/versions with programs in PyTorch's place, which answer what it is to print."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

COMMAND = pathlib.Path(__file__).resolve().parent / "versions"


class TestVersions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "golden").mkdir()
        (self.root / "docs").mkdir()
        shutil.copy(COMMAND, self.root / "golden/versions")

    def torch(self, version, **answers):
        """A program that answers as golden/version_questions.py does in a Python with this PyTorch."""
        path = self.root / f"torch-{version}"
        said = {"version": version, "from": "PyPI", "capability": "AVX2", "processors": 2, "answers": answers}
        path.write_text(f"#!{sys.executable}\nprint({json.dumps(said)!r})\n")
        path.chmod(0o755)
        return path

    def run_versions(self, *arguments):
        command = [sys.executable, self.root / "golden/versions", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True)

    def test_what_differs_and_what_is_alike_are_told_apart(self):
        ran = self.run_versions(self.torch("1.0", sum="right", norm="-1 %"), self.torch("2.0", sum="right", norm="-2 %"))
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("| what differs by version | 1.0 (PyPI) | 2.0 (PyPI) |\n| --- | --- | --- |\n"
                      "| norm | -1 % | -2 % |\n", ran.stdout)
        self.assertIn("| alike on 1.0 (PyPI), 2.0 (PyPI) | answer |\n| --- | --- |\n| sum | right |\n", ran.stdout)

    def test_write_replaces_what_stands_between_the_marks(self):
        document = self.root / "docs/libtorch-versions.md"
        document.write_text("before\n<!-- versions -->\nstale\n<!-- end of versions -->\nafter\n")
        for _ in range(2):
            self.assertEqual(self.run_versions("--write", self.torch("1.0", sum="right")).returncode, 0)
        text = document.read_text()
        self.assertTrue(text.startswith("before\n<!-- versions -->\n`golden/versions` on "), text)
        self.assertTrue(text.endswith("| sum | right |\n<!-- end of versions -->\nafter\n"), text)
        self.assertNotIn("stale", text)

    def test_one_that_does_not_answer_is_named(self):
        silent = self.root / "silent"
        silent.write_text("#!/bin/sh\necho 'No module named torch' >&2\nexit 1\n")
        silent.chmod(0o755)
        for torch, message in ((silent, "No module named torch"), (self.root / "absent", "No such file or directory")):
            ran = self.run_versions(self.torch("1.0", sum="right"), torch)
            self.assertEqual((ran.returncode, ran.stdout), (2, ""))
            self.assertEqual(ran.stderr, f"golden/versions: {torch}: {message}\n")
        self.assertEqual(self.run_versions("--unknown").returncode, 64)


if __name__ == "__main__":
    unittest.main()
