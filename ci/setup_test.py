#!/usr/bin/env python3
"""What ci/setup.sh installs, with stand-ins for dpkg and apt: a Debian is a list of installed and of known packages.

usage: setup_test.py PROJECT
"""
import os
import pathlib
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
    def install(self, packages, installed="", known="", user=0, fails=""):
        """Runs install_missing_packages; what it asked of apt is in self.calls."""
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            for made in ("project/ci", "bin"):
                (top / made).mkdir(parents=True)
            (top / "project/ci/packages.txt").write_text(packages)
            script = (PROJECT / "ci/setup.sh").read_text()
            self.assertIn("EUID", script)
            (top / "project/ci/setup.sh").write_text(script.replace("EUID", "USER_ID"))
            for name, text in PROGRAMS.items():
                (top / "bin" / name).write_text(f"#!/bin/bash\n{text}\n")
                (top / "bin" / name).chmod(0o755)
            env = {**os.environ, "PATH": f"{top / 'bin'}:{os.environ['PATH']}", "STATE": str(top), "INSTALLED": installed,
                   "KNOWN": known, "USER_ID": str(user), "FAILS": fails}
            ran = subprocess.run(["bash", "-c", 'source "$0"/project/ci/setup.sh; install_missing_packages', top],
                                 capture_output=True, text=True, env=env)
            calls = top / "calls"
            self.calls = calls.read_text().splitlines() if calls.exists() else []
            return ran

    def installs(self, *packages):
        return ["update -qq", "install -y -qq --no-install-recommends " + " ".join(packages)]

    def test_what_is_missing_is_installed(self):
        ran = self.install("# comment\n\na\nb # why\nc\n", installed="b")
        self.assertEqual((ran.returncode, self.calls), (0, self.installs("a", "c")), ran.stderr)

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


if __name__ == "__main__":
    unittest.main()
