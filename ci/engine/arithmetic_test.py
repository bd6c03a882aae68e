#!/usr/bin/env python3
"""With what a candidate computes stands in its verdict, whether it is a library or a program, and ci/gate compare tells where
two of them differ.

usage: arithmetic_test.py FOLDER_OF_PROGRAMS
"""
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv.pop(1))
LIB = BIN.parent / "lib"
UNKNOWN = {"capability": None, "threads": None, "blas": None, "blas_core": None, "blas_threads": None}
ON_X86_64 = unittest.skipUnless(platform.machine() == "x86_64", "other processors have other capabilities and core types")
# What LibTorch and OpenBLAS take in place of what the machine's processor has; every x86-64 one has these.
OLD = {"ATEN_CPU_CAPABILITY": "default", "OPENBLAS_CORETYPE": "Nehalem"}


class Arithmetic(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def gate(self, candidate, name="out", *options, **environment):
        cleared = {k: v for k, v in os.environ.items() if k not in (*OLD, "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        ran = subprocess.run([BIN / "simple-gate", "--candidate", candidate, "--step", "library", "--out", self.folder / name,
                              *options],
                             capture_output=True, text=True, timeout=100, env={**cleared, **environment}, check=False)
        verdict = json.loads((self.folder / name / "verdict.json").read_text())
        self.assertEqual(len(verdict["run"]["arithmetic"]), 1, ran.stdout + ran.stderr)
        return verdict["run"]["arithmetic"][0], ran.stdout

    def of_old(self, candidate, *options):
        found, _ = self.gate(candidate, "old", *options, **OLD)
        self.assertIsNotNone(found["blas"])
        self.assertEqual((found["capability"], found["threads"]), ("DEFAULT", 1))
        blas = pathlib.Path(found["blas"])
        self.assertEqual(blas, blas.resolve(strict=True))
        if "openblas" in found["blas"]:
            self.assertEqual((found["blas_core"], found["blas_threads"]), ("Nehalem", 1))
        return found

    @ON_X86_64
    def test_a_library(self):
        candidate = LIB / "libsimple_torch_ffi.so"
        old = self.of_old(candidate)
        found, output = self.gate(candidate, "new")
        self.assertEqual((found["threads"], found["blas"]), (1, old["blas"]))
        self.assertIn(f"computes with CPU capability {found['capability']}, threads 1, BLAS {found['blas']}", output)
        differs = subprocess.run([BIN / "simple-gate", "compare", self.folder / "old", self.folder / "new"],
                                 capture_output=True, text=True, timeout=60, check=False).stdout
        for name, member in (("CPU capability", "capability"), ("BLAS's core type", "blas_core")):
            change = f"  {name}: {old[member]} → {found[member]}\n"  # none on a processor that has no more
            self.assertEqual(change in differs, old[member] != found[member], differs)
        page = (self.folder / "new/index.html").read_text()
        self.assertIn(f"threads 1, BLAS {found['blas']}", page)

    @ON_X86_64
    @unittest.skipUnless((BIN / "runtime.hidden").exists(), "no program of the archive is built")
    def test_programs(self):
        self.of_old(BIN / "runtime.hidden")
        self.of_old(BIN / "host.dynamic")

    def test_one_without_libtorch(self):
        found, output = self.gate(LIB / "libsimple_torch_stub.so")
        self.assertEqual(found, UNKNOWN)
        self.assertNotIn("computes with", output)


if __name__ == "__main__":
    unittest.main()
