#!/usr/bin/env python3
"""Which libraries the client refuses to load beside a LibTorch that the process has, on files that only have the names."""
import pathlib
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from simple_torch_ffi import Library, beside

COMPILER = sys.argv.pop(1)


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
        self.assertEqual(beside.loaded_libtorchs(), [str(path.resolve())])


if __name__ == "__main__":
    unittest.main()
