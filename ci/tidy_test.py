#!/usr/bin/env python3
"""ci/tidy in a small project of its own: which files it looks at, and that a finding ends it with 1 and is printed.

usage: tidy_test.py PROJECT
"""
import json
import os
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
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="a blank ")))
        for name in ("ci/tidy", ".clang-tidy"):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy(PROJECT / name, self.root / name)
        (self.root / "build").mkdir()
        entries = [{"directory": str(self.root), "file": f"{name}.cpp",
                    "command": f"c++ -Winvalid-pch -include \"{self.root}/build/cmake_pch.hxx\" -c {name}.cpp"}
                   for name in ("ci/faulty", "impl/clean", "impl/faulty")]
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

    def tidy(self, code, *words, **environment):
        ran = subprocess.run([self.root / "ci/tidy", *words], cwd=self.root, capture_output=True, text=True,
                             env={**os.environ, **environment})
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return ran.stdout + ran.stderr

    def test_a_finding_in_what_is_not_committed(self):
        self.write("impl/faulty.cpp", FAULTY)
        self.commit()
        self.write("impl/clean.cpp", CLEAN + "\n")
        self.assertEqual("clang-tidy 14: findings in 0 of 1 files\n", self.tidy(0))
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

    def test_what_ships_comes_first(self):
        self.write("ci/faulty.cpp", FAULTY)
        self.write("impl/clean.cpp", CLEAN + "\n")
        self.assertIn("findings in 0 of 1 files; 1 more were not looked at", self.tidy(0, "--at-most", "1"))

    def test_what_this_build_does_not_compile(self):
        self.write("impl/elsewhere.cpp", FAULTY)
        self.write("impl/alone.h", CLEAN)
        self.assertIn("findings in 0 of 0 files; 1 are not in this build; 1 have no source to compile", self.tidy(0))
        self.assertIn("impl/elsewhere.cpp is not in this build", self.tidy(2, "impl/elsewhere.cpp"))

    def test_without_a_repository(self):
        shutil.rmtree(self.root / ".git")
        self.assertIn("git cannot tell what changed", self.tidy(77))
        self.assertIn("findings in 0 of 1 files", self.tidy(0, "impl/clean.cpp"))

    def test_without_git(self):
        programs = self.root / "programs"
        programs.mkdir()
        for name in ("python3", "clang-tidy-14", "clang-tidy"):
            if shutil.which(name):
                (programs / name).symlink_to(shutil.which(name))
        self.assertIn("no git here", self.tidy(77, PATH=str(programs)))

    def test_why_clang_tidy_fails_is_told(self):
        programs = self.root / "programs"
        programs.mkdir()
        program = programs / "clang-tidy-14"
        for ending, code in (("exit 1", 1), ("kill -9 $$", 2)):
            program.write_text(f"#!/bin/sh\n[ $1 = --version ] && echo version 14.0 && exit\necho no memory >&2\n{ending}\n")
            program.chmod(0o755)
            self.assertIn("no memory", self.tidy(code, "impl/clean.cpp", PATH=f"{programs}:{os.environ['PATH']}"))

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
        entry = {"directory": str(self.root), "file": str(unity), "command": f"c++ -DONE=1 -c \"{unity}\""}
        (self.root / "build/compile_commands.json").write_text(json.dumps([entry]))
        self.tidy(0, "impl/faulty.cpp")

    def test_a_file_that_does_not_compile_is_a_finding(self):
        self.write("impl/faulty.cpp", "int one() { return two; }\n")
        self.assertIn("undeclared identifier", self.tidy(1, "impl/faulty.cpp"))


if __name__ == "__main__":
    PROJECT = pathlib.Path(sys.argv.pop(1))
    if not shutil.which("git"):
        print("no git")
        sys.exit(77)
    if subprocess.run([PROJECT / "ci/tidy", "--build", "/", "ci/tidy_test.py"], capture_output=True).returncode == 77:
        print("no clang-tidy of the release that ci/tidy asks for")
        sys.exit(77)
    unittest.main()
