#!/usr/bin/env python3
"""ci/new-backend: the skeleton compiles, and --partial says how far it has come.

usage: new_backend_test.py NEW_BACKEND FOLDER_OF_PROGRAMS
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

NEW_BACKEND, BIN = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)


class NewBackend(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_the_skeleton_compiles_and_is_gated(self):
        skeleton = self.folder / "my-backend"
        ran = run(NEW_BACKEND, skeleton)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        build = self.folder / "build"
        for command in (["cmake", "-S", skeleton, "-B", build, "-G", "Ninja", "-DCMAKE_CXX_FLAGS=-Werror -O0"],
                        ["cmake", "--build", build, "-j2"]):
            ran = run(*command)
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        library = build / "libmy_backend.so"
        ran = run(BIN / "simple-gate", "--candidate", library, "--step", "library", "--partial", "--out", self.folder / "out")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        verdict = json.loads((self.folder / "out/verdict.json").read_text())
        card = {row["category"]: row["present"] for row in verdict["scorecard"]}
        self.assertEqual((card["info"], card["error"], card["arithmetic"]), (3, 3, 0))
        self.assertEqual({c["status"] for c in verdict["cases"]}, {"pass", "skipped"})
        self.assertEqual(verdict["run"]["backend"], "my_backend")

        # A function is there once its line is no comment.
        exports = skeleton / "exports.map"
        exports.write_text(exports.read_text().replace("# rt_", "rt_"))
        self.assertEqual(run("cmake", "--build", build).returncode, 0)
        run(BIN / "simple-gate", "--candidate", library, "--step", "library", "--partial", "--out", self.folder / "out")
        verdict = json.loads((self.folder / "out/verdict.json").read_text())
        self.assertEqual({s["name"]: s["state"] for s in verdict["sets"]}["core"], "present")

    def test_what_it_refuses(self):
        for arguments, code in [([], 64), (["--what"], 64), (["/proc/nowhere"], 2)]:
            ran = run(NEW_BACKEND, *arguments)
            self.assertEqual(ran.returncode, code, ran.stderr)
            self.assertEqual(ran.stderr.count("\n"), 1, ran.stderr)
        (self.folder / "file").write_text("")
        self.assertEqual(run(NEW_BACKEND, self.folder).returncode, 64)


if __name__ == "__main__":
    unittest.main()
