#!/usr/bin/env python3
"""The latency gates on real programs: the sound ones pass, each planted slowdown is found. In a build folder of its own,
with the stub as the candidate, which loads at once.

usage: latency_gates_test.py FOLDER_OF_PROGRAMS FOLDER_OF_LIBRARIES
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from quiet_suite import SUITES, record_plans, write_quiet_suite

BIN, LIB = pathlib.Path(sys.argv.pop(1)).resolve(), pathlib.Path(sys.argv.pop(1)).resolve()
LOAD, STUB = "library/latency/load-and-first-call", "stub/latency/add-free"
FORM, LINKED = "dynamic/latency/form-over-core", "linked/latency/linked-dynamically"


class LatencyGates(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "bin").mkdir()
        (self.root / "lib").symlink_to(LIB)
        shutil.copy(BIN / "simple-gate", self.root / "bin")
        for name in ("simple-probe", "host.stub", "host.loaded"):
            (self.root / "bin" / name).symlink_to(BIN / name)
        for name in ("differential_suite", "dynamic_suite", "linked_suite"):
            write_quiet_suite(self.root / "bin" / name)
        record_plans(self.root / "bin", SUITES)
        self.stub = self.library("libsimple_torch_stub")

    def library(self, name):
        return LIB / f"{name}.so"

    def compile(self, name, source, *options):
        (self.root / "source.c").write_text(source)
        subprocess.run(["cc", "-shared", "-fPIC", "-o", name, "source.c", *options], cwd=self.root, check=True)
        return self.root / name

    def gate(self, steps, candidate=None, stub=None, options=()):
        ran = subprocess.run([self.root / "bin/simple-gate", "--candidate", candidate or self.stub, "--stub", stub or self.stub,
                              "--step", steps, "--filter", "latency/*", "--keep-going", *options],
                             capture_output=True, text=True, timeout=100, cwd=self.root, env=dict(os.environ))
        verdict = json.loads((self.root / "reports/latest/verdict.json").read_text())
        cases = {f'{c["suite"]}/{c["id"]}': c for c in verdict["cases"] if c["id"].startswith("latency/")}
        return cases, ran.stdout

    def found(self, name, *arguments, **named):
        cases, text = self.gate(name.split("/")[0], *arguments, **named)
        self.assertEqual(cases[name]["status"], "fail", text)
        self.assertRegex(cases[name]["message"], r"limit [\d.]+; \d+ % interval [\d.]+ to [\d.]+, \d+ processes")

    def test_sound_programs_pass(self):
        cases, text = self.gate("library,stub,dynamic,linked")
        self.assertEqual({name: c["status"] for name, c in cases.items()},
                         dict.fromkeys([LOAD, STUB, FORM, LINKED, "linked/latency/loaded"], "pass"), text)

    def test_cheap_or_failing_candidates_do_not_make_the_stub_look_slow(self):
        for candidate in ("libsimple_torch_reference", "bad_candidate_hollow", "bad_candidate_silent"):
            cases, text = self.gate("stub", self.library(candidate))
            self.assertEqual(cases[STUB]["status"], "pass", text)

    def test_stub_that_adds_nothing_is_not_measured(self):
        cases, _ = self.gate("stub", stub=self.library("bad_candidate_hollow"))
        self.assertEqual(cases[STUB]["status"], "error")
        self.assertIn("the stub's add gives no tensor", cases[STUB]["message"])

    def test_slow_load_is_found(self):
        self.found(LOAD, self.library("bad_candidate_slow"))
        self.found(LOAD, self.library("libfault_slow_load"))

    def test_linear_look_up_of_the_stub_is_found(self):
        self.found(STUB, stub=self.library("libfault_slow_stub"))
        self.found(STUB, self.library("libsimple_torch_reference"), self.library("libfault_slow_stub"))

    def test_slow_forms_are_found(self):
        for kind in ("allocation", "copy"):
            self.found(FORM, self.library(f"libfault_slow_form_{kind}"))

    def test_slowdowns_are_found_where_the_step_library_took_the_samples(self):
        cases, text = self.gate("library,stub,dynamic", self.library("libfault_slow_form_copy"), self.library("libfault_slow_stub"))
        self.assertEqual({name: c["status"] for name, c in cases.items()}, {LOAD: "pass", STUB: "fail", FORM: "fail"}, text)

    def test_what_ends_a_process_behind_its_loading_is_told_of_the_gate_that_it_ends(self):
        crashes = self.compile("libcrashes.so", CRASH_IN_ADD, "-Wl,--no-as-needed", self.stub, f"-Wl,-rpath,{LIB}")
        cases, text = self.gate("library,stub,dynamic", crashes)
        self.assertEqual({name: c["status"] for name, c in cases.items()}, {LOAD: "pass", STUB: "error", FORM: "skipped"}, text)
        self.assertIn("SIGSEGV", cases[STUB]["message"])

    def test_slow_hosts_are_found(self):
        for kind in ("lock", "lookup", "allocation"):
            (self.root / "bin/host.stub").unlink()
            (self.root / "bin/host.stub").symlink_to(BIN / f"host.slow_{kind}")
            self.found(LINKED)

    def test_measuring_ends_before_the_library_does(self):
        ends = self.root / "ends"
        candidate = self.compile("libtells.so", TELL_OF_ITS_END, f'-DENDS="{ends}"', "-Wl,--no-as-needed", self.stub,
                                 f"-Wl,-rpath,{LIB}")
        cases, text = self.gate("library,stub,linked", candidate)
        self.assertEqual({name: cases[name]["status"] for name in (STUB, LINKED)}, {STUB: "pass", LINKED: "pass"}, text)
        told = ends.read_bytes()
        self.assertIn(b"visit", told, "others end as a program does")
        self.assertNotIn(b"add-free", told)
        self.assertNotIn(b"--latency", told)

    def test_dependencies_are_found_where_the_library_has_them(self):
        # Beside it, by its own search path alone: nothing else is told where.
        self.compile("libslow.so", LOAD_SLOWLY)
        needs = self.compile("libneeds.so", HOLLOW, "-Wl,--no-as-needed", "-L.", "-lslow", "-Wl,-rpath,$ORIGIN")
        cases, text = self.gate("library", needs)
        self.assertEqual(cases[LOAD]["status"], "pass", "what a dependency takes is not the library's: " + text)


HOLLOW = "_Bool rt_torch_available(void) { return 0; }\n"
CRASH_IN_ADD = "#include <signal.h>\nlong rt_torch_torchtensor_add(long a, long b) { raise(SIGSEGV); return a + b; }\n"
TELL_OF_ITS_END = """
#include <fcntl.h>
#include <unistd.h>
__attribute__((destructor)) static void tell(void) {
    char line[4096];
    const int in = open("/proc/self/cmdline", O_RDONLY), out = open(ENDS, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (write(out, line, read(in, line, sizeof line)) < 0) _exit(1);
}
"""
LOAD_SLOWLY = """
#include <unistd.h>
__attribute__((constructor)) static void load_slowly(void) { usleep(200000); }
"""

if __name__ == "__main__":
    unittest.main()
