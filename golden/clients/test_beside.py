#!/usr/bin/env python3
"""Which libraries the client refuses to load beside a LibTorch that the process has, on files that only have the names."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from simple_torch_ffi import Library, beside

COMPILER = sys.argv.pop(1)
HERE = pathlib.Path(__file__).resolve().parent


class Beside(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)

    def library(self, name, soname, needs=None):
        path = self.top / name
        source = self.top / "empty.c"
        source.write_text("int nothing;\n")
        subprocess.run([COMPILER, "-shared", "-fPIC", source, "-o", path, f"-Wl,-soname,{soname}", "-Wl,--no-as-needed",
                        f"-Wl,-rpath,{self.top}", *([needs] if needs else [])], check=True)
        return path

    def test_another_name_is_refused_and_the_same_is_not(self):
        debian = self.library("libtorch_cpu.so.1.13", "libtorch_cpu.so.1.13")
        ours = self.library("libours.so", "libours.so", debian)
        self.assertIsNone(beside.conflict(ours), "no LibTorch is loaded")
        with mock.patch.object(beside, "loaded_libtorchs", return_value=["/venv/torch/lib/libtorch_cpu.so"]):
            with self.assertRaisesRegex(OSError, "libours.so needs libtorch_cpu.so.1.13, and this process has loaded "
                                                 "/venv/torch/lib/libtorch_cpu.so: two LibTorchs end a process"):
                Library(ours)
            self.assertIsNone(beside.conflict(self.library("libplain.so", "libplain.so")), "it needs none")
        with mock.patch.object(beside, "loaded_libtorchs", return_value=[str(debian)]):
            self.assertIsNone(beside.conflict(ours))

    def test_what_is_loaded_is_seen(self):
        import ctypes
        path = self.library("libtorch_cpu.so", "libtorch_cpu.so")
        self.assertEqual(beside.loaded_libtorchs(), [])
        ctypes.CDLL(str(path))
        self.assertEqual(beside.loaded_libtorchs(), [str(path)])

    def two_libtorchs(self):
        """A library of Debian's LibTorch, whose file has a longer name than the loader knows, and one of a wheel's."""
        debian = self.library("libtorch_cpu.so.1.13.0", "libtorch_cpu.so.1.13")
        (self.top / "libtorch_cpu.so.1.13").symlink_to(debian.name)
        self.library("libours.so", "libours.so", debian)
        self.library("libother.so", "libother.so", debian)
        self.library("libwheels.so", "libwheels.so", self.library("libtorch_cpu.so", "libtorch_cpu.so"))

    def python(self, *lines, **env):
        """What a Python of its own says; load(NAME) is the client's, of which only what happens before the first function counts."""
        code = ["import ctypes", "from simple_torch_ffi import Library", "def load(name):", "    try: Library(name)",
                "    except AttributeError: print('loaded', flush=True)", *lines]
        ran = subprocess.run([sys.executable, "-B", "-c", "\n".join(code)], capture_output=True, text=True, cwd=self.top,
                             env={**os.environ, "PYTHONPATH": f"{HERE}:{self.top}/python", **env})
        return ran.stdout + ran.stderr

    def test_a_second_library_of_the_same_libtorch_is_not_refused(self):
        self.two_libtorchs()
        self.assertEqual(self.python("load('./libours.so')", "load('./libother.so')"), "loaded\nloaded\n")

    def test_a_name_is_looked_for_where_the_loader_does(self):
        self.two_libtorchs()
        for change in ("", "import os; os.environ['LD_LIBRARY_PATH'] = '/absent'"):  # which the loader does not heed
            said = self.python(change, "load('libwheels.so')", "load('libours.so')", LD_LIBRARY_PATH=str(self.top))
            self.assertTrue(said.startswith("loaded\nTraceback"), said)
            self.assertIn("OSError: libours.so needs libtorch_cpu.so.1.13, and this process has loaded", said)
        self.assertEqual(self.python("load('libours.so')", "load('libours.so')", LD_LIBRARY_PATH=str(self.top)), "loaded\nloaded\n")

    def test_a_libtorch_that_the_process_has_need_not_be_found_again(self):
        self.two_libtorchs()
        moved = self.top / "moved/libtorch_cpu.so"
        moved.parent.mkdir()
        (self.top / "libtorch_cpu.so").rename(moved)
        self.assertEqual(self.python("ctypes.CDLL('moved/libtorch_cpu.so')", "load('./libwheels.so')"), "loaded\n")

    def test_no_other_program_is_needed_to_tell(self):
        self.two_libtorchs()
        self.assertIn("OSError: ./libours.so needs libtorch_cpu.so.1.13",
                      self.python("load('./libwheels.so')", "load('./libours.so')", PATH="/absent"))

    def test_what_cannot_be_told_is_refused(self):
        self.two_libtorchs()
        (self.top / "libbroken.so").write_bytes((self.top / "libours.so").read_bytes()[:100])
        said = self.python("load('./libwheels.so')", "load('./libbroken.so')")
        self.assertRegex(said, "OSError: which LibTorch ./libbroken.so needs cannot be told, and this process has loaded .*: ./libbroken.so: "
                               "error while loading shared libraries")

    def test_an_import_of_torch_that_would_end_the_process_is_an_error(self):
        self.two_libtorchs()
        torch = self.top / "python/torch"
        torch.mkdir(parents=True)
        (torch / "__init__.py").write_text("print('imported')\n")
        module = torch / "_C.cpython-311-x86_64-linux-gnu.so"
        module.write_bytes((self.top / "libwheels.so").read_bytes())
        said = self.python("load('./libours.so')", "import torch")
        self.assertRegex(said, rf"ImportError: {module} needs libtorch_cpu.so, and this process has loaded \S+/libtorch_cpu.so.1.13: "
                               "two LibTorchs end a process")
        self.assertNotIn("imported", said)
        self.assertEqual(self.python("load('./libwheels.so')", "import torch"), "loaded\nimported\n")
        module.unlink()
        self.assertEqual(self.python("load('./libours.so')", "import torch"), "loaded\nimported\n")


if __name__ == "__main__":
    unittest.main()
