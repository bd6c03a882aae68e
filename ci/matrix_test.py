#!/usr/bin/env python3
"""ci/matrix's own logic, in a project folder of its own: mmdebstrap and unshare are stand-ins that make a tree and run
steps without doing either. What they were asked is in the file `calls`; files named after a step make it fail or hang.

usage: matrix_test.py PROJECT
"""
import os
import pathlib
import re
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
for fd in {3..9}; do { true >&$fd; } 2>/dev/null && echo "descriptor $fd" >>"$CALLS"; done
mkdir -p "${@: -2:1}/root" "${@: -2:1}/var/lib/dpkg"
[ ! -e "$PLAN/hang-tree" ] || { echo $$ >"$PLAN/pid"; exec sleep 60; }
[ ! -e "$PLAN/${@: -3:1}" ] || { echo "E: Failed to fetch the release file"; exit 25; }
"""
# The last argument is the command line inside the tree. It leaves what installing, building and testing would.
UNSHARE = r"""#!/bin/bash
while [[ $1 == --* ]]; do shift; done
[ "$1" != mmdebstrap ] || exec "$@"
row=$(basename "$(dirname "$TREE")") project=$TREE/root/simple_torch_ffi
cd "$project" || exit 1
case ${@: -1} in
    ci/gate | "ci/gate --libtorch wheel:${row#wheel-}") step=gate ;;
    ci/test | "ci/test --libtorch wheel:${row#wheel-} -R 'process\.|torch\.|clients\.'") step=test ;;
    *"--build build "*) step=build ;;
    *) exit 1 ;;
esac
echo "$step $row" >>"$CALLS"
touch "$CCACHE/compiled"
[ ! -e "$PLAN/hang-$step" ] || { echo $$ >"$PLAN/pid"; exec sleep 60; }
case $row in
    wheel*) torch=none compiler=g++ number=12.2.0 build=build-$row
        mkdir -p $build
        if [ ! -e $build/wheel.complete ]; then
            echo "pip ${row#wheel-}" >>"$CALLS"
            mkdir -p $build/wheel/torch
            echo "__version__ = '${row#wheel-}'" >$build/wheel/torch/version.py
            touch $build/wheel.complete
        fi ;;
    *) compiler=${row#*-} number=${row##*-}.2.0 build=build ;;
esac
id=GNU
case $row in wheel*) ;; bookworm*) torch=1.13.1+dfsg-4 ;; trixie*) torch=2.6.0+dfsg-7 ;; *) torch=$(cat "$PLAN/torch" || echo 2.14.1) ;; esac
[[ $compiler != clang* ]] || id=Clang
printf 'Package: other\nVersion: 1\n\nPackage: libtorch-dev\nStatus: ok\nVersion: '$torch'\n' >"$TREE/var/lib/dpkg/status"
mkdir -p $build/CMakeFiles/3.31 reports/latest
printf 'set(CMAKE_CXX_COMPILER_ID "%s")\nset(CMAKE_CXX_COMPILER_VERSION "%s")\n' $id $number >$build/CMakeFiles/3.31/CMakeCXXCompiler.cmake
echo ' FLAGS = -O2 -std=gnu11 -std=c++17 -Wall' >$build/build.ninja
[ $step != gate ] ||
    echo '{"run": {"version": "2.6.0+cpu"}, "cases": [{"status": "pass"}, {"status": "skipped"}]}' >reports/latest/verdict.json
