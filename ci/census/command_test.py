#!/usr/bin/env python3
"""command_test.py PROJECT SIMPLE_GATE: ci/gate census on files, folders, links and a candidate."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROJECT, GATE = Path(sys.argv.pop(1)), sys.argv.pop(1)
TABLE = PROJECT / "impl/abi/ffi.spl"


def census(*options):
    return subprocess.run([GATE, "census", *map(str, options)], capture_output=True, text=True, timeout=50)


class Census(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def test_the_table_itself_has_no_problem(self):
        ran = census("--declarations", TABLE, "--json", self.folder / "out.json")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        found = json.loads((self.folder / "out.json").read_text())
        self.assertEqual(found["problems"], [])
        self.assertEqual(found["undeclared"], [])
        self.assertGreaterEqual(len(found["functions"]), 125)

    def test_what_does_not_parse_is_one_line_with_its_place(self):
        file = self.write("a.spl", "\nextern fn f(a: i64 -> i64\n")
        ran = census("--declarations", self.folder)
        self.assertEqual((ran.returncode, ran.stdout), (2, ""))
        self.assertEqual(ran.stderr, f"ci/gate: {file}:2: '(' has no end\n")

    def test_slips_of_the_command_line(self):
        for options, status, words in [(["--declarations", "nowhere"], 2, "nowhere: no such file or folder"),
                                       (["--declarations", self.folder], 2, "no .spl file is in it"),
                                       ([], 64, "--declarations is required"),
                                       (["--declarations", TABLE, "--root", "nowhere"], 2, "nowhere: no such folder"),
                                       (["--declarations", TABLE, "--candidate", "nowhere.so"], 2, "nowhere.so")]:
            ran = census(*options)
            self.assertEqual(ran.returncode, status, ran.stderr)
            self.assertIn(words, ran.stderr)
            self.assertEqual(ran.stderr.count("\n"), 1, ran.stderr)

    def test_what_is_no_such_file_is_one_line(self):
        """A pipe would be waited for, a folder has no lines, and what is nested is read by what calls itself."""
        fifo, file = self.folder / "fifo.spl", self.write("a.spl", "extern fn rt_print(a: text)\n")
        os.mkfifo(fifo)
        for option in ("--declarations", "--called", "--ratchet"):
            for path in (fifo, "/dev/zero", self.folder / "none", *([] if option == "--declarations" else [self.folder])):
                ran = census(*([] if option == "--declarations" else ["--declarations", file]), option, path)
                self.assertEqual((ran.returncode, ran.stdout), (2, ""), (option, path))
                self.assertRegex(ran.stderr, rf"\Aci/gate: [^\n]*{path}[^\n]*\n\Z")
        self.assertIn("neither a .spl file nor a folder", census("--declarations", __file__).stderr)
        for begin, end in ("[]", "()", ("x<", ">")):
            deep = self.write("deep.spl", f"\nextern fn rt_torch_f(a: {begin * 200000}i64{end * 200000})\n")
            ran = census("--declarations", deep)
            self.assertEqual((ran.returncode, ran.stderr.count("\n")), (2, 1), ran.stderr)
            self.assertIn("deep.spl:2: expected no type that is nested so deep", ran.stderr)
        for count in ("-1", "1.5", "18446744073709551615", "99999999999999999999", "true"):
            calls = self.write("calls.json", f'{{"calls": {{"rt_print": {count}}}}}')
            ran = census("--declarations", file, "--called", calls)
            self.assertEqual((ran.returncode, ran.stdout), (2, ""), count)
            self.assertIn("how often rt_print was called is no number of calls", ran.stderr)

    def test_a_candidate_that_lacks_functions(self):
        ran = census("--declarations", TABLE, "--candidate", GATE)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("rt_torch_torchtensor_add is defined by nothing [missing]", ran.stdout)

    def test_a_runtime_that_loads_its_library_late_is_named_with_it(self):
        library = Path(GATE).parents[1] / "lib/libsimple_torch_stub.so"
        ran = census("--declarations", TABLE, "--candidate", GATE, "--candidate", library)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_no_method_or_local_is_an_export(self):
        self.write("torch.spl", "class Tensor:\n    fn add(other: i64) -> i64:\n        val result_handle = other\n")
        program = self.write("program.spl", "use torch.{Tensor}\n")
        self.assertEqual(census("--declarations", self.folder).returncode, 0)
        program.write_text("use torch.{Tensor, add, result_handle}\n")
        ran = census("--declarations", self.folder)
        self.assertEqual(ran.returncode, 1)
        self.assertRegex(ran.stdout, r"exports no add \[use\]\n.* exports no result_handle \[use\]")

    def test_a_ratchet_takes_what_is_known_and_is_red_where_it_is_stale(self):
        file = self.write("a.spl", "extern fn rt_torch_old(a: i64) -> i64\n")
        ratchet = self.folder / "ratchet.txt"
        self.assertEqual(census("--declarations", file).returncode, 1)
        self.assertEqual(census("--declarations", file, "--write-ratchet", ratchet).returncode, 0)
        ran = census("--declarations", file, "--ratchet", ratchet)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertIn("1 accepted by the ratchet", ran.stdout)
        file.write_text("extern fn rt_torch_torchtensor_neg(a: i64) -> i64\n")
        ran = census("--declarations", file, "--ratchet", ratchet)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("ratchet.txt:2: 'unknown rt_torch_old' is no problem any more: remove the line", ran.stdout)
        ratchet.write_text("unknown\n")
        ran = census("--declarations", file, "--ratchet", ratchet)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("ratchet.txt:1: a line is KIND SUBJECT, not 'unknown'", ran.stderr)
        ratchet.write_text("\x1b[2J\n")
        self.assertIn("not '<U+001B>[2J'", census("--declarations", file, "--ratchet", ratchet).stderr)

    def test_uses_lead_to_files_and_exports_through_links_and_aliases(self):
        self.write("real/torch.spl", "extern fn rt_torch_torchtensor_neg(a: i64) -> i64\nfn neg(a: i64) -> i64:\n"
                                     "    rt_torch_torchtensor_neg(a)\nexport neg\n")
        (self.folder / "lib").symlink_to("real")
        (self.folder / "real/circle").symlink_to("..")
        self.write("all/mod.spl", "export use lib.torch.{neg as minus}\n")
        program = self.write("program.spl", "use lib.torch.{neg, rt_torch_torchtensor_neg}\nuse all.{minus}\n"
                                            "use lib.torch\nuse lib.torch.neg\nuse all.*\n")
        ran = census("--declarations", self.folder)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("3 files: 1 declaration of 1 function", ran.stdout)
        self.write("round.spl", "export use shim.*\nfn own():\n    pass\n")
        program.write_text("use shim.{neg, rt_torch_torchtensor_neg, own}\nuse round.{neg}\n")
        for passed_on in (["lib.torch", "round"], ["round", "lib.torch"]):
            self.write("shim.spl", "".join(f"export use {module}.*\n" for module in passed_on))
            ran = census("--declarations", self.folder)
            self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        program.write_text("use lib.torch.{plus}\nuse lib.numpy.{neg}\nuse lib.torch.times\n")
        ran = census("--declarations", self.folder)
        self.assertEqual(ran.returncode, 1)
        self.assertRegex(ran.stdout, r"program.spl:1: \S*torch.spl exports no plus \[use\]")
        self.assertRegex(ran.stdout, r"program.spl:2: no file is the module lib.numpy")
        self.assertRegex(ran.stdout, r"program.spl:3: \S*torch.spl exports no times \[use\]")

    def test_what_a_run_called(self):
        file = self.write("a.spl", "extern fn rt_torch_torchtensor_neg(a: i64) -> i64\n")
        calls = self.write("calls.json", '{"calls": {"rt_torch_torchtensor_neg": 2}}')
        self.assertEqual(census("--declarations", file, "--called", calls).returncode, 0)
        calls.write_text('{"calls": {}}')
        ran = census("--declarations", file, "--called", calls)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("rt_torch_torchtensor_neg was not called in the run [uncalled]", ran.stdout)
        calls.write_text("[]")
        self.assertEqual(census("--declarations", file, "--called", calls).returncode, 2)


if __name__ == "__main__":
    unittest.main()
