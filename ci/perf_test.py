#!/usr/bin/env python3
"""perf_test.py PROJECT BUILD: ci/perf's baselines are kept as they were, and bisect finds the commit that made a call slower."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROJECT, BUILD = pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
QUICK = ["--screen", "4", "--confirm", "12"]

# Stands for the project at some commit: its library is the one that the commit names.
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(fake NONE)
file(STRINGS library.txt library)
add_custom_target(simple_torch_ffi
  COMMAND ${CMAKE_COMMAND} -E make_directory lib
  COMMAND ${CMAKE_COMMAND} -E copy ${library} lib/libsimple_torch_ffi.so)
add_custom_target(relinks
  COMMAND ${CMAKE_COMMAND} -E copy ${library} lib/libsimple_torch_ffi_padded_1.so)
add_dependencies(relinks simple_torch_ffi)
"""


class Perf(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        (self.root / "ci").mkdir()
        for name in "perf", "setup.sh", "help.sh":
            shutil.copy(PROJECT / "ci" / name, self.root / "ci")
        (self.root / "build/bin").mkdir(parents=True)
        (self.root / "build/bin/bench_compare").symlink_to(BUILD / "bin/bench_compare")
        self.library = pathlib.Path(shutil.copy(BUILD / "lib/libsimple_torch_stub.so", self.root / "some.so"))

    def perf(self, *words):
        environment = {k: v for k, v in os.environ.items() if k != "SIMPLE_PERF_STORE" and not k.startswith("GIT_")}
        ran = subprocess.run([self.root / "ci/perf", "--no-build", *words], capture_output=True, text=True, timeout=280,
                             cwd=self.root, env=environment)
        return ran.returncode, ran.stdout, ran.stderr

    def test_a_baseline_is_kept_as_it_was(self):
        code, out, _ = self.perf("baseline", "list")
        self.assertEqual(code, 0)
        self.assertIn("no baselines", out)
        self.assertEqual(self.perf("baseline", "save", "v1.0", "some.so")[0], 0)
        self.assertEqual(self.perf("baseline", "save", "v1.0", "some.so")[0], 64, "a baseline is never replaced")
        code, out, _ = self.perf("baseline", "list")
        self.assertRegex(out, r"(?m)^v1\.0 +20\d\d-")
        code, out, _ = self.perf("baseline", "show", "v1.0")
        self.assertEqual(code, 0)
        self.assertRegex(out, "(?m)^sha256 [0-9a-f]{64}$")
        code, out, err = self.perf("compare", "v1.0", "some.so", "--filter", "ndim/smallest", "--all", *QUICK)
        self.assertIn(code, (0, 3), err)
        self.assertRegex(out, "(?m)^ndim/smallest ")
        kept = self.root / "reports/baselines/v1.0/library.so"
        kept.write_bytes(kept.read_bytes()[:-1])
        code, _, err = self.perf("baseline", "show", "v1.0")
        self.assertEqual(code, 2)
        self.assertIn("SHA-256 differs", err)

    def test_a_baseline_keeps_its_layouts(self):
        padded = [shutil.copy(self.library, self.root / f"some_padded_{n}.so") for n in (1, 2)]
        self.assertEqual(self.perf("baseline", "save", "with", "some.so")[0], 0)
        folder = self.root / "reports/baselines/with"
        for n, file in enumerate(padded, 1):
            self.assertEqual((folder / f"library_padded_{n}.so").read_bytes(), pathlib.Path(file).read_bytes())
        code, out, err = self.perf("compare", "with", "some.so", "--filter", "ndim/smallest", *QUICK)
        self.assertIn(code, (0, 3), err)
        self.assertIn("3 of the baseline, 3 of the candidate", out)
        for file in padded:
            os.utime(file, (0, 0))
        self.assertEqual(self.perf("baseline", "save", "without", "some.so")[0], 0)
        self.assertEqual(sorted(file.name for file in folder.with_name("without").iterdir()), ["baseline.txt", "library.so"],
                         "what is older is of another build")
        out = self.perf("compare", "without", "some.so", "--filter", "ndim/smallest", *QUICK)[1]
        self.assertIn("1 of the baseline, 1 of the candidate; where code lies is a part of what was compared", out)

    def test_what_finds_its_neighbours_by_its_own_place_is_not_kept(self):
        compiler = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-x", "c", "-"]
        subprocess.run([*compiler, "-o", self.root / "libneighbour.so"], input="int neighbour;", text=True, check=True)
        subprocess.run([*compiler, "-o", self.root / "leaning.so", "-Wl,--no-as-needed", "-L", self.root, "-lneighbour",
                        "-Wl,-rpath,$ORIGIN"], input="int leaning;", text=True, check=True)
        code, _, err = self.perf("baseline", "save", "leaning", "leaning.so")
        self.assertEqual(code, 64)
        self.assertRegex(err, r"^ci/perf: leaning\.so finds /\S+/libneighbour\.so by its own place \(\$ORIGIN\);[^\n]*\n$")
        self.assertEqual(list((self.root / "reports/baselines").iterdir()), [])

    def test_what_it_builds_is_there_to_build(self):
        script = (PROJECT / "ci/perf").read_text()
        asked = " ".join(re.findall(r"(?m)^[^#\n]*build_unless_told ['\"]?([^'\"\n]+)", script) + re.findall("^layouts='(.*)'$", script, re.M))
        targets = sorted(set(re.findall(r"(?<![$\w])[a-z_]+", asked)))
        self.assertIn("certified", targets)
        ran = subprocess.run(["ninja", "-C", BUILD, "-t", "query", *targets], capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_bad_usage_is_said(self):
        for words, reason in [(["baseline", "save", "../x", "some.so"], "name"), (["baseline", "save", "a", "none.so"], "none.so"),
                              (["baseline", "show", "a"], "no baseline a"), (["baseline"], "baseline save NAME"),
                              (["compare"], "takes a baseline"), (["compare", "v9"], "v9 is no library"),
                              (["compare", "some.so", "--filter"], "takes a value"), (["bisect", "a"], "two commits"), ([], "ci/perf compare")]:
            code, _, err = self.perf(*words)
            self.assertEqual(code, 64, words)
            self.assertIn(reason, err)

    def counting(self, stub, library):
        """The exit of `ci/perf --instructions` with more words, where counting either library ends so, and what was asked."""
        program, asked = self.root / "build/bin/count_instructions", self.root / "asked"
        program.write_text(f'#!/bin/sh\necho "$*" >>{asked}\ncase "$*" in *_stub.so*) exit {stub} ;; esac\nexit {library}\n')
        program.chmod(0o755)

        def run(*words):
            asked.write_text("")
            return self.perf("--instructions", *words)[0], asked.read_text().splitlines()
        return run

    def test_library_and_stub_are_counted_where_nothing_else_is_named(self):
        for stub, library, code in ((0, 0, 0), (1, 0, 1), (0, 1, 1), (3, 0, 3), (0, 3, 3), (3, 1, 1), (1, 3, 1), (0, 2, 2),
                                    (1, 2, 2)):
            ended, asked = self.counting(stub, library)("--table", "--json", "x.json")
            self.assertEqual(ended, code, (stub, library))
            self.assertEqual(["_stub.so" in a for a in asked], [True, False])
            self.assertEqual(["--json=x.json" in a for a in asked], [False, True], "one report cannot be of both")
            self.assertTrue(all("--table" in a and "--committed" in a for a in asked), asked)
        ended, asked = self.counting(2, 0)()
        self.assertEqual((ended, len(asked)), (2, 1))
        for words in (["--baseline", "old.so"], ["--baseline=old.so"], ["--candidate", "some.so"], ["--help"]):
            ended, asked = self.counting(1, 0)(*words)
            self.assertEqual((ended, len(asked)), (0, 1), asked)
        self.assertEqual(asked, ["--help"])

    def git(self, *words):
        return subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words], cwd=self.root, check=True,
                              capture_output=True, text=True).stdout.strip()

    def test_bisect_finds_the_commit(self):
        (self.root / "CMakeLists.txt").write_text(CMAKE)
        self.git("init", "-q", "-b", "main")
        commits = []
        for number, name in enumerate(["libsimple_torch_ffi", "libsimple_torch_ffi", "slow_add_copy", "slow_add_copy"]):
            (self.root / "library.txt").write_text(f"{BUILD}/lib/{name}.so\n")
            (self.root / "number.txt").write_text(f"{number}\n")
            self.git("add", "CMakeLists.txt", "library.txt", "number.txt")
            self.git("commit", "-q", "-m", name)
            commits.append(self.git("rev-parse", "HEAD"))
        code, out, err = self.perf("bisect", commits[0], commits[3], "add/smallest", *QUICK)
        self.assertEqual(code, 0, out + err)
        self.assertIn(f"{commits[2]} is the first bad commit", out)
        self.assertIn("2 of the baseline, 2 of the candidate", out, "of every commit there are the layouts that it builds")
        self.assertEqual(self.git("worktree", "list").count("\n"), 0, "nothing is left behind")


if __name__ == "__main__":
    unittest.main()
