#!/usr/bin/env python3
"""What ci/setup.sh installs, with stand-ins for dpkg and apt: a Debian is a list of installed and of known packages. What
it configures and builds, with a stand-in for cmake.

usage: setup_test.py PROJECT
"""
import itertools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(sys.argv.pop(1))

PROGRAMS = {
    "dpkg-query": '[[ " $INSTALLED " == *" ${@: -1} "* ]] && echo -n installed',
    # Of a name that another package mentions, here with a "~", it shows nothing, and ends with 0.
    "apt-cache": '[ -e "$STATE/updated" ] || exit 100; for name in $KNOWN; do case $name in '
                 '"${@: -1}") echo "Package: $name"; exit;; "~${@: -1}") exit;; esac; done; exit 100',
    "apt-get": 'echo "$*" >>"$STATE/calls"; [ "$1" != update ] || touch "$STATE/updated"; [ "$1" != "$FAILS" ]',
}


class Setup(unittest.TestCase):
    def install(self, packages, installed="", known="", user=0, fails="", for_tests=None, options=""):
        """Runs install_missing_packages as ci/gate does, and with for_tests as ci/test does; what it asked of apt is in self.calls."""
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            for made in ("project/ci", "bin"):
                (top / made).mkdir(parents=True)
            (top / "project/ci/packages.txt").write_text(packages)
            lists = ""
            if for_tests is not None:
                (top / "project/ci/test_packages.txt").write_text(for_tests)
                lists = next(line for line in (PROJECT / "ci/test").read_text().splitlines() if line.startswith("package_lists"))
            shutil.copy(PROJECT / "ci/libtorch.sh", top / "project/ci")
            script = (PROJECT / "ci/setup.sh").read_text()
            self.assertIn("EUID", script)
            (top / "project/ci/setup.sh").write_text(script.replace("EUID", "USER_ID"))
            for name, text in PROGRAMS.items():
                (top / "bin" / name).write_text(f"#!/bin/bash\n{text}\n")
                (top / "bin" / name).chmod(0o755)
            env = {**os.environ, "PATH": f"{top / 'bin'}:{os.environ['PATH']}", "STATE": str(top), "INSTALLED": installed,
                   "KNOWN": known, "USER_ID": str(user), "FAILS": fails}
            ran = subprocess.run(["bash", "-c", f'source "$0"/project/ci/setup.sh; {lists}\ntake_libtorch {options} && install_missing_packages', top],
                                 capture_output=True, text=True, env=env)
            calls = top / "calls"
            self.calls = calls.read_text().splitlines() if calls.exists() else []
            return ran

    def installs(self, *packages):
        return ["update -qq", "install -y -qq --no-install-recommends " + " ".join(packages)]

    def test_what_is_missing_is_installed(self):
        ran = self.install("# comment\n\na\nb # why\nc\n", installed="b")
        self.assertEqual((ran.returncode, self.calls), (0, self.installs("a", "c")), ran.stderr)

    def test_tests_have_packages_of_their_own(self):
        self.install("a\nb\n", installed="b", for_tests="# why\nc\nb\n")
        self.assertEqual(self.calls, self.installs("a", "c"))

    def test_with_another_libtorch_debians_own_is_not_installed(self):
        packages = (PROJECT / "ci/packages.txt").read_text()
        self.install(packages)
        everything = self.calls[-1].split()
        self.install(packages, options="--libtorch wheel:2.13.0")
        self.assertEqual(set(everything) - set(self.calls[-1].split()), {"libtorch-dev", "libopenblas0-openmp"})

    def test_where_nothing_is_missing_apt_is_left_alone(self):
        ran = self.install("a\nx | b\n", installed="a b", known="x")
        self.assertEqual((ran.returncode, self.calls, ran.stdout), (0, [], ""))

    def test_of_alternatives_the_first_that_debian_has(self):
        for known, chosen in (("x y", "x"), ("y", "y"), ("~x y", "y"), ("", "x")):
            self.install("x | y\n", known=known)
            self.assertEqual(self.calls, self.installs(chosen), known)

    def test_nobody_but_root_installs(self):
        ran = self.install("a\nx|y\n", user=1000)
        self.assertEqual((ran.returncode, self.calls), (2, []))
        self.assertEqual(ran.stderr, "ci: this needs root: apt-get install --no-install-recommends a x or y\n")

    def test_a_failure_of_apt_stops(self):
        for fails, said in (("update", "ci: reading the lists of packages failed\n"), ("install", "ci: installing packages failed\n")):
            ran = self.install("a\n", fails=fails)
            self.assertEqual((ran.returncode, ran.stderr), (2, said))
            self.assertEqual(self.calls[-1].split()[0], fails)


