#!/usr/bin/env python3
"""ci/tidy in a small project of its own: which files it looks at, and that a finding ends it with 1 and is printed.

usage: tidy_test.py PROJECT
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

CLEAN = "int one() { return 1; }\n"
# bugprone-integer-division
FAULTY = "double half(int n) { double x = n / 2; return x; }\n"


class Tidy(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("ci/tidy", ".clang-tidy"):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy(PROJECT / name, self.root / name)
        (self.root / "build").mkdir()
        entries = [{"directory": str(self.root), "file": f"impl/{name}.cpp",
                    "command": f"c++ -Winvalid-pch -include {self.root}/build/cmake_pch.hxx -c impl/{name}.cpp"}
                   for name in ("clean", "faulty")]
        (self.root / "build/compile_commands.json").write_text(json.dumps(entries))
        self.git("init", "-q")
        self.write("impl/clean.cpp", CLEAN)
        self.commit()

    def write(self, name, text):
        (self.root / name).parent.mkdir(exist_ok=True)
        (self.root / name).write_text(text)

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *words], cwd=self.root, check=True,
                       capture_output=True)

    def commit(self):
        self.git("add", "impl")
        self.git("commit", "-q", "-m", "m")

    def tidy(self, code, *words):
        ran = subprocess.run([self.root / "ci/tidy", *words], cwd=self.root, capture_output=True, text=True)
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return ran.stdout + ran.stderr

    def test_a_finding_in_what_is_not_committed(self):
        self.write("impl/faulty.cpp", FAULTY)
        self.commit()
        self.write("impl/clean.cpp", CLEAN + "\n")
        self.assertIn("findings in 0 of 1 files", self.tidy(0))
        self.write("impl/faulty.cpp", FAULTY + "\n")
        self.assertIn("impl/faulty.cpp:1:33: error: result of integer division", self.tidy(1))

    def test_the_last_commit_of_cpp_files(self):
        self.write("impl/faulty.h", "double half(int n);\n")
        self.write("impl/faulty.cpp", FAULTY)
        self.commit()
        self.write("impl/notes.md", "no code\n")
        self.commit()
        self.assertIn("[bugprone-integer-division", self.tidy(1))

    def test_at_most(self):
        self.write("impl/clean.cpp", CLEAN + "\n")
        self.write("impl/faulty.cpp", FAULTY)
        self.assertIn("findings in 0 of 1 files; 1 more were not looked at", self.tidy(0, "--at-most", "1"))

    def test_since_and_files(self):
        self.write("impl/faulty.cpp", FAULTY)
        self.commit()
        self.tidy(1, "--since", "HEAD~1")
        self.tidy(0, "--since", "HEAD")
        self.tidy(1, "impl/faulty.cpp")
        self.assertIn("nothing-of-the-kind", self.tidy(2, "--since", "nothing-of-the-kind"))
        self.tidy(64, "--what")

    def test_without_history(self):
        self.assertIn("no history here", self.tidy(77))

    def test_a_source_in_a_unity_file_has_its_flags(self):
        unity = self.root / "build/unity_0_cxx.cxx"
        unity.write_text(f'#include "{self.root}/impl/faulty.cpp"\n')
        self.write("impl/faulty.cpp", "int one() { return ONE; }\n")
        entry = {"directory": str(self.root), "file": str(unity), "command": f"c++ -DONE=1 -c {unity}"}
        (self.root / "build/compile_commands.json").write_text(json.dumps([entry]))
        self.tidy(0, "impl/faulty.cpp")

    def test_a_file_that_does_not_compile_is_a_finding(self):
        self.write("impl/faulty.cpp", "int one() { return two; }\n")
        self.assertIn("undeclared identifier", self.tidy(1, "impl/faulty.cpp"))


if __name__ == "__main__":
    PROJECT = pathlib.Path(sys.argv.pop(1))
    if subprocess.run([PROJECT / "ci/tidy", "--build", "/", "ci/tidy_test.py"], capture_output=True).returncode == 77:
        print("no clang-tidy of the release that ci/tidy asks for")
        sys.exit(77)
    unittest.main()
