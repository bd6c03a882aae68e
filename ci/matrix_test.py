#!/usr/bin/env python3
"""ci/matrix's own logic, in a project folder of its own: mmdebstrap and unshare are stand-ins that make a tree and run
steps without doing either. What they were asked is in the file `calls`; files named after a step make it fail or hang.

usage: matrix_test.py PROJECT
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROJECT = pathlib.Path(sys.argv.pop(1))

MMDEBSTRAP = r"""#!/bin/bash
echo "tree ${@: -3:1}" >>"$CALLS"
mkdir -p "${@: -2:1}"
[ ! -e "$PLAN/hang-${@: -3:1}" ] || { echo $$ >"$PLAN/pid"; exec sleep 60; }
[ ! -e "$PLAN/${@: -3:1}" ] || { echo "E: Unable to locate package libtorch-dev"; exit 25; }
"""
# The last argument is the command line inside the tree; only its compiler tells rows apart.
UNSHARE = r"""#!/bin/bash
while [[ $1 == --* ]]; do shift; done
[ "$1" != mmdebstrap ] || exec "$@"
command=${@: -1}
row=$(basename "$BUILD")
case $command in
    *dumpfullversion*) [ ! -e "$PLAN/broken" ] || { echo "chroot: failed to run command"; exit 127; }
                       printf '14.2.0\n2.6.0+dfsg-7\n'; exit ;;
    *ninja*) step=build ;;
    *simple-gate*) step=gate ;;
esac
echo "$step $row" >>"$CALLS"
[ ! -e "$PLAN/hang" ] || { echo $$ >"$PLAN/pid"; exec sleep 60; }
if [ -e "$PLAN/$step-$row" ]; then cat "$PLAN/$step-$row"; exit 1; fi
[ $step != gate ] || { mkdir -p "$BUILD/report"
    echo '{"run": {"version": "2.6.0+cpu"}, "cases": [{"status": "pass"}, {"status": "skipped"}]}' >"$BUILD/report/verdict.json"; }
