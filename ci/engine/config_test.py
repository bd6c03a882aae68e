#!/usr/bin/env python3
"""config_test.py SIMPLE_GATE: gate.toml, its schema, and what is said of mistakes in it."""
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

import jsonschema

GATE = Path(sys.argv.pop(1)).resolve()
PUBLISHED = Path(__file__).resolve().parent / "gate.schema.json"
STUB = GATE.parents[1] / "lib/libsimple_torch_stub.so"
# Of the command line alone.
OUTSIDE = {"help", "config", "no-config", "no-build", "libtorch"}


class Config(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.file = self.folder / "gate.toml"

    def gate(self, *options, toml=None, below=""):
        if toml is not None:
            self.file.write_text(toml)
        (self.folder / below).mkdir(parents=True, exist_ok=True)
        return subprocess.run([GATE, *options], cwd=self.folder / below, capture_output=True, text=True, timeout=50)

    def test_the_published_schema_is_that_of_the_options(self):
        printed = self.gate("schema")
        self.assertEqual(printed.stdout, PUBLISHED.read_text(), "simple-gate schema > ci/engine/gate.schema.json")
        jsonschema.Draft202012Validator.check_schema(json.loads(printed.stdout))

    def test_every_option_of_the_help_is_in_the_schema(self):
        names = set(re.findall(r"^  .*?--([a-z-]+)", self.gate("--help").stdout, re.MULTILINE))
        self.assertGreater(len(names), 30)
        self.assertEqual(names - OUTSIDE, set(json.loads(PUBLISHED.read_text())["properties"]))

    def test_schema_and_gate_agree_on_types(self):
        validator = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text()))
        samples = ["true", "3", "1.5", '"word"', '["word"]', "[1]", '""', "{a = 1}"]
        for name in json.loads(PUBLISHED.read_text())["properties"]:
            for sample in samples:
                toml = f"{name} = {sample}\n"
                said = self.gate("--no-such-option", toml=toml).stderr
                refused = re.search(r"takes (true|a text|a whole number$|a number$)|is empty", said) is not None
                self.assertEqual(refused, not validator.is_valid(tomllib.loads(toml)), f"{toml}{said}")

    def test_a_run_takes_its_options_waivers_and_reports_from_beside_it(self):
        (self.folder / "build").mkdir()
        (self.folder / "build/lib.so").symlink_to(STUB)
        ran = self.gate("--no-build", below="deep/er", toml='#:schema ci/engine/gate.schema.json\n'
                        'candidate = "build/lib.so"\nstep = "library"\nkeep-going = false\n')
        self.assertIn(f"options from {self.file}\n", ran.stderr)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        verdict = json.loads((self.folder / "reports/latest/verdict.json").read_text())
        self.assertEqual({step["name"] for step in verdict["steps"] if step["status"] == "pass"}, {"library"})
        (self.folder / "waivers.toml").write_text("[[waiver]]\nscope = 1\n")
        ran = self.gate("--no-build")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("waivers.toml", ran.stderr)

    def test_the_command_line_wins(self):
        for options, status, words in [([], 64, "gate.toml:1: no step is named librari; did you mean library?"),
                                       (["--step", "library", "--candidate", STUB], 0, "options from"),
                                       (["--no-config", "--step", "library", "--candidate", STUB, "--out", "out"], 0, ""),
                                       (["--config", "other.toml", "--list"], 64, "--config: no file is at other.toml")]:
            ran = self.gate(*options, toml='step = ["librari"]\n')
            self.assertEqual(ran.returncode, status, ran.stderr)
            self.assertIn(words, ran.stderr)

    def test_mistakes_are_one_line_with_their_place(self):
        for toml, words in [("quick = true\njops = 2\n", "gate.toml:2: there is no option jops; did you mean jobs?"),
                            ("jobs = 0\n", "gate.toml:1: --jobs takes a whole number from 1 to 1024, not 0"),
                            ("\njobs = \"2\"\n", "gate.toml:2: jobs takes a whole number"),
                            ("quick = 1\n", "gate.toml:1: quick takes true or false"),
                            ("step = [1]\n", "gate.toml:1: step takes a text or a list of texts"),
                            ("candidate = \"\"\n", "gate.toml:1: candidate is empty"),
                            ("no-build = true\n", "gate.toml:1: there is no option no-build"),
                            ("a = \n", "gate.toml:1: "),
                            ("quick = true\nquick = true\n", "gate.toml:2: "),
                            ("\nfail-on = \"old\"\n", "gate.toml:2: --fail-on"),
                            ("device = \"gpu\"\n", "gate.toml:1: --device is cpu, cuda:N or simulated, not gpu")]:
            ran = self.gate("--list", toml=toml)
            self.assertEqual(ran.returncode, 64, toml + ran.stderr)
            line = ran.stderr.splitlines()[-1]
            self.assertTrue(line.startswith(f"ci/gate: {self.folder}/"), line)
            self.assertIn(words, line)


if __name__ == "__main__":
    unittest.main()
