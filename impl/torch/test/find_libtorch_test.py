#!/usr/bin/env python3
"""FindLibTorch.cmake on folders and files that look like LibTorch's zip files and wheels: headers are nearly empty, and of
the libraries only their machine and the names inside matter.

usage: find_libtorch_test.py CMAKE FIND_LIBTORCH.CMAKE
"""
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

CMAKE, FIND = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1)).resolve()

NEW_ABI = "_ZN3c105ErrorC1ENS_14SourceLocationENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
OLD_ABI = "_ZN3c105ErrorC1ENS_14SourceLocationESs"
MACHINES = {"x86_64": 62, "aarch64": 183}


def elf(names, machine=platform.machine()):
    """As much of a library as is read: its machine, and names."""
    return b"\x7fELF\2\1\1".ljust(16, b"\0") + b"\3\0" + MACHINES[machine].to_bytes(2, "little") + f"\0{names}\0".encode()


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
                 header="torch/csrc/api/include/torch/version.h", folder="site-packages/torch", standard="201703L", build=None):
        torch = self.top / folder
        for name, text in (("include/ATen/ATen.h", f"#if !defined(_MSC_VER) && __cplusplus < {standard}\n"),
                           ("share/cmake/Torch/TorchConfig.cmake", ""), ("version.py", build)):
            if text is None:
                continue
            (torch / name).parent.mkdir(parents=True, exist_ok=True)
            (torch / name).write_text(text)
        if header:
            (torch / "include" / header).parent.mkdir(parents=True, exist_ok=True)
            names = zip(("MAJOR", "MINOR", "PATCH"), version.split("."))
            (torch / "include" / header).write_text("".join(f"#define TORCH_VERSION_{n} {v}\n" for n, v in names))
        (torch / "lib").mkdir(exist_ok=True)
        for library in libraries:
            (torch / f"lib/lib{library}.so").write_bytes(elf(abi))
        return torch

    def find(self, *options, env=None, folder=None):
        clean = {k: v for k, v in os.environ.items() if k.upper() not in ("TORCH_DIR", "CMAKE_PREFIX_PATH")}
        ran = subprocess.run([CMAKE, "-S", self.top / "project", "-B", self.top / "build", "-G", "Ninja", *options], capture_output=True,
                             text=True, cwd=folder, env={**clean, **(env or {})})
        return ran.returncode, re.sub(r"\s+", " ", ran.stdout + ran.stderr)

    def test_every_way_to_name_the_folder(self):
        torch = self.libtorch()
        for option in (f"-DTORCH_DIR={torch}", f"-DTORCH_DIR={torch}/", f"-DTORCH_DIR={torch}/lib", f"-DTORCH_DIR={torch}/share/cmake", f"-DTorch_DIR={torch}/share/cmake/Torch",
                       f"-DCMAKE_PREFIX_PATH={torch}", f"-DCMAKE_PREFIX_PATH={torch}/share/cmake",
                       f"-DTORCH_DIR={torch}/lib/x86_64-linux-gnu/cmake/Torch"):
            with self.subTest(option):
                code, said = self.find("--fresh", option)
                self.assertEqual(code, 0, said)
                self.assertIn(f"LibTorch 2.11.0: {torch}/lib/libtorch_cpu.so", said)
        code, said = self.find("--fresh", env={"TORCH_DIR": str(torch)})
        self.assertIn(f"LibTorch 2.11.0: {torch}/lib/libtorch_cpu.so", said)

    def test_a_named_folder_without_libtorch_is_no_reason_to_look_elsewhere(self):
        code, said = self.find(f"-DTORCH_DIR={self.top}")
        self.assertNotEqual(code, 0)
        self.assertIn(f"No LibTorch in {self.top}: ATen/ATen.h is missing; name the folder in which torch/", said)
        # As where one has a Debian's LibTorch in /usr and names a Python's packages, in which there is none.
        self.libtorch(folder="usr")
        for place in ("usr/local", "usr/lib/python3", "usr/lib/python3/dist-packages", "usr/lib/python3/dist-packages/share"):
            (self.top / place).mkdir(parents=True, exist_ok=True)
            code, said = self.find("--fresh", f"-DTORCH_DIR={self.top}/{place}")
            self.assertNotEqual(code, 0, place)
            self.assertIn(f"No LibTorch in {self.top}/{place}: ATen/ATen.h is missing;", said)

    def test_a_relative_path_is_that_of_the_caller(self):
        torch = self.libtorch(folder="zip/libtorch")
        self.archive("zip/libtorch", "libtorch.zip")
        for place, file in (("zip/libtorch", torch), ("zip", torch), ("libtorch.zip", self.top / "build/libtorch/libtorch")):
            code, said = self.find("--fresh", f"-DTORCH_DIR={place}", folder=self.top)
            self.assertEqual(code, 0, said)
            self.assertIn(f"LibTorch 2.11.0: {file}/lib/libtorch_cpu.so", said)
            self.assertEqual(self.find(folder="/")[0], 0)  # where the build runs cmake again
        code, said = self.find("--fresh", env={"TORCH_DIR": "zip"}, folder=self.top)
        self.assertNotEqual(code, 0)
        self.assertIn("TORCH_DIR of the environment is zip: it takes an absolute path", said)

    def test_what_is_missing_is_named(self):
        torch = self.libtorch(libraries=["torch_cpu"])
        code, said = self.find(f"-DTORCH_DIR={torch}")
        self.assertNotEqual(code, 0)
        self.assertIn(f"The LibTorch of {torch}/include is incomplete: libc10.so is not in {torch}/lib;", said)
        (torch / "lib/libc10.so").write_bytes(elf(NEW_ABI))
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

    def test_the_headers_decide_the_language(self):
        for version, standard, features in (("2.11.0", "201703L", "value-NOTFOUND"), ("2.14.1", "202002L", "cxx_std_20"),
                                            ("1.13.1", "201402L", "value-NOTFOUND"), ("3.0.0", "202302L", "cxx_std_23")):
            with self.subTest(version):
                torch = self.libtorch(version, standard=standard)
                code, said = self.find("--fresh", f"-DTORCH_DIR={torch}")
                self.assertIn(f"LibTorch {version}:", said)
                self.assertIn(f"COMPILE_FEATURES: {features}", said)

    def test_headers_of_the_newer_layout_have_a_version(self):
        torch = self.libtorch("2.14.1", header="torch/headeronly/version.h")
        self.assertIn("LibTorch 2.14.1:", self.find(f"-DTORCH_DIR={torch}")[1])

    def test_the_old_abi_is_seen_in_the_library(self):
        code, said = self.find(f"-DTORCH_DIR={self.libtorch('1.13.1', OLD_ABI)}")
        self.assertIn("of the old C++ ABI", said)
        self.assertIn("COMPILE_DEFINITIONS: _GLIBCXX_USE_CXX11_ABI=0", said)
        code, said = self.find("--fresh", f"-DTORCH_DIR={self.libtorch('2.11.0', NEW_ABI)}")
        self.assertIn("COMPILE_DEFINITIONS: value-NOTFOUND", said)

    def test_what_a_python_has_is_found_from_its_top(self):
        for folder in ("venv/lib/python3.11/site-packages", "prefix/lib/python3.13/dist-packages", "target", "libtorch-x/libtorch"):
            with self.subTest(folder):
                torch = self.libtorch(folder=folder if folder.endswith("libtorch") else f"{folder}/torch")
                code, said = self.find("--fresh", f"-DTORCH_DIR={self.top / folder.split('/')[0]}")
                self.assertEqual(code, 0, said)
                self.assertIn(f"LibTorch 2.11.0: {torch}/lib/libtorch_cpu.so", said)

    def archive(self, folder, name):
        path = self.top / name
        with zipfile.ZipFile(path, "w") as out:
            for file in (self.top / folder).rglob("*"):
                if file.is_file():
                    out.write(file, file.relative_to((self.top / folder).parent))
        return path

    def test_a_wheel_and_a_zip_are_unpacked_once(self):
        for folder, name in (("wheel/torch", "torch-2.11.0-cp311-cp311-linux_x86_64.whl"), ("upper/libtorch", "libtorch.ZIP"),
                             ("zip/libtorch", "libtorch.zip")):
            with self.subTest(name):
                self.libtorch(folder=folder)
                path = self.archive(folder, name)
                code, said = self.find("--fresh", f"-DTORCH_DIR={path}")
                self.assertEqual(code, 0, said)
                self.assertIn(f"Unpacking {path}", said)
                self.assertRegex(said, f"LibTorch 2.11.0: .*/build/libtorch/{folder.split('/')[1]}/lib/libtorch_cpu.so")
                self.assertNotIn("Unpacking", self.find()[1])
        shutil.rmtree(self.top / "build/libtorch/libtorch/lib")  # as where the disk was full
        (self.top / "build/libtorch.unpacked").unlink()
        self.assertEqual(self.find()[0], 0)

    def test_an_archive_that_is_damaged_or_not_there_is_a_line(self):
        path = self.top / "torch-2.11.0.whl"
        self.assertIn(f"No LibTorch in {path}: there is no such file;", self.find(f"-DTORCH_DIR={path}")[1])
        path.write_bytes(b"PK\3\4 the rest is missing")
        code, said = self.find(f"-DTORCH_DIR={path}")
        self.assertNotEqual(code, 0)
        self.assertIn(f"{path} cannot be unpacked: it is no archive, or damaged, or the disk is full;", said)

    def test_another_folder_is_another_libtorch(self):
        old, new = self.libtorch(folder="old/torch"), self.libtorch("2.12.0", folder="new/torch")
        self.find(f"-DTORCH_DIR={old}")
        self.assertIn(f"LibTorch 2.12.0: {new}/lib/libtorch_cpu.so", self.find(f"-DTORCH_DIR={new}")[1])

    def test_version_and_cuda_are_those_of_the_files(self):
        wheel = "__all__ = ['__version__', 'cuda']\n__version__ = '2.11.0+cu126'\ncuda: Optional[str] = '12.6'\nhip: Optional[str] = None\n"
        libraries = ["torch_cpu", "c10", "torch_cuda"]
        torch = self.libtorch(libraries=libraries, build=wheel)
        said = self.find(f"-DTORCH_DIR={torch}")[1]
        self.assertIn("LibTorch 2.11.0+cu126, with CUDA 12.6:", said)
        self.assertIn('COMPILE_DEFINITIONS: SIMPLE_TORCH_BUILD="2.11.0+cu126"', said)
        (torch / "version.py").unlink()
        (torch / "build-version").write_text("2.11.0+cu126\n")
        self.assertIn("LibTorch 2.11.0+cu126, with CUDA 12.6:", self.find(f"-DTORCH_DIR={torch}")[1])

    def test_two_versions_in_one_folder_are_an_error(self):
        torch = self.libtorch("2.11.0", build="__version__ = '2.12.0+cpu'")
        code, said = self.find(f"-DTORCH_DIR={torch}")
        self.assertNotEqual(code, 0)
        self.assertIn("is two in one: it says that it is 2.12.0+cpu, and its headers are of 2.11.0;", said)

    def test_a_library_of_another_machine_is_a_line(self):
        torch = self.libtorch()
        other = next(machine for machine in MACHINES if machine != platform.machine())
        (torch / "lib/libc10.so").write_bytes(elf(NEW_ABI, other))
        code, said = self.find(f"-DTORCH_DIR={torch}")
        self.assertNotEqual(code, 0)
        self.assertIn(f"libc10.so is built for {other}, this machine is {platform.machine()};", said)
        (torch / "lib/libc10.so").write_text("version https://git-lfs.github.com/spec/v1\n")
        self.assertIn("libc10.so is no library", self.find("--fresh", f"-DTORCH_DIR={torch}")[1])

    def test_what_the_loader_does_not_find_is_named_before_anything_is_built(self):
        ldd = self.top / "ldd"
        ldd.write_text("#!/bin/sh\nprintf '\\t%s.so.12 => not found\\n' liba libb libc libd liba\n"
                       "printf '\\tlibcuda.so.1 => not found\\n\\tlibm.so.6 => /lib/libm.so.6 (0x7f)\\n'\n")
        ldd.chmod(0o755)
        torch = self.libtorch()
        code, said = self.find(f"-DTORCH_DIR={torch}", f"-DSIMPLE_LDD={ldd}")
        self.assertNotEqual(code, 0)
        self.assertIn("needs liba.so.12, libb.so.12, libc.so.12 and others (4), which the loader does not find; install the wheel with pip", said)
        ldd.write_text("#!/bin/sh\nprintf '\\tlibcuda.so.1 => not found\\n'\n")
        self.assertEqual(self.find("--fresh", f"-DTORCH_DIR={torch}", f"-DSIMPLE_LDD={ldd}")[0], 0)


if __name__ == "__main__":
    unittest.main()
