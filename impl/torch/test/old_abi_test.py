#!/usr/bin/env python3
"""old_abi.cmake: a program that calls what has the C++ ABI from before GCC 5 is linked with a library of ours, some of whose
files call a package of today's ABI.

usage: old_abi_test.py CMAKE OLD_ABI.CMAKE
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CMAKE, OLD_ABI = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1)).resolve()

PROJECT = f"""
cmake_minimum_required(VERSION 3.25)
project(old_abi CXX)
include("{OLD_ABI}")
function(simple_reuse_torch_header program)  # which nothing here has
endfunction()

add_library(package_files STATIC package.cpp)
add_library(package INTERFACE IMPORTED)
set_target_properties(package PROPERTIES INTERFACE_LINK_LIBRARIES package_files)

add_library(torch STATIC torch.cpp)
target_compile_definitions(torch PUBLIC _GLIBCXX_USE_CXX11_ABI=0)
add_library(simple_libtorch INTERFACE)
target_link_libraries(simple_libtorch INTERFACE torch)

add_library(ours STATIC needed.cpp not_needed.cpp)
target_link_libraries(ours PUBLIC package)
add_executable(program main.cpp)
target_link_libraries(program PRIVATE ours simple_libtorch)
simple_rebuild_with_old_abi(program)
"""

FILES = {
    "CMakeLists.txt": PROJECT,
    "package.cpp": "#include <string>\nstd::string of_package() { return \"package\"; }\n",
    "torch.cpp": "#include <string>\nstd::string of_torch() { return \"torch\"; }\n",
    "needed.cpp": "#include <string>\nstd::string of_torch();\nstd::string of_ours() { return \"ours and \" + of_torch(); }\n",
    "not_needed.cpp": "#include <string>\nstd::string of_package();\nstd::string of_both() { return \"ours and \" + of_package(); }\n",
    "main.cpp": "#include <iostream>\n#include <string>\nstd::string of_ours();\nint main() { std::cout << of_ours() << '\\n'; }\n",
}


class OldAbi(unittest.TestCase):
    def test_only_the_files_that_a_program_needs_are_linked_however_they_are_compiled(self):
        for unity in ("OFF", "ON"):
            with self.subTest(f"unity {unity}"), tempfile.TemporaryDirectory() as folder:
                project = pathlib.Path(folder)
                for name, text in FILES.items():
                    (project / name).write_text(text)
                for command in (["-S", project, "-B", project / "build", "-G", "Ninja", f"-DCMAKE_UNITY_BUILD={unity}"],
                                ["--build", project / "build", "--target", "program"]):
                    ran = subprocess.run([CMAKE, *command], capture_output=True, text=True)
                    self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
                ran = subprocess.run([project / "build/program"], capture_output=True, text=True)
                self.assertEqual((ran.returncode, ran.stdout), (0, "ours and torch\n"))


if __name__ == "__main__":
    unittest.main()