CMAKE = r"""#!/bin/bash
echo "$*" >>"$CALLS"
[[ $* != *"$FAILS"* ]] || exit 1
while (($#)); do case $1 in -S) source=$2 ;; -B) folder=$2 ;; esac; shift; done
[ -n "$folder" ] || exit 0
printf 'CMAKE_CACHEFILE_DIR:INTERNAL=%s\nCMAKE_HOME_DIRECTORY:INTERNAL=%s\n' "$folder" "$source" >"$folder/CMakeCache.txt"
touch "$folder/build.ninja"
"""
PIP = r"""#!/bin/bash
[[ $* != *--version ]] || exit 0  # pip is there
echo "pip ${*: -3}" >>"$CALLS"
if [[ $* == *"$FAILS"* ]]; then
    [[ $* != *--python-version* ]] || SAYS=${SAYS_LATER-$SAYS}
    echo -e "${SAYS:-ERROR: No matching distribution found for torch}"
    exit 1
fi
sleep "$PIP_TAKES"
while (($#)); do case $1 in --target) target=$2 ;; esac; shift; done
mkdir -p "$target/torch-2.13.0.dist-info"
printf 'Requires-Dist: jinja2\nRequires-Dist: nvidia-nccl-cu13==2.1; platform_system == "Linux"\n' >"$target/torch-2.13.0.dist-info/METADATA"
"""


