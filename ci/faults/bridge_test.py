#!/usr/bin/env python3
"""bridge_test.py SIMPLE_GATE PLAIN_BRIDGE: a bridge that dies on bad handles is judged to the end, each defect named."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

GATE, BRIDGE = sys.argv.pop(1), sys.argv.pop(1)
# D14 is a race: it does not show for certain.
CERTAIN = {f"D{number:02}" for number in range(1, 22)} - {"D14"}


class Bridge(unittest.TestCase):
    def test_each_defect_is_named(self):
        with tempfile.TemporaryDirectory() as out:
            ran = subprocess.run([GATE, "--candidate", BRIDGE, "--out", out, "--step", "suite", "--suite", "property",
                                  "--filter", "defect/*"], capture_output=True, text=True, timeout=250)
            cases = json.loads((Path(out) / "verdict.json").read_text())["cases"]
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        self.assertEqual([c["id"] for c in cases if c["message"].startswith(("the suite did not start", "not run:"))], [])
        named = {p for c in cases if c["status"] in ("fail", "error", "crash", "timeout") for p in c["promises"]}
        self.assertEqual(CERTAIN - named, set())


if __name__ == "__main__":
    unittest.main()