[ $step != test ] || echo '100% tests passed, 0 tests failed out of 71'
if [ -e "$PLAN/$step-$row" ]; then cat "$PLAN/$step-$row"; exit $({ cat "$PLAN/status-$row" || cat "$PLAN/status" || echo 1; } 2>/dev/null); fi
"""
TRIXIE = "| 2.6 | trixie | 2.6.0+dfsg-7 | g++ 14.2.0 | 17 |"
TRIXIE_13 = TRIXIE.replace("14", "13")


def runs(pid):
    """A process that has ended and that nobody has waited for, as where process 1 does not, does not run."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Matrix(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        top = pathlib.Path(folder.name)
        self.root, self.plan, self.calls_file = top / "project", top / "plan", top / "calls"
        for made in (self.root / "ci", self.plan, top / "bin"):
            made.mkdir(parents=True)
        for name in ("ci/matrix", "ci/matrix_wheels.sh", "ci/help.sh", "ci/tested.txt"):
            shutil.copy(PROJECT / name, self.root / name)
        (self.root / "ci/wheels.txt").write_text("# why\n2.1.0\n2.14.1+cpu\n")
        (self.root / "README.md").write_text("before\n<!-- matrix -->\nold\n<!-- end of matrix -->\nafter\n")
        (self.root / ".gitignore").write_text("/build-*/\n")
        subprocess.run(["git", "init", "-q", self.root], check=True)
        self.commit("source.cpp", "int main() {}\n")
        for name, text in (("mmdebstrap", MMDEBSTRAP), ("unshare", UNSHARE), ("id", "#!/bin/sh\necho 0\n")):
            (top / "bin" / name).write_text(text)
            (top / "bin" / name).chmod(0o755)
        self.env = {**os.environ, "PATH": f"{top / 'bin'}:{os.environ['PATH']}", "CALLS": str(self.calls_file),
                    "PLAN": str(self.plan), "MATRIX_MIRROR": "http://mirror/debian"}

    def commit(self, name, text):
        (self.root / name).write_text(text)
        git = ["git", "-C", self.root, "-c", "user.name=n", "-c", "user.email=e"]
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", name], check=True)

    def run_matrix(self, *arguments, pass_fds=()):
        self.calls_file.write_text("")
        return subprocess.run([self.root / "ci/matrix", *arguments], capture_output=True, text=True, env=self.env, timeout=50,
                              pass_fds=pass_fds)

    def calls(self):
        return self.calls_file.read_text().splitlines()

    def test_bad_usage_is_64(self):
        for arguments in ([], ["2.7"], ["2.6", "2.7"], ["wheel:2.6.0"], ["--frobnicate"], ["2.6", "--clean"], [""]):
            ran = self.run_matrix(*arguments)
            self.assertEqual((ran.returncode, ran.stderr.count("\n")), (64, 1), ran.stderr)

    def test_a_version_is_gated_and_tested_whole(self):
        ran = self.run_matrix("2.6")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.calls(), ["tree trixie", "gate trixie-g++-14", "test trixie-g++-14"])
        self.assertRegex(ran.stdout, re.escape(TRIXIE) + r" 0 \| pass \| pass, 71 of 71 tests, 0 skipped \| 2.6.0\+cpu \| 2 \| 1 "
                                                         r"\| \d+ \| from nothing \|\n")

    def test_several_are_carried_out_one_after_the_other_each_once(self):
        ran = self.run_matrix("wheel:2.1.0", "2.6", "2.14", "2.6")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual([call for call in self.calls() if call.startswith("gate")],
                         ["gate wheel-2.1.0", "gate trixie-g++-14", "gate forky-g++-16"])

    def test_times_that_cannot_be_told_are_neither_a_pass_nor_a_failure(self):
        for name, row, told in (("2.6", "trixie-g++-14", "trixie, g++-14"), ("wheel:2.1.0", "wheel-2.1.0", "bookworm, wheel:2.1.0")):
            (self.plan / f"gate-{row}").write_text("verdict: inconclusive\n")
            (self.plan / "status").write_text("3")
            for _ in range(2):  # nor is it kept as a pass
                ran = self.run_matrix(name)
                self.assertEqual(ran.returncode, 3, ran.stdout + ran.stderr)
                self.assertIn(f"gate {row}", self.calls())
                self.assertEqual(ran.stderr, f"{told}: gate is inconclusive: a time could not be told from its limit "
                                             f"(build-matrix/rows/{row}/gate.log)\n")
                self.assertIn(" 0 | inconclusive | pass, 71 of 71 tests, 0 skipped |", ran.stdout)
            (self.plan / f"gate-{row}").unlink()
            self.assertEqual(self.run_matrix(name).returncode, 0)

    def test_what_cannot_be_told_hides_no_failure(self):
        for row, status in {"trixie-g++-14": 3, "forky-g++-16": 1, "wheel-2.1.0": 3}.items():
            (self.plan / f"gate-{row}").write_text("verdict\n")
            (self.plan / f"status-{row}").write_text(str(status))
        for names, status in ((["2.6", "2.14", "wheel:2.1.0"], 1), (["wheel:2.1.0", "1.13"], 3)):
            self.assertEqual(self.run_matrix(*names).returncode, status, names)
        (self.plan / "status-forky-g++-16").write_text("2")
        self.assertEqual(self.run_matrix("wheels", "2.14").returncode, 1)
        (self.plan / "bookworm").touch()
        shutil.rmtree(self.root / "build-matrix/trees/bookworm")
        self.assertEqual(self.run_matrix("2.14", "2.6", "1.13").returncode, 2)

    def test_what_others_left_open_is_not_passed_on(self):
        with open(os.devnull, "w") as one, open(os.devnull, "w") as other:
            ran = self.run_matrix("2.6", pass_fds=(one.fileno(), other.fileno()))
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.calls(), ["tree trixie", "gate trixie-g++-14", "test trixie-g++-14"])

    def test_the_other_compilers_build_alone(self):
        ran = self.run_matrix("compilers")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual([c for c in self.calls() if not c.startswith("tree")],
                         ["build bookworm-clang++-14", "build trixie-g++-13", "build forky-g++-15"])
        self.assertIn(TRIXIE_13 + " 0 | built | - | - | - | - |", ran.stdout)

    def test_all_is_every_version(self):
        ran = self.run_matrix("all")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual([c for c in self.calls() if c.startswith("tree")], ["tree bookworm", "tree trixie", "tree forky"])
        self.assertEqual(len([c for c in self.calls() if c.startswith("test")]), 3)
        self.assertEqual(ran.stderr, "")

    def test_a_debian_that_has_moved_on_is_said(self):
        (self.plan / "torch").write_text("2.15.0+dfsg-1")
        ran = self.run_matrix("2.14")
        self.assertEqual((ran.returncode, ran.stderr), (0, "forky, g++-16: was LibTorch 2.15.0+dfsg-1 with g++ 16.2.0, which "
                                                           "ci/tested.txt does not list\n"))

    def test_what_passed_is_not_repeated_until_the_commit_changes(self):
        self.run_matrix("2.6")
        ran = self.run_matrix("2.6")
        self.assertEqual((ran.returncode, self.calls()), (0, []), ran.stderr)
        self.assertIn(TRIXIE, ran.stdout)
        self.commit("README.md", "documents change no build\n")
        self.run_matrix("2.6")
        self.assertEqual(self.calls(), [])
        (self.root / "source.cpp").write_text("int main() { return 0; }\n")
        ran = self.run_matrix("2.6")
        self.assertEqual((self.calls(), ran.stderr), ([], "ci/matrix: what is not committed is not part of it\n"))
        self.commit("source.cpp", "int main() { return 0; }\n")
        ran = self.run_matrix("2.6")
        self.assertEqual(self.calls(), ["gate trixie-g++-14", "test trixie-g++-14"])
        self.assertIn("| with ccache |", ran.stdout)

    def test_a_row_is_a_fresh_clone_of_the_last_commit(self):
        (self.root / "untracked").touch()
        (self.plan / "gate-trixie-g++-14").touch()
        self.run_matrix("2.6")
        tree = self.root / "build-matrix/rows/trixie-g++-14/tree"
        clone = tree / "root/simple_torch_ffi"
        self.assertTrue((clone / "source.cpp").exists())
        self.assertFalse((clone / "untracked").exists())
        (tree / "left-behind").touch()
        self.run_matrix("2.6")
        self.assertFalse((tree / "left-behind").exists())

    def test_a_failed_build_is_named_in_one_line_and_repeated_alone(self):
        (self.plan / "build-trixie-g++-13").write_text("[1/9] Building\na.cpp:3:7: error: 'x' was not declared\nmore\n")
        ran = self.run_matrix("compilers")
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(ran.stderr, "trixie, g++-13: build failed: a.cpp:3:7: error: 'x' was not declared "
                                     "(build-matrix/rows/trixie-g++-13/build.log)\n")
        self.assertIn(TRIXIE_13 + " 0 | FAIL | - |", ran.stdout)
        (self.plan / "build-trixie-g++-13").unlink()
        self.assertEqual(self.run_matrix("compilers").returncode, 0)
        self.assertEqual(self.calls(), ["build trixie-g++-13"])

    def test_a_gate_that_does_not_pass_fails_the_row(self):
        (self.plan / "gate-trixie-g++-14").write_text("a.cpp:1:1: warning: unused\na.c:(.text+0x1e): warning: the linker says\nverdict: fail\n")
        ran = self.run_matrix("2.6")
        self.assertEqual((ran.returncode, self.calls()), (1, ["tree trixie", "gate trixie-g++-14", "test trixie-g++-14"]))
        self.assertIn("g++-14: gate failed: verdict: fail", ran.stderr)
        self.assertIn(TRIXIE + " 1 | FAIL | pass, 71 of 71 tests, 0 skipped |", ran.stdout)

    def test_after_a_build_that_failed_nothing_is_tested(self):
        (self.plan / "gate-trixie-g++-14").write_text("ci: the build failed\n")
        (self.plan / "status").write_text("2")
        ran = self.run_matrix("2.6")
        self.assertEqual((ran.returncode, self.calls()), (1, ["tree trixie", "gate trixie-g++-14"]))
        self.assertIn(TRIXIE + " 0 | FAIL | - |", ran.stdout)

    def test_a_test_that_does_not_pass_fails_the_row(self):
        (self.plan / "test-trixie-g++-14").write_text(
            " 7/71 Test  #7: abi.header ....***Failed  0.01 sec\n97% tests passed, 2 tests failed out of 71\n")
        for _ in range(2):
            ran = self.run_matrix("2.6")
            self.assertEqual(ran.returncode, 1)
            self.assertIn("g++-14: test failed:  7/71 Test  #7: abi.header", ran.stderr)
        self.assertEqual(self.calls(), ["test trixie-g++-14"])

    def test_a_test_that_was_skipped_did_not_pass(self):
        (self.plan / "test-trixie-g++-14").write_text(
            "2/3 Test #2: ci.tidy .....***Skipped   0.01 sec\n100% tests passed, 0 tests failed out of 3\n\n"
            "The following tests did not run:\n\t  2 - ci.tidy (Skipped)\n\t  4 - page (Disabled)\n")
        (self.plan / "status").write_text("0")
        ran = self.run_matrix("2.6")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn(TRIXIE + " 0 | pass | pass, 2 of 3 tests, 1 skipped |", ran.stdout)

    def test_tests_that_were_not_counted_are_no_pass(self):
        unshare = pathlib.Path(self.env["PATH"].split(":")[0]) / "unshare"
        unshare.write_text(unshare.read_text().replace("failed out of", "of"))
        ran = self.run_matrix("2.6")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("| FAIL, none counted |", ran.stdout)

    def test_a_libtorch_that_lacks_something_is_one_line(self):
        (self.plan / "gate-trixie-g++-14").write_text(
            "-- Found Threads\nCMake Error at impl/torch/FindLibTorch.cmake:31 (message):\n"
            "  No LibTorch in /x: ATen/ATen.h is\n  missing\n\n\n-- Configuring incomplete, errors occurred!\n")
        (self.plan / "status").write_text("2")
        ran = self.run_matrix("2.6")
        self.assertIn("gate failed: No LibTorch in /x: ATen/ATen.h is missing (", ran.stderr)
        self.assertEqual(ran.stderr.count("\n"), 1)

    def test_a_tree_that_cannot_be_made_stops_its_rows_alone_and_is_tried_again(self):
        (self.plan / "trixie").touch()
        ran = self.run_matrix("all")
        self.assertEqual(ran.returncode, 2)
        self.assertEqual(ran.stderr, "ci/matrix: trixie: the tree cannot be made: E: Failed to fetch the release file "
                                     "(build-matrix/trees/trixie.log)\n")
        self.assertIn("gate forky-g++-16", self.calls())
        (self.plan / "trixie").unlink()
        self.assertEqual(self.run_matrix("all").returncode, 0)
        self.assertEqual(self.calls(), ["tree trixie", "gate trixie-g++-14", "test trixie-g++-14"])

    def test_a_killed_run_leaves_no_process_and_is_resumed(self):
        row = "trixie-g++-14"
        for what, rest in (("tree", ["tree trixie", f"gate {row}", f"test {row}"]), ("gate", [f"gate {row}", f"test {row}"]),
                           ("test", [f"test {row}"])):
            with self.subTest(what):
                (self.plan / f"hang-{what}").touch()
                pid_file = self.plan / "pid"
                pid_file.write_text("")
                matrix = subprocess.Popen([self.root / "ci/matrix", "2.6"], env=self.env, stdout=subprocess.DEVNULL)
                deadline = time.monotonic() + 40
                while not pid_file.read_text().strip() and time.monotonic() < deadline:
                    time.sleep(0.01)
                pid = int(pid_file.read_text())
                matrix.send_signal(signal.SIGKILL)
                matrix.wait()
                while runs(pid) and time.monotonic() < deadline:
                    time.sleep(0.01)
                self.assertFalse(runs(pid), "a step outlived ci/matrix")
                (self.plan / f"hang-{what}").unlink()
                self.assertEqual(self.run_matrix("2.6").returncode, 0)
                self.assertEqual(self.calls(), rest)
                self.commit("source.cpp", f"// {what}\n")

    def test_the_table_goes_between_its_marks(self):
        self.assertIn("nothing has been run yet", self.run_matrix("--update-readme").stderr)
        self.run_matrix("2.6")
        for _ in range(2):
            self.assertEqual(self.run_matrix("--update-readme").returncode, 0)
        readme = (self.root / "README.md").read_text()
        self.assertRegex(readme, r"\Abefore\n<!-- matrix -->\n\| LibTorch .*\n\| ---.*\n\| 2\.6 .*\n<!-- end of matrix -->\nafter\n\Z")
        self.assertEqual(len((self.root / "ci/matrix.tsv").read_text().splitlines()), 1)

    def test_wheels_are_gated_and_tested_on_a_bare_debian_and_kept_when_the_commit_changes(self):
        ran = self.run_matrix("wheels")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        rows = [f"{step} wheel-{torch}" for torch in ("2.1.0", "2.14.1+cpu") for step in ("gate", "test")]
        self.assertEqual([call for call in self.calls() if not call.startswith("pip")], ["tree bookworm", *rows])
        self.assertEqual([call for call in self.calls() if call.startswith("pip")], ["pip 2.1.0", "pip 2.14.1+cpu"])
        self.assertRegex(ran.stdout, r"\| wheel:2.14.1\+cpu \| bookworm \| 2.14.1\+cpu \([\d.]+\w\) \| g\+\+ 12.2.0 \| 17 \| 0 \| pass \| "
                                     r"pass, 71 of 71 tests, 0 skipped \| 2.6.0\+cpu \| 2 \| 1 \| \d+ \| from nothing \|\n")
        ran = self.run_matrix("wheels")
        self.assertEqual((ran.returncode, self.calls()), (0, []))
        self.assertIn("wheel 2.1.0: passed before, nothing has changed since", ran.stdout)
        self.commit("source.cpp", "int main() { return 0; }\n")
        self.assertEqual(self.run_matrix("wheels").returncode, 0)
        self.assertEqual(self.calls(), rows)

    def test_one_wheel_is_chosen_by_its_version(self):
        ran = self.run_matrix("wheel:2.14.1+cpu")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertEqual(self.calls(), ["tree bookworm", "gate wheel-2.14.1+cpu", "pip 2.14.1+cpu", "test wheel-2.14.1+cpu"])

    def test_a_wheel_that_does_not_pass_is_tried_again_without_pip(self):
        for said in ("verdict: fail\n", "a.cpp:1:1: warning: unused\n"):
            (self.plan / "gate-wheel-2.1.0").write_text(said)
            (self.plan / "status").write_text("0" if "warning" in said else "1")
            self.assertEqual(self.run_matrix("wheels").returncode, 1)
        self.assertEqual(self.calls(), ["gate wheel-2.1.0", "test wheel-2.1.0"])
        (self.plan / "gate-wheel-2.1.0").unlink()
        self.commit("source.cpp", "int main() { return 0; }\n")
        self.assertEqual(self.run_matrix("wheels").returncode, 0)
        self.assertNotIn("pip 2.1.0", self.calls())

    def test_a_wheels_tests_that_do_not_pass_fail_its_row_and_are_repeated_alone(self):
        (self.plan / "test-wheel-2.1.0").write_text(" 7/9 Test  #7: process.fork ....***Failed  0.01 sec\n1 tests failed out of 9\n")
        for _ in range(2):
            ran = self.run_matrix("wheels")
            self.assertEqual(ran.returncode, 1)
            self.assertIn("bookworm, wheel:2.1.0: test failed:  7/9 Test  #7: process.fork", ran.stderr)
        self.assertEqual(self.calls(), ["test wheel-2.1.0"])
        self.assertIn("| 0 | pass | FAIL, ", ran.stdout)

    def test_clean_removes_everything(self):
        self.run_matrix("2.6")
        self.assertEqual(self.run_matrix("--clean").returncode, 0)
        self.assertFalse((self.root / "build-matrix").exists())


class Readme(unittest.TestCase):
    def test_the_projects_table_is_the_recorded_one(self):
        block = (PROJECT / "README.md").read_text().split("<!-- matrix -->\n")[1].split("<!-- end of matrix -->")[0]
        shown = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()[2:]]
        recorded_file = PROJECT / "ci/matrix.tsv"
        recorded = [line.split("\t")[:13] for line in recorded_file.read_text().splitlines()] if recorded_file.exists() else []
        self.assertEqual(shown, recorded)


if __name__ == "__main__":
    unittest.main()
