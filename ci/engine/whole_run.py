"""Whole runs of simple-gate in a build folder of their own, where fake_suite stands for the golden suite and a library
whose functions do nothing for the candidate and the stub. A test that imports this is called with two folders: of programs,
and of bad candidates.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import jsonschema

from quiet_suite import SUITES, record_plans, write_quiet_suite

BIN, BAD = pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
SCHEMA = json.loads((pathlib.Path(__file__).resolve().parents[2] / "reports/verdict.schema.json").read_text())


class WholeRun(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in ("bin", "lib"):
            (self.root / name).mkdir()
        for name in ("simple-gate", "simple-probe"):
            shutil.copy(BIN / name, self.root / "bin" / name)
        shutil.copy(BIN / "fake_suite", self.root / "bin/golden_suite")
        self.quiet_suites("property_suite")
        shutil.copy(BAD / "bad_candidate_hollow.so", self.root / "lib/libsimple_torch_reference.so")
        self.record()
        self.benchmark({"not_comparable": "the candidate runs on nothing", "rows": []})
        self.candidate = self.root / "lib/candidate.so"
        shutil.copy(BAD / "bad_candidate_hollow.so", self.candidate)

    def command(self, *options, timeout_scale="0.1", whole=False):
        chosen = (whole or {"--step", "--suite", "--contract", "--debug"} & set(options)
                  or any(str(option).startswith("--self-test") for option in options))
        steps = [] if chosen else ["--step", "library,suite"]
        candidate = [] if "--candidate" in options else ["--candidate", self.candidate]
        return [self.root / "bin/simple-gate", *candidate, "--timeout-scale", timeout_scale, *steps, *options]

    def record(self, mode=""):
        record_plans(self.root / "bin", SUITES, {"FAKE_SUITE": mode})

    def suites(self, *names):
        for name in names:
            shutil.copy(BIN / "fake_suite", self.root / f"bin/{name}_suite")
        self.record()

    def quiet_suites(self, *programs):
        for program in programs:
            write_quiet_suite(self.root / "bin" / program)
        if (self.root / "lib/libsimple_torch_reference.so").exists():
            self.record()

    def benchmark(self, report, name="bench_direct", first="--backend"):
        (self.root / f"{name}.json").write_text(json.dumps(report))
        program = self.root / "bin" / name
        program.write_text(f"#!/bin/sh\nfor last; do :; done\n[ \"$1\" = {first} ] && cp {self.root}/{name}.json \"$last\"\n")
        program.chmod(0o755)
        return program

    def run_gate(self, *options, mode="", fault="", timeout_scale="0.1", whole=False):
        return subprocess.run(self.command(*options, timeout_scale=timeout_scale, whole=whole), capture_output=True, text=True, timeout=250, cwd=self.root,
                              env={**os.environ, "FAKE_SUITE": mode, "SIMPLE_FAULT": fault})

    def verdict(self):
        verdict = json.loads((self.root / "reports/latest/verdict.json").read_text())
        jsonschema.validate(verdict, SCHEMA)
        return verdict

    def statuses(self):
        return {c["id"]: c["status"] for c in self.verdict()["cases"] if c["suite"] == "golden"}
