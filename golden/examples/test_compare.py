#!/usr/bin/env python3
"""compare.py finds what differs and lets pass what may vary."""
import unittest

from compare import differences

GOLDEN = "title\n\nversion = <version: [0-9]+\\.[0-9]+|dev>\n<lines 1-3>step <n: [0-9]+>\nend\n"


class TestCompare(unittest.TestCase):
    def passes(self, *lines):
        self.assertEqual(differences(GOLDEN, list(lines)), [])

    def fails(self, marked, *lines):
        diff = differences(GOLDEN, list(lines))
        self.assertIn(marked, diff)

    def test_what_may_vary(self):
        self.passes("title", "", "version = 2.14", "step 1", "end")
        self.passes("title", "", "version = dev", "step 1", "step 20", "step 300", "end")

    def test_a_pattern_covers_its_whole_place(self):
        self.fails("+ version = devel", "title", "", "version = devel", "step 1", "end")
        self.fails("+ version = 2.14x", "title", "", "version = 2.14x", "step 1", "end")

    def test_literal_text(self):
        self.fails("+ Title", "Title", "", "version = dev", "step 1", "end")
        self.fails("+ end ", "title", "", "version = dev", "step 1", "end ")

    def test_missing_and_added_lines(self):
        self.fails("- end", "title", "", "version = dev", "step 1")
        self.fails("+ more", "title", "", "version = dev", "step 1", "end", "more")
        self.fails("- title")

    def test_counts_of_repeated_lines(self):
        self.fails("- <lines 1-3>step <n: [0-9]+>", "title", "", "version = dev", "end")
        self.fails("+ step 4", "title", "", "version = dev", "step 1", "step 2", "step 3", "step 4", "end")


if __name__ == "__main__":
    unittest.main()
