#!/usr/bin/env python3
"""python -m simple_torch_ffi.check, on a library that works and on what does not: test_check.py LIBRARY."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

LIBRARY = pathlib.Path(sys.argv.pop(1)).resolve()
HERE = pathlib.Path(__file__).resolve().parent


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)

    def check(self, *arguments, folder=None):
        ran = subprocess.run([sys.executable, "-B", "-m", "simple_torch_ffi.check", *arguments], capture_output=True, text=True,
                             cwd=folder or self.top, env={**os.environ, "PYTHONPATH": f"{HERE}:{self.top}", "SIMPLE_TORCH_LIBRARY": ""})
        return ran.returncode, ran.stdout, ran.stderr

    def test_a_library_is_a_file_even_without_a_slash(self):
        for library, folder in ((LIBRARY, None), (LIBRARY.name, LIBRARY.parent)):
            code, out, err = self.check(str(library), folder=folder)
            self.assertEqual((code, err), (0, ""), out)
            self.assertRegex(out, r"(\d+) of \1 hold\n$")

    def test_what_cannot_be_loaded_is_a_line(self):
        (self.top / "libnone.so").write_text("nothing")
        (self.top / "torch.py").write_text("raise ImportError('not this one')\n")
        for arguments, said in ((["./absent.so"], "it cannot be loaded: ./absent.so: cannot open"),
                                (["libnone.so"], f"it cannot be loaded: {self.top.resolve()}/libnone.so: "),
                                (["--beside-torch", str(LIBRARY)], "torch cannot be imported: not this one")):
            code, out, err = self.check(*arguments)
            self.assertEqual((code, out, err.count("\n")), (1, "", 1), err)
            self.assertTrue(err.startswith(said), err)

    def test_bad_usage_is_64(self):
        for arguments in ([], ["--frobnicate"], [str(LIBRARY), "another"]):
            self.assertEqual(self.check(*arguments)[0], 64, arguments)


if __name__ == "__main__":
    unittest.main()