"""


class Matrix(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        top = pathlib.Path(folder.name)
        self.root, self.plan, self.calls_file = top / "project", top / "plan", top / "calls"
        for made in (self.root / "ci", self.plan, top / "bin"):
            made.mkdir(parents=True)
        for name in ("ci/matrix", "ci/packages.txt"):
            shutil.copy(PROJECT / name, self.root / name)
        (self.root / "source.cpp").write_text("int main() {}\n")
        (self.root / "README.md").write_text("before\n<!-- matrix -->\nold\n<!-- end of matrix -->\nafter\n")
        (self.root / ".gitignore").write_text("/build-*/\n")
        subprocess.run(["git", "init", "-q", self.root], check=True)
        for name, text in (("mmdebstrap", MMDEBSTRAP), ("unshare", UNSHARE), ("id", "#!/bin/sh\necho 0\n")):
            (top / "bin" / name).write_text(text)
            (top / "bin" / name).chmod(0o755)
        self.env = {**os.environ, "PATH": f"{top / 'bin'}:{os.environ['PATH']}", "CALLS": str(self.calls_file),
                    "PLAN": str(self.plan), "MATRIX_MIRROR": "http://mirror/debian"}

    def run_matrix(self, *arguments):
        self.calls_file.write_text("")
        return subprocess.run([self.root / "ci/matrix", *arguments], capture_output=True, text=True, env=self.env, timeout=50)

    def calls(self):
        return self.calls_file.read_text().splitlines()

    def test_bad_usage_is_64(self):
        for arguments in ([], ["2.7"], ["2.6", "2.14"], ["--frobnicate"], ["2.6", "all"]):
            ran = self.run_matrix(*arguments)
            self.assertEqual((ran.returncode, ran.stderr.count("\n")), (64, 1), ran.stderr)

    def test_a_version_is_built_and_gated(self):
        ran = self.run_matrix("2.6")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.calls(), ["tree trixie", "build g++-14", "gate g++-14"])
        self.assertIn("| 2.6 | trixie | 2.6.0+dfsg-7 | g++-14 14.2.0 | 17 | pass | pass | 2.6.0+cpu | 2 | 1 |", ran.stdout)

    def test_the_other_compilers_build_alone(self):
        ran = self.run_matrix("compilers")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual([c for c in self.calls() if not c.startswith("tree")],
                         ["build clang++-14", "build g++-13", "build g++-15"])
        self.assertIn("| g++-13 14.2.0 | 17 | pass | - | - | - | - |", ran.stdout)

    def test_all_is_every_version(self):
        ran = self.run_matrix("all")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual([c for c in self.calls() if c.startswith("tree")], ["tree bookworm", "tree trixie", "tree forky"])
        self.assertEqual(len([c for c in self.calls() if c.startswith("gate")]), 3)

    def test_what_passed_is_not_repeated_until_the_source_changes(self):
        self.run_matrix("2.6")
        ran = self.run_matrix("2.6")
        self.assertEqual((ran.returncode, self.calls()), (0, []), ran.stderr)
        self.assertIn("| 2.6 | trixie |", ran.stdout)
        (self.root / "README.md").write_text("documents change no build\n")
        self.run_matrix("2.6")
        self.assertEqual(self.calls(), [])
        (self.root / "source.cpp").write_text("int main() { return 0; }\n")
        self.run_matrix("2.6")
        self.assertEqual(self.calls(), ["build g++-14", "gate g++-14"])

    def test_a_failed_row_is_named_in_one_line_and_repeated_alone(self):
        (self.plan / "build-g++-13").write_text("[1/9] Building\na.cpp:3:7: error: 'x' was not declared\nmore\n")
        ran = self.run_matrix("compilers")
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(ran.stderr, "trixie, g++-13: build failed: a.cpp:3:7: error: 'x' was not declared "
                                     "(build-matrix/2.6/g++-13/build.log)\n")
        self.assertIn("| g++-13 14.2.0 | 17 | FAIL | - |", ran.stdout)
        (self.plan / "build-g++-13").unlink()
        self.assertEqual(self.run_matrix("compilers").returncode, 0)
        self.assertEqual(self.calls(), ["build g++-13"])

    def test_a_gate_that_does_not_pass_fails_the_row(self):
        (self.plan / "gate-g++-14").write_text("verdict: fail\n")
        ran = self.run_matrix("2.6")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("g++-14: gate failed: verdict: fail", ran.stderr)

    def test_a_libtorch_that_lacks_something_is_one_line(self):
        (self.plan / "build-g++-14").write_text(
            "-- Found Threads\nCMake Error at impl/torch/FindLibTorch.cmake:31 (message):\n"
            "  No LibTorch in /x: ATen/ATen.h is\n  missing\n\n\n-- Configuring incomplete, errors occurred!\n")
        ran = self.run_matrix("2.6")
        self.assertIn("build failed: No LibTorch in /x: ATen/ATen.h is missing (", ran.stderr)
        self.assertEqual(ran.stderr.count("\n"), 1)

    def test_a_broken_tree_is_one_line_and_exit_2(self):
        self.run_matrix("2.6")
        (self.root / "source.cpp").write_text("\n")
        (self.plan / "broken").touch()
        ran = self.run_matrix("2.6")
        self.assertEqual((ran.returncode, self.calls()), (2, []))
        self.assertEqual(ran.stderr, "ci/matrix: trixie: the tree is broken (chroot: failed to run command); make it anew: "
                                     "rm -r build-matrix/trees/trixie\n")

    def test_a_tree_that_cannot_be_made_stops_its_version_alone_and_is_tried_again(self):
        (self.plan / "trixie").touch()
        ran = self.run_matrix("all")
        self.assertEqual(ran.returncode, 2)
        self.assertEqual(ran.stderr, "ci/matrix: trixie: the tree cannot be made: E: Unable to locate package libtorch-dev "
                                     "(build-matrix/trixie.tree.log)\n")
        self.assertIn("gate g++-12", self.calls())
        (self.plan / "trixie").unlink()
        self.assertEqual(self.run_matrix("all").returncode, 0)
        self.assertEqual(self.calls(), ["tree trixie", "build g++-14", "gate g++-14"])

    def test_other_packages_are_another_tree(self):
        self.run_matrix("2.6")
        with (self.root / "ci/packages.txt").open("a") as packages:
            packages.write("# a comment changes nothing\nlibnew-dev\n")
        self.run_matrix("2.6")
        self.assertEqual(self.calls()[0], "tree trixie")

    def test_a_killed_run_leaves_no_process_and_is_resumed(self):
        for what in ("hang", "hang-forky"):
            with self.subTest(what):
                (self.plan / what).touch()
                pid_file = self.plan / "pid"
                pid_file.write_text("")
                self.calls_file.write_text("")
                matrix = subprocess.Popen([self.root / "ci/matrix", "all"], env=self.env, stdout=subprocess.DEVNULL)
                deadline = time.monotonic() + 40
                while not pid_file.read_text().strip() and time.monotonic() < deadline:
                    time.sleep(0.01)
                pid = int(pid_file.read_text())
                matrix.send_signal(signal.SIGKILL)
                matrix.wait()
                while pathlib.Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
                    time.sleep(0.01)
                self.assertFalse(pathlib.Path(f"/proc/{pid}").exists(), "a step outlived ci/matrix")
                (self.plan / what).unlink()
                self.assertEqual(self.run_matrix("2.6").returncode, 0)
                (self.root / "source.cpp").write_text(f"// {what}\n")

    def test_the_table_goes_between_its_marks(self):
        self.assertIn("nothing has been run yet", self.run_matrix("--update-readme").stderr)
        self.run_matrix("2.6")
        for _ in range(2):
            self.assertEqual(self.run_matrix("--update-readme").returncode, 0)
        readme = (self.root / "README.md").read_text()
        self.assertRegex(readme, r"\Abefore\n<!-- matrix -->\n\| LibTorch .*\n\| ---.*\n\| 2\.6 .*\n<!-- end of matrix -->\nafter\n\Z")
        self.assertEqual(len((self.root / "ci/matrix.tsv").read_text().splitlines()), 1)

    def test_clean_removes_everything(self):
        self.run_matrix("2.6")
        self.assertEqual(self.run_matrix("--clean").returncode, 0)
        self.assertFalse((self.root / "build-matrix").exists())


class Readme(unittest.TestCase):
    def test_the_projects_table_is_the_recorded_one(self):
        block = (PROJECT / "README.md").read_text().split("<!-- matrix -->\n")[1].split("<!-- end of matrix -->")[0]
        shown = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()[2:]]
        recorded_file = PROJECT / "ci/matrix.tsv"
        recorded = [line.split("\t")[:11] for line in recorded_file.read_text().splitlines()] if recorded_file.exists() else []
        self.assertEqual(shown, recorded)


if __name__ == "__main__":
    unittest.main()