class Build(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name).resolve()
        self.project = self.top / "project"
        (self.project / "ci").mkdir(parents=True)
        for name in ("setup.sh", "gate", "test", "help.sh", "libtorch.sh", "test_seconds.txt"):
            shutil.copy(PROJECT / "ci" / name, self.project / "ci")
        for name in ("packages.txt", "test_packages.txt"):
            (self.project / "ci" / name).write_text("")
        (self.top / "bin").mkdir()
        for name, text in (("cmake", CMAKE), ("python3", PIP), ("ctest", '#!/bin/sh\necho "ctest $*" >>"$CALLS"\n')):
            (self.top / "bin" / name).write_text(text)
            (self.top / "bin" / name).chmod(0o755)

    def env(self, **env):
        return {**os.environ, "PATH": f"{self.top / 'bin'}:{os.environ['PATH']}", "CALLS": str(self.top / "calls"),
                "FAILS": "no such words", "PIP_TAKES": "0", **env}

    def gate(self, *options, project=None, folder="build", command="gate", **env):
        """Runs ci/gate, whose simple-gate says "judged"; what it asked of cmake and pip is in self.calls."""
        project = project or self.project
        gate = project / folder / "bin/simple-gate"
        gate.parent.mkdir(parents=True, exist_ok=True)
        gate.write_text("#!/bin/sh\necho judged\n")
        gate.chmod(0o755)
        calls = self.top / "calls"
        calls.write_text("")
        ran = subprocess.run([project / "ci" / command, *options], capture_output=True, text=True, env=self.env(**env))
        self.calls = calls.read_text().splitlines()
        return ran

    def test_what_is_configured_is_only_built(self):
        configure = f"-S {self.project} -B {self.project}/build -G Ninja -DSIMPLE_UNITY=ON"
        build = f"--build {self.project}/build --target gate_programs"
        for calls in ([configure, build], [build]):
            ran = self.gate()
            self.assertEqual((ran.returncode, self.calls), (0, calls), ran.stderr)
            self.assertTrue(ran.stdout.endswith("judged\n"))
        self.assertEqual((self.gate("--no-build").returncode, self.calls), (0, []))
        # Faults are planted in libraries that no other run needs.
        for option in ("--self-test", "--self-test=pairs"):
            self.assertEqual((self.gate(option).returncode, self.calls), (0, [f"--build {self.project}/build"]))
        # With CDPATH, cd says where it went.
        ran = subprocess.run(["bash", "ci/gate", "--no-build"], capture_output=True, text=True, cwd=self.project,
                             env={**os.environ, "CDPATH": str(self.project)})
        self.assertEqual((ran.returncode, ran.stdout), (0, "judged\n"), ran.stderr)

    def test_a_build_folder_of_another_checkout_is_configured_anew(self):
        self.gate()
        moved = self.top / "moved"
        for carry in (shutil.copytree, shutil.move):  # the old checkout is there still, or it is not
            shutil.rmtree(moved, ignore_errors=True)
            carry(self.project, moved)
            ran = self.gate("--no-build", project=moved)
            self.assertEqual((ran.returncode, ran.stdout), (2, ""))
            self.assertIn(f"build/ is of {self.project}, and this is {moved}; run it without --no-build", ran.stderr)
            ran = self.gate(project=moved)
            self.assertEqual((ran.returncode, self.calls),
                             (0, [f"--fresh -S {moved} -B {moved}/build -G Ninja -DSIMPLE_UNITY=ON", f"--build {moved}/build --target gate_programs"]), ran.stderr)

    def test_a_configure_that_fails_is_fatal_every_time(self):
        self.gate()
        moved = self.project.rename(self.top / "moved")
        for _ in range(2):
            ran = self.gate(project=moved, FAILS="-S")
            self.assertEqual((ran.returncode, len(self.calls)), (2, 1), ran.stdout)
            self.assertIn("ci: configuring failed", ran.stderr)
            self.assertNotIn("judged", ran.stdout)

    def test_a_wheel_has_a_folder_of_its_own_and_is_installed_once(self):
        folder = f"{self.project}/build-wheel-2.13.0"
        pip = ["pip 2.13.0 --no-deps torch==2.13.0".replace("2.13.0 --no", f"{folder}/wheel --no"), f"pip {folder}/wheel -r {folder}/required.txt"]
        build = [f"-S {self.project} -B {folder} -G Ninja -DSIMPLE_UNITY=ON -DTORCH_DIR={folder}/wheel", f"--build {folder} --target gate_programs"]
        for calls, options in ((pip + build, ["--libtorch", "wheel:2.13.0"]), (build, ["--libtorch=wheel:2.13.0", "--quick"]),
                               ([], ["--no-build", "--libtorch", "wheel:2.13.0"])):
            ran = self.gate(*options, folder="build-wheel-2.13.0")
            self.assertEqual((ran.returncode, self.calls), (0, calls), ran.stderr)
            self.assertTrue(ran.stdout.endswith("judged\n"))
        self.assertEqual(pathlib.Path(folder, "required.txt").read_text(), 'nvidia-nccl-cu13==2.1; platform_system == "Linux"\n')
        self.assertFalse((self.project / "build").exists())

    def test_what_pip_cannot_install_is_a_line_and_is_tried_for_other_pythons(self):
        ran = self.gate("--libtorch", "wheel:2.13.0", FAILS="torch==", folder="build-wheel-2.13.0")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("ci: pip cannot install torch 2.13.0: ERROR: No matching distribution found for torch (build-wheel-2.13.0/pip.log)", ran.stderr)
        self.assertEqual(self.calls, [f"pip {words} torch==2.13.0" for words in
                                      (f"{self.project}/build-wheel-2.13.0/wheel --no-deps", "--python-version 3.12", "--python-version 3.10")])
        ran = self.gate("--libtorch", "wheel:2.13.0", FAILS="-r ", folder="build-wheel-2.13.0")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("ci: pip cannot install what torch 2.13.0 requires: ERROR: No matching", ran.stderr)
        # What was not installed to its end is installed again.
        self.gate("--libtorch", "wheel:2.13.0", folder="build-wheel-2.13.0")
        self.assertEqual(len([c for c in self.calls if c.startswith("pip")]), 2)

    def test_a_failure_that_is_not_of_the_python_is_told_at_once(self):
        full, none = "ERROR: Could not install: No space left on device", "ERROR: No matching distribution found for torch"
        offline = "WARNING: Retrying after connection broken by 'NewConnectionError'"
        wheel, log = "build-wheel-2.13.0", "build-wheel-2.13.0/pip"
        for says, later, tries, told in ((full, none, 1, f"{full} ({log}.log)"), (none, full, 2, f"{full} ({log}-3.12.log)"),
                                         (f"{offline}\\n{none}", none, 1, f"{offline} ({log}.log)"),
                                         (f"{offline}\\n{full}", none, 1, f"{full} ({log}.log)"), ("killed", none, 1, f"killed ({log}.log)"),
                                         (none + "==2.13.0", none, 3, f"{none}==2.13.0 ({log}.log)")):
            ran = self.gate("--libtorch", "wheel:2.13.0", folder=wheel, FAILS="torch==", SAYS=says, SAYS_LATER=later)
            self.assertEqual((ran.returncode, len(self.calls)), (2, tries), ran.stderr)
            self.assertIn(f"ci: pip cannot install torch 2.13.0: {told}\n", ran.stderr)

    def test_two_at_a_time_install_a_wheel_once(self):
        folder = self.project / "build-wheel-2.13.0"
        (folder / "bin").mkdir(parents=True)
        shutil.copy("/bin/true", folder / "bin/simple-gate")
        two = [subprocess.Popen([self.project / "ci/gate", "--libtorch", "wheel:2.13.0"], stdout=subprocess.DEVNULL,
                                env=self.env(PIP_TAKES="1")) for _ in range(2)]
        self.assertEqual([one.wait() for one in two], [0, 0])
        calls = (self.top / "calls").read_text().splitlines()
        self.assertEqual(len([call for call in calls if call.startswith("pip")]), 2, calls)

    def test_the_tests_run_with_another_libtorch_too(self):
        folder = f"{self.project}/build-wheel-2.13.0"
        ran = self.gate("-R", "abi", "--libtorch", "wheel:2.13.0", "-j1", command="test")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertEqual(self.calls[2:], [f"-S {self.project} -B {folder} -G Ninja -DSIMPLE_UNITY=ON -DTORCH_DIR={folder}/wheel",
                                          f"--build {folder}", f"ctest --test-dir {folder} --output-on-failure -j2 -R abi -j1"])
        self.gate("-R", "abi", command="test")
        self.assertEqual(self.calls[-1], f"ctest --test-dir {self.project}/build --output-on-failure -j2 -R abi")

    def test_a_path_is_used_as_it_is_and_two_of_one_name_are_two(self):
        folders = set()
        for path in (self.top / "a/torch", self.top / "b/torch"):
            path.mkdir(parents=True)
            self.gate("--libtorch", str(path))
            self.assertRegex(self.calls[0], rf"-B {self.project}/build-libtorch-torch-\d+ -G Ninja -DSIMPLE_UNITY=ON -DTORCH_DIR={path}$")
            folders.add(self.calls[1])
        self.assertEqual(len(folders), 2)

    def test_a_libtorch_that_is_none_is_bad_usage(self):
        for word, said in (("wheel:", "names no version; for example wheel:2.13.0"), ("wheel:../x", "names no version"),
                           ("/no/such", "there is no such file or folder; a version for pip is wheel:VERSION")):
            ran = self.gate("--libtorch", word)
            self.assertEqual((ran.returncode, self.calls), (64, []), ran.stdout)
            self.assertIn(f"ci/gate: --libtorch {word}", ran.stderr)
            self.assertIn(said, ran.stderr)
        for command, options in itertools.product(("gate", "test"), (["--libtorch"], ["--quick", "--libtorch", ""], ["--libtorch="])):
            ran = self.gate(*options, command=command)
            self.assertEqual((ran.returncode, self.calls, ran.stderr),
                             (64, [], f"ci/{command}: --libtorch takes wheel:VERSION, or the path of a LibTorch\n"))

    def test_why_configuring_failed_is_the_last_line(self):
        (self.top / "bin/cmake").write_text("#!/bin/sh\nprintf -- '-- Found\\nCMake Error at impl/x.cmake:3 (message):\\n  No LibTorch in\\n  /x\\n"
                                            "Call Stack (most recent call first):\\n  CMakeLists.txt:3 (include)\\n\\n'; exit 1\n")
        self.assertEqual(self.gate().stderr.splitlines()[-1], "ci: configuring failed: No LibTorch in /x")


if __name__ == "__main__":
    unittest.main()
