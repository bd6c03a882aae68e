#!/usr/bin/env python3
"""The table of peers from samples: each library's medians and intervals in its own column; nothing is made of samples that lack."""
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import peer_table  # noqa: E402


def report():
    costs = {"this library": 1.0, "raw pointers": 2.0, "a locked map": 3.0}
    return {"libtorch": "1.13.0", "libraries": {name: {row: [cost + i / 100 for i in range(8)] for row in peer_table.ROWS}
                                                for name, cost in costs.items()}}


class PeerTable(unittest.TestCase):
    def test_each_library_has_its_own_column(self):
        lines = peer_table.table(report()).splitlines()
        self.assertEqual(lines[2], "| call | this library | raw pointers | a locked map |")
        self.assertIn("| `add/smallest` | 1.035 (1.000 to 1.070) | 2.035 (2.000 to 2.070) | 3.035 (3.000 to 3.070) |", lines)
        self.assertEqual(lines[-1], "| median of these | 1.035 | 2.035 | 3.035 |")

    def test_all_rows_are_there_once(self):
        table = peer_table.table(report())
        self.assertEqual(len(peer_table.FUNCTIONS), 20)
        self.assertEqual(len(set(peer_table.ROWS)), 21)
        for row in peer_table.ROWS:
            self.assertEqual(table.count(f"`{row}`"), 1)

    def test_a_row_without_samples_is_no_table(self):
        lacking = report()
        del lacking["libraries"]["raw pointers"]["neg/smallest"]
        with self.assertRaises(KeyError):
            peer_table.table(lacking)

    def test_a_library_that_lacks_a_function_is_named(self):
        rows = [{"name": row, "samples": {"cost": [1.0] * 8}} for row in peer_table.ROWS[1:]]
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "bin/bench_direct"
            program.parent.mkdir()
            text = json.dumps({"not_comparable": "", "libtorch": "1.13.0", "rows": rows})
            program.write_text(f"#!/bin/sh\nfor last; do :; done\ncat > \"$last\" <<'REPORT'\n{text}\nREPORT\n")
            program.chmod(0o755)
            with self.assertRaises(SystemExit) as ended:
                peer_table.measure(Path(folder), "peer_raw.so")
        self.assertEqual(str(ended.exception), "peer_raw.so: zeros/smallest has no samples: not timed")

    def test_wrong_usage_says_how(self):
        ran = subprocess.run([Path(peer_table.__file__), "--nothing"], capture_output=True, text=True)
        self.assertEqual((ran.returncode, ran.stdout), (64, ""))
        self.assertIn("peer_table.py BUILD", ran.stderr)


if __name__ == "__main__":
    unittest.main()
