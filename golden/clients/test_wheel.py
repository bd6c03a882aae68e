#!/usr/bin/env python3
"""The client as a wheel and as a source distribution, built by pip, unpacked, and used on a library from another folder:
test_wheel.py LIBRARY. Skipped (77) where this Python has no pip, or pip cannot get setuptools."""
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

LIBRARY = pathlib.Path(sys.argv.pop(1)).resolve()
PROJECT = pathlib.Path(__file__).resolve().parents[2]


class Wheel(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        # Building leaves files beside the sources.
        self.sources = self.top / "project/golden/clients"
        shutil.copytree(PROJECT / "golden/clients", self.sources, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
        (self.top / "project/impl/abi").mkdir(parents=True)
        shutil.copy(PROJECT / "impl/abi/functions.toml", self.top / "project/impl/abi")

    def run_here(self, *command, folder=None, **env):
        ran = subprocess.run([sys.executable, "-B", *command], capture_output=True, text=True, cwd=folder or self.top, env={**os.environ, **env})
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        return ran.stdout

    def check_wheel_of(self, sources, name):
        self.run_here("-m", "pip", "wheel", "--quiet", "--no-deps", "-w", self.top / name, sources)
        [wheel] = (self.top / name).iterdir()
        self.assertRegex(wheel.name, r"^simple_torch_ffi-[\d.]+-py3-none-any\.whl$")
        installed = self.top / name / "installed"
        zipfile.ZipFile(wheel).extractall(installed)
        # Only what the wheel has is there to be used.
        shutil.rmtree(self.top / "project")
        said = self.run_here("-c", "import simple_torch_ffi; print(simple_torch_ffi.__file__)", PYTHONPATH=str(installed))
        self.assertEqual(said, f"{installed}/simple_torch_ffi/__init__.py\n")
        self.assertRegex(self.run_here("-m", "simple_torch_ffi.check", str(LIBRARY), PYTHONPATH=str(installed)), r"(\d+) of \1 hold\n$")

    def test_a_wheel_of_the_project(self):
        self.check_wheel_of(self.sources, "wheel")

    @unittest.skipUnless(importlib.util.find_spec("setuptools"), "this Python has no setuptools of its own")
    def test_a_wheel_of_the_source_distribution(self):
        self.run_here("setup.py", "--quiet", "sdist", "--dist-dir", self.top / "sdist", folder=self.sources)
        [archive] = (self.top / "sdist").iterdir()
        with tarfile.open(archive) as packed:
            packed.extractall(self.top / "unpacked")
        [sources] = (self.top / "unpacked").iterdir()
        self.check_wheel_of(sources, "wheel")


def lacking():
    """What a wheel cannot be built for, or None."""
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--retries", "0", "-d", folder, "setuptools"],
                             capture_output=True, text=True)
    return ran.stderr.strip().splitlines()[-1] if ran.returncode else None


if __name__ == "__main__":
    reason = lacking()
    if reason:
        print(reason)
        sys.exit(77)
    unittest.main()
