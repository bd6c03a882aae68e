"""Plan, shards and merge of simple-gate in a build folder of their own, where scripts stand for the suites and a library
whose functions do nothing for the candidate. A test that imports this is called with two folders: of programs, and of bad
candidates.
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

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "engine"))
from quiet_suite import QUIET_SUITE, SUITES, record_plans  # noqa: E402

BIN, BAD = pathlib.Path(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
SCHEMA = json.loads((HERE.parents[1] / "reports/verdict.schema.json").read_text())
# A case whose name says so fails; BLIND sees no failure, not even a canary's.
SUITE = QUIET_SUITE.replace("status=pass\n", "status=pass\n  [[ $id == */bad ]] && status=fail\n").replace(
    "  echo '{\"event\": \"end\"", "  [[ $BLIND ]] && status=pass\n  echo '{\"event\": \"end\"")
FUNCTIONS = ("add", "sub", "mul", "div", "abs", "neg", "exp", "log", "sin", "cos")
N = 3


def write_suite(program, ids):
    cases = [{"id": id, "function": id.split("/")[0], "promises": ["E1"], "quick": not id.endswith("/slow")} for id in ids]
    program.write_text(SUITE % json.dumps({"event": "plan", "suite": "quiet", "cases": cases}))
    program.chmod(0o755)


class DealtRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = root = pathlib.Path(folder.name)
        for name in ("bin", "lib", "ci/shards"):
            (root / name).mkdir(parents=True)
        for name in ("simple-gate", "simple-probe"):
            shutil.copy(BIN / name, root / "bin" / name)
        (root / "ci/shards/recorded_seconds.tsv").write_text("golden - 0.01\nproperty - 0.01\nlibrary (checks) 1\n")
        for name in ("libsimple_torch_reference.so", "candidate.so"):
            shutil.copy(BAD / "bad_candidate_hollow.so", root / "lib" / name)
        write_suite(root / "bin/golden_suite", [f"{f}/{i}" for f in FUNCTIONS for i in range(5)] + ["sub/bad", "add/slow"])
        write_suite(root / "bin/property_suite", [f"{f}/law" for f in FUNCTIONS] + ["add/slow"])
        record_plans(root / "bin", SUITES)
        cls.expect(0, cls.gate("plan", "--shards", N, "--out", "plan.json", *cls.RUN))
        cls.ran = [cls.shard(i) for i in range(1, N + 1)]

    # Whole suites are timed, which takes a second each.
    WHOLE = ("--candidate", "lib/candidate.so", "--step", "library,suite", "--timeout-scale", "0.1")
    RUN = (*WHOLE, "--quick")

    @classmethod
    def gate(cls, *words, cwd=None, **environment):
        return subprocess.run([cls.root / "bin/simple-gate", *map(str, words)], capture_output=True, text=True, timeout=100,
                              cwd=cwd or cls.root, env={**os.environ, **environment})

    @staticmethod
    def expect(code, ran):
        if ran.returncode != code:
            raise AssertionError(f"{ran.args}: {ran.returncode}, not {code}\n{ran.stdout}{ran.stderr}")
        return ran

    @classmethod
    def shard(cls, i, plan="plan.json", out=None, of=N, **environment):
        return cls.gate("--shard", f"{i}/{of}", "--plan", plan, "--out", out or f"shards/{i}", **environment)

    @staticmethod
    def verdict(folder):
        verdict = json.loads((folder / "verdict.json").read_text())
        jsonschema.validate(verdict, SCHEMA)
        return verdict

    def merge(self, *folders, out="merged", options=()):
        ran = self.gate("merge", "--out", out, *options, *(folders or [f"shards/{i}" for i in range(1, N + 1)]))
        return ran, self.verdict(self.root / out)

    def copied(self, name, *shards):
        """Folders of shards to spoil."""
        folders = []
        for i in shards:
            folders.append(self.root / name / str(i))
            shutil.copytree(self.root / "shards" / str(i), folders[-1])
        return folders
