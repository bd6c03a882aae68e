#!/usr/bin/env python3
"""Every command of the repository answers --help at once: what it does and its exit statuses or usage, on stdout, with 0; and
nothing is installed, built or run for it, since of all programs it finds only those that print a text.

usage: help_test.py ROOT
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

NOT_FOR_USERS = {".ci/run", "ci/templates/step"}  # called by a service, and by its templates
PRINTERS = ("awk", "bash", "basename", "dirname", "env", "python3", "realpath", "sed")


def commands(root):
    """The executable files without an extension."""
    files = subprocess.run(["git", "-C", root, "ls-files", "--stage"], capture_output=True, text=True, check=True).stdout
    names = [line.split("\t")[1] for line in files.splitlines() if line.startswith("100755")]
    return [name for name in names if not pathlib.Path(name).suffix and name not in NOT_FOR_USERS]


def problem(root, name, path):
    for option in ("--help", "-h"):
        try:
            ran = subprocess.run([root / name, option], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                                 env={**os.environ, "PATH": path})
        except subprocess.TimeoutExpired:
            return f"{option}: still running after a minute"
        if ran.returncode != 0 or ran.stderr:
            return f"{option}: exit {ran.returncode}, stderr: {ran.stderr[:200]!r}"
        if len(ran.stdout.splitlines()) < 2 or not re.search("[Ee]xit|[Ee]nds", ran.stdout) and "usage" not in ran.stdout.lower():
            return f"{option}: says neither usage nor exit statuses: {ran.stdout[:200]!r}"
    return ""


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    names = commands(root)
    if len(names) < 20:
        sys.exit(f"only {len(names)} commands found: {names}")
    bad = 0
    with tempfile.TemporaryDirectory() as path:
        for program in PRINTERS:
            target = subprocess.run(["which", program], capture_output=True, text=True, check=True).stdout.strip()
            (pathlib.Path(path) / program).symlink_to(target)
        for name in names:
            if found := problem(root, name, path):
                print(f"{name} {found}")
                bad += 1
    print(f"{len(names)} commands, {bad} without help")
    return 1 if bad else 0


sys.exit(main())
