#!/usr/bin/env python3
"""FindLibTorch.cmake on folders that look like LibTorch's zip files and wheels: headers are empty, and of the libraries
only the names inside matter.

usage: find_libtorch_test.py CMAKE FIND_LIBTORCH.CMAKE
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

CMAKE, FIND = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1)).resolve()

NEW_ABI = "_ZN3c105ErrorC1ENS_14SourceLocationENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
OLD_ABI = "_ZN3c105ErrorC1ENS_14SourceLocationESs"
PROJECT = f"""
cmake_minimum_required(VERSION 3.25)
project(find NONE)
include("{FIND}")
foreach(what COMPILE_DEFINITIONS COMPILE_FEATURES LINK_LIBRARIES)
  get_target_property(value simple_libtorch INTERFACE_${{what}})
  message("${{what}}: ${{value}}")
endforeach()
"""


class FindLibTorch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        (self.top / "project").mkdir()
        (self.top / "project/CMakeLists.txt").write_text(PROJECT)

    def libtorch(self, version="2.11.0", abi=NEW_ABI, libraries=("torch_cpu", "c10"),
                 header="torch/csrc/api/include/torch/version.h"):
        torch = self.top / "site-packages/torch"
        for name, text in (("include/ATen/ATen.h", ""), ("share/cmake/Torch/TorchConfig.cmake", "")):
            (torch / name).parent.mkdir(parents=True, exist_ok=True)
            (torch / name).write_text(text)
        if header:
            (torch / "include" / header).parent.mkdir(parents=True, exist_ok=True)
            names = zip(("MAJOR", "MINOR", "PATCH"), version.split("."))
            (torch / "include" / header).write_text("".join(f"#define TORCH_VERSION_{n} {v}\n" for n, v in names))
        (torch / "lib").mkdir(exist_ok=True)
        for library in libraries:
            (torch / f"lib/lib{library}.so").write_text(f"\0{abi}\0")
        return torch

    def find(self, *options, env=None):
        clean = {k: v for k, v in os.environ.items() if k.upper() not in ("TORCH_DIR", "CMAKE_PREFIX_PATH")}
        ran = subprocess.run([CMAKE, "-S", self.top / "project", "-B", self.top / "build", "-G", "Ninja", *options], capture_output=True,
                             text=True, env={**clean, **(env or {})})
        return ran.returncode, re.sub(r"\s+", " ", ran.stdout + ran.stderr)

    def test_every_way_to_name_the_folder(self):
        torch = self.libtorch()
        for option in (f"-DTORCH_DIR={torch}", f"-DTORCH_DIR={torch}/share/cmake", f"-DTorch_DIR={torch}/share/cmake/Torch",
                       f"-DCMAKE_PREFIX_PATH={torch}", f"-DCMAKE_PREFIX_PATH={torch}/share/cmake"):
            with self.subTest(option):
                code, said = self.find("--fresh", option)
                self.assertEqual(code, 0, said)
                self.assertIn(f"LibTorch 2.11.0: {torch}/lib/libtorch_cpu.so", said)
        code, said = self.find("--fresh", env={"TORCH_DIR": str(torch)})
        self.assertIn(f"LibTorch 2.11.0: {torch}/lib/libtorch_cpu.so", said)

    def test_a_named_folder_without_libtorch_is_no_reason_to_look_elsewhere(self):
        code, said = self.find(f"-DTORCH_DIR={self.top}")
        self.assertNotEqual(code, 0)
        self.assertIn(f"No LibTorch in {self.top}: ATen/ATen.h is missing; install libtorch-dev", said)

    def test_what_is_missing_is_named(self):
        torch = self.libtorch(libraries=["torch_cpu"])
        code, said = self.find(f"-DTORCH_DIR={torch}")
        self.assertNotEqual(code, 0)
        self.assertIn(f"The LibTorch of {torch}/include is incomplete: libc10.so is not in {torch}/lib;", said)
        (torch / "lib/libc10.so").write_text(NEW_ABI)
        (torch / "include/torch/csrc/api/include/torch/version.h").unlink()
        code, said = self.find("--fresh", f"-DTORCH_DIR={torch}")
        self.assertNotEqual(code, 0)
        self.assertIn("is incomplete: torch/version.h is missing", said)

    def test_headers_are_never_paired_with_libraries_from_elsewhere(self):
        torch = self.libtorch(libraries=[])
        code, said = self.find(f"-DCMAKE_PREFIX_PATH={torch}")
        self.assertNotEqual(code, 0)
        self.assertIn("libtorch_cpu.so is not in", said)

    def test_cuda_is_linked_by_its_path_and_kept(self):
        torch = self.libtorch(libraries=["torch_cpu", "c10", "torch_cuda"])
        code, said = self.find(f"-DTORCH_DIR={torch}")
        self.assertEqual(code, 0, said)
        self.assertIn("LibTorch 2.11.0, with CUDA:", said)
        self.assertIn(f"-Wl,--push-state,--no-as-needed;{torch}/lib/libtorch_cuda.so;-Wl,--pop-state", said)

    def test_the_version_decides_the_language(self):
        for version, header, features in (("2.11.0", "torch/csrc/api/include/torch/version.h", "value-NOTFOUND"),
                                          ("2.14.1", "torch/headeronly/version.h", "cxx_std_20")):
            with self.subTest(version):
                code, said = self.find("--fresh", f"-DTORCH_DIR={self.libtorch(version, header=header)}")
                self.assertIn(f"LibTorch {version}:", said)
                self.assertIn(f"COMPILE_FEATURES: {features}", said)

    def test_the_old_abi_is_seen_in_the_library(self):
        code, said = self.find(f"-DTORCH_DIR={self.libtorch('1.13.1', OLD_ABI)}")
        self.assertIn("of the old C++ ABI", said)
        self.assertIn("COMPILE_DEFINITIONS: _GLIBCXX_USE_CXX11_ABI=0", said)
        code, said = self.find("--fresh", f"-DTORCH_DIR={self.libtorch('2.11.0', NEW_ABI)}")
        self.assertIn("COMPILE_DEFINITIONS: value-NOTFOUND", said)


if __name__ == "__main__":
    unittest.main()
