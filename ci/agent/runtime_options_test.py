#!/usr/bin/env python3
"""runtime_options_test.py BUILD: --examples, --bless and --rebuild, and slips in how a program is to be started."""
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

BUILD = Path(sys.argv.pop(1)).resolve()
HOSTS = BUILD / "hosts"
SOURCE = Path(__file__).resolve().parent / "hosts"


class Options(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def gate(self, *options):
        return subprocess.run([BUILD / "bin/simple-gate", *map(str, options)], cwd=self.folder, capture_output=True,
                              text=True, timeout=100)

    def suite(self, *options):
        return self.gate("--step", "suite", "--quick", "--filter", "neg", "--suite", "golden", *options)

    def write(self, path, text, mode=0o644):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

    def test_examples_are_compared_with_what_they_should_print(self):
        self.write("examples/counts.spl", "print live_tensors()\n")
        expected = self.write("expected/counts.txt", "host: <n: [0-9]+> tensors\n")
        options = ["--candidate", HOSTS / "lists", "--step", "suite", "--quick", "--filter", "neg", "--examples", "examples",
                   "--expected", "expected"]
        ran = self.gate(*options, "--out", "out")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        expected.write_text("host: 1 tensors\n")
        self.write("expected/other.txt", "")
        ran = self.gate(*options, "--out", "out")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("- host: 1 tensors", ran.stdout)
        self.assertIn("expected/other.txt is of no program", ran.stdout)

    def test_bless_writes_what_varies_as_marked_places(self):
        runtime = self.write("runtime", "#!/bin/sh\necho \"process $$ runs $(basename \"$1\")\"\necho 'a <b: c> d'\ncat \"$1\"\n",
                             0o755)
        self.write("examples/one.spl", "the same\n")
        options = ["--candidate", runtime, "--examples", "examples", "--expected", "expected", "--bless"]
        ran = self.gate(*options)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        text = self.folder / "expected/one.txt"
        self.assertEqual(text.read_text(), "process <varies: [^ ]+> runs one.spl\n<varies: .*>\nthe same\n")
        text.write_text("process <pid: [0-9]+> runs one.spl\n<varies: .*>\nanother\n")
        self.assertEqual(self.gate(*options).returncode, 0)
        self.assertEqual(text.read_text(), "process <pid: [0-9]+> runs one.spl\n<varies: .*>\nthe same\n")
        self.assertIn("as before", self.gate(*options).stdout)
        runtime.write_text("#!/bin/sh\necho oh >&2\nexit 4\n")
        ran = self.gate(*options)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("it exited with status 4", ran.stdout)

    def test_rebuild_says_what_changed(self):
        self.write("gate.toml", "")  # reports beside it
        candidate = self.folder / "runtime"
        options = ["--candidate", candidate, "--rebuild"]
        ran = self.suite(*options, f"cp {shlex.quote(str(HOSTS / 'lists'))} runtime")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertIn("of which there was none before", ran.stdout)
        ran = self.suite(*options, "true")
        self.assertIn("is what it was, byte for byte", ran.stdout)
        ran = self.suite(*options, f"cp {shlex.quote(str(HOSTS / 'lists.faulty'))} runtime")
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("bytes, ", ran.stdout)
        self.assertRegex(ran.stdout, "(?s)newly.*golden/neg|golden/neg.*newly")
        self.assertEqual((self.folder / "runtime.before").read_bytes(), (HOSTS / "lists").read_bytes())
        ran = self.suite(*options, f"cp {shlex.quote(str(HOSTS / 'by_runpath'))} runtime")
        self.assertIn("functions gone: rt_torch_", ran.stdout)
        ran = self.suite(*options, "exit 7")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("'exit 7' exited with status 7", ran.stderr)

    def test_what_a_failed_build_leaves_is_never_the_one_before(self):
        self.write("gate.toml", "")
        lists, faulty = (shlex.quote(str(HOSTS / name)) for name in ("lists", "lists.faulty"))
        options = ["--candidate", self.folder / "runtime", "--rebuild"]
        self.assertEqual(self.suite(*options, f"cp {lists} runtime").returncode, 0)
        for build in "echo torn >runtime; exit 7", "echo worse >runtime; exit 7", "rm runtime; exit 7", "rm -f runtime":
            self.assertEqual(self.suite(*options, build).returncode, 2)
            self.assertEqual((self.folder / "runtime.before").read_bytes(), (HOSTS / "lists").read_bytes(), build)
        ran = self.suite(*options, f"cp {faulty} runtime")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual((self.folder / "runtime.before").read_bytes(), (HOSTS / "lists").read_bytes())
        self.assertRegex(ran.stdout, "(?s)newly.*golden/neg|golden/neg.*newly")
        self.assertFalse((self.folder / "runtime.rebuilding").exists())
        self.suite(*options, "true")
        self.assertEqual((self.folder / "runtime.before").read_bytes(), (HOSTS / "lists.faulty").read_bytes())

    def test_slips_are_one_line(self):
        lists = HOSTS / "lists"
        for options, words in [(["--candidate", lists, "--launcher", "no_such_program"], "no program no_such_program is in PATH"),
                               (["--candidate", lists, "--args", "a 'b"], "--args 'a 'b': a quote has no other"),
                               (["--candidate", lists, "--args", "$(true)"], "it substitutes a command"),
                               (["--candidate", lists, "--args", "a | b"], "needs quotes"),
                               (["--candidate", lists, "--env", "1=2"], "--env takes NAME=VALUE, not 1=2"),
                               (["--candidate", lists, "--wait-for-library=never"], "takes seconds, above 0 to 3600, not never"),
                               (["--candidate", BUILD / "lib/libsimple_torch_reference.so", "--env", "A=1"], "is none"),
                               (["--candidate", lists, "--examples", "."], "--examples needs --expected"),
                               (["--bless"], "--expected"),
                               (["--rebuild", "true"], "--rebuild builds what --candidate names"),
                               (["--candidate", lists, "--args", "x", "--debug", "golden/a"], "--debug starts a program itself")]:
            ran = self.gate(*options)
            self.assertEqual(ran.returncode, 64, ran.stdout + ran.stderr)
            self.assertIn(words, ran.stderr)
            self.assertEqual(ran.stderr.count("\n"), 1, ran.stderr)


if __name__ == "__main__":
    unittest.main()
