#!/usr/bin/env python3
"""golden/conditions on libraries that only say what LibTorch's would: which rows they get, and whether those took effect.

usage: test_conditions.py C-COMPILER
"""
import importlib.machinery
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
COMPILER = sys.argv.pop(1)
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
LOADER = importlib.machinery.SourceFileLoader("conditions", str(HERE / "conditions"))
conditions = importlib.util.module_from_spec(importlib.util.spec_from_loader("conditions", LOADER))
LOADER.exec_module(conditions)

CONFIG = 'static char config[] = "PyTorch built with:\\n  - CPU capability usage: AVX2\\n";\n'
# A std::string of each ABI, as far as a caller reads it, where the caller said.
NEW_ABI = CONFIG + """struct text { char *data; unsigned long size, rest[2]; };
struct text _ZN2at11show_configB5cxx11Ev(void) { struct text all = {config, sizeof config - 1}; return all; }
"""
OLD_ABI = CONFIG + "void *_ZN2at11show_configEv(char **text) { *text = config; return text; }\n"
MKL = """#include <stdlib.h>
int mkl_serv_cbwr_get(int what) { return what != 1 ? -1 : getenv("MKL_CBWR") ? 3 : 2; }
"""
DEBIAN = {"blas": "/usr/lib/x/openblas-openmp/libblas.so.3", "core": "Haswell", "onednn": 0xe7, "capability": "AVX512"}
WHEEL = {"blas": "MKL in /w/torch/lib/libtorch_cpu.so", "mkl": 2, "capability": "AVX2"}
FOLDERS = {"blas": "/usr/lib/x/blas:/l", "openblas-openmp": "/usr/lib/x/openblas-openmp:/l"}


class Report(unittest.TestCase):
    def library(self, name, source):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / name
        path.with_suffix(".c").write_text(source)
        subprocess.run([COMPILER, "-shared", "-fPIC", path.with_suffix(".c"), "-o", path], check=True)
        return path

    def test_both_abis_say_the_capability(self):
        for source in (NEW_ABI, OLD_ABI):
            self.assertEqual(conditions.report(self.library("libtorch_cpu.so", source), {}), {"blas": None, "capability": "AVX2"})

    def test_a_wheels_mkl_is_inside(self):
        library = self.library("libtorch_cpu.so", NEW_ABI + MKL)
        for environment, branch in (({}, 2), ({"MKL_CBWR": "COMPATIBLE"}, conditions.COMPATIBLE)):
            self.assertEqual(conditions.report(library, environment), {"blas": f"MKL in {library}", "mkl": branch, "capability": "AVX2"})

    def test_what_cannot_be_asked_says_nothing(self):
        self.assertEqual(conditions.report(self.library("libtorch_cpu.so", "int nothing;\n"), {}), {})


class Rows(unittest.TestCase):
    def labels(self, plain):
        return [label for label, *_ in conditions.conditions(plain, FOLDERS)]

    def test_debians_blas_is_for_what_takes_it(self):
        capabilities = ["ATEN_CPU_CAPABILITY=default", "ATEN_CPU_CAPABILITY=avx2", "ATEN_CPU_CAPABILITY=avx512"]
        self.assertEqual(self.labels(WHEEL), ["as it is", "MKL_CBWR=COMPATIBLE", *capabilities])
        self.assertEqual(self.labels(DEBIAN), [
            "as it is", "BLAS: blas", "BLAS: openblas-openmp", "BLAS: openblas-openmp, Prescott", "BLAS: openblas-openmp, Haswell",
            "BLAS: openblas-openmp, SkylakeX", "ONEDNN_MAX_CPU_ISA=SSE41", "ONEDNN_MAX_CPU_ISA=AVX", "ONEDNN_MAX_CPU_ISA=AVX2", *capabilities])

    def test_a_condition_has_taken_effect_or_has_not_or_is_lacking(self):
        for said, what, wanted, took in ((DEBIAN, None, None, True), (DEBIAN, "blas", "/usr/lib/x/openblas-openmp", True),
                                         (DEBIAN, "blas", "/usr/lib/x/blas", False), ({}, "blas", "/usr/lib/x/blas", False),
                                         (DEBIAN, "core", "Haswell", True), (DEBIAN, "core", "Prescott", False),
                                         (DEBIAN, "capability", "AVX512", True), (DEBIAN, "capability", "AVX2", False),
                                         (WHEEL, "capability", "AVX512", None), ({}, "capability", "AVX2", False),
                                         ({"onednn": 7}, "onednn", 7, True), ({"onednn": 3}, "onednn", 7, None),
                                         (DEBIAN, "onednn", 7, False), ({}, "onednn", 7, False), (WHEEL, "mkl", 3, False)):
            self.assertIs(conditions.effect(said, what, wanted), took, (said, what, wanted))


if __name__ == "__main__":
    unittest.main()
