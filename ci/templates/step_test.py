#!/usr/bin/env python3
"""ci/templates/step without a build: what it refuses, and what a build is cached under. ci/templates/test carries it out."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

STEP = pathlib.Path(__file__).resolve().parent / "step"


class Step(unittest.TestCase):
    def test_a_step_in_a_service_says_what_it_lacks(self):
        with tempfile.TemporaryDirectory() as folder:
            planned = pathlib.Path(folder, "planned/plan.json")
            planned.parent.mkdir()
            planned.write_text("{}")
            for words, variables, code, message in [
                    ((), {}, 64, "or run, not ''"), (("shard",), {}, 2, "GATE_SHARD is to say which"),
                    (("shard",), {"GATE_SHARD": "1/3"}, 2, "there is no gate-reports/plan.json"), (("merge",), {}, 2, "there is no gate-reports/plan.json"),
                    (("shard",), {"GATE_SHARD": "1/3", "GATE_REPORTS": "planned", "GATE_CANDIDATE": "none.so"}, 2, "there is no candidate none.so"),
                    (("run",), {"GATE_CANDIDATE": "none.so"}, 2, "there is no candidate none.so")]:
                ran = subprocess.run([STEP, *words], capture_output=True, text=True, cwd=folder, env={**os.environ, **variables})
                self.assertEqual((ran.returncode, len(ran.stderr.splitlines())), (code, 1), ran.stderr)
                self.assertIn(message, ran.stderr)

    def test_a_build_is_cached_under_its_sources(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "ci/templates").mkdir(parents=True)
            step = shutil.copy(STEP, root / "ci/templates")

            def key():
                return subprocess.run([step, "key"], capture_output=True, text=True, check=True).stdout

            first = key()
            for made in ("build/bin/gate", "build-matrix/rows/a", "reports/runs/1/verdict.json", "ci/__pycache__/a.pyc"):
                (root / made).parent.mkdir(parents=True)
                (root / made).write_text("made")
            self.assertEqual(key(), first, "what was made changes nothing")
            (root / "building.md").write_text("a source")
            self.assertNotEqual(key(), first)


if __name__ == "__main__":
    unittest.main()
