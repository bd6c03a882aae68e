#!/usr/bin/env python3
"""Which compilers and LibTorchs make warnings errors (ci/warnings.cmake): a project with a warning in it is built by the
machine's compiler, which is made to claim other versions.

usage: warnings_test.py PROJECT CMAKE
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

CMAKE = sys.argv.pop(2)
PROJECT = pathlib.Path(sys.argv.pop(1))

LISTS = """cmake_minimum_required(VERSION 3.25)
project(warned CXX)
include("@PROJECT@/ci/warnings.cmake")
add_library(flags INTERFACE)
simple_warnings(flags "${TORCH}")
add_executable(warned warned.cpp)
target_link_libraries(warned PRIVATE flags)
"""
UNUSED = "int main() { int unused; }\n"
DEPRECATED = "[[deprecated]] void old() {}\nint main() { old(); }\n"


class Warnings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        (self.top / "CMakeLists.txt").write_text(LISTS.replace("@PROJECT@", str(PROJECT)))

    def builds(self, source, *options, claimed=None, torch="2.6.0"):
        """Whether source builds, by a compiler that claims to be GCC of that version. The warning must be there anyway."""
        (self.top / "warned.cpp").write_text(source)
        compiler = self.top / "compiler"
        claim = f"-U__GNUC__ -D__GNUC__={claimed} -Wno-builtin-macro-redefined" if claimed else ""
        compiler.write_text(f'#!/bin/sh\nexec g++ {claim} "$@"\n')
        compiler.chmod(0o755)
        env = {key: value for key, value in os.environ.items() if key not in ("CXXFLAGS", "CXX", "LDFLAGS")}
        configured = subprocess.run([CMAKE, "-S", self.top, "-B", self.top / "build", "-G", "Ninja", "--fresh", f"-DTORCH={torch}",
                                     f"-DCMAKE_CXX_COMPILER={compiler}", *options], capture_output=True, text=True, env=env)
        self.assertEqual(configured.returncode, 0, configured.stdout + configured.stderr)
        built = subprocess.run([CMAKE, "--build", self.top / "build", "--clean-first"], capture_output=True, text=True, env=env)
        output = built.stdout + built.stderr
        self.assertRegex(output, r"warned.cpp:\d+:\d+: (warning|error): ")
        return built.returncode == 0

    def test_a_tested_compiler_makes_warnings_errors(self):
        for major in (12, 13, 14, 15, 16):
            self.assertFalse(self.builds(UNUSED, claimed=major), major)

    def test_a_newer_compiler_stops_nothing(self):
        for major in (11, 17, 160):
            self.assertTrue(self.builds(UNUSED, claimed=major), major)

    def test_a_newer_libtorch_stops_nothing(self):
        for torch, stops in (("2.6.0", True), ("2.14.1", True), ("1.13.1", True), ("", True), ("2.15.0", False),
                             ("3.0.0", False), ("2.10.0", False), ("2.1.0", True), ("2.13.0", True)):
            self.assertEqual(self.builds(UNUSED, claimed=14, torch=torch), not stops, torch)

    def test_what_a_library_deprecates_stops_nothing(self):
        self.assertTrue(self.builds(DEPRECATED, claimed=14))

    def test_the_option_decides(self):
        self.assertTrue(self.builds(UNUSED, "-DSIMPLE_WERROR=OFF", claimed=14))
        self.assertFalse(self.builds(UNUSED, "-DSIMPLE_WERROR=ON", claimed=17))


if __name__ == "__main__":
    unittest.main()
