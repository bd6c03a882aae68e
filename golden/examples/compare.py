#!/usr/bin/env python3
"""Runs an example and compares what it prints with its golden output, line by line.

    compare.py EXPECTED PROGRAM [ARGUMENT...]

A golden line is literal but for marked places <name: pattern>, where the pattern (a regular expression without ">")
says what is allowed. A line that begins with <lines FROM-TO> stands for that many lines like the rest of it.
Exit 0 where everything fits and the program ended with 0; 1 and a diff otherwise.
"""
import pathlib
import re
import subprocess
import sys


def pattern_of(line):
    parts = re.split(r"<[^<>:]+: ([^<>]*)>", line)
    return "".join(f"(?:{part})" if i % 2 else re.escape(part) for i, part in enumerate(parts))


def golden_lines(text):
    """Each golden line as (text, least, most, compiled pattern)."""
    for line in text.splitlines():
        repeat = re.match(r"<lines (\d+)-(\d+)>", line)
        least, most = (int(repeat[1]), int(repeat[2])) if repeat else (1, 1)
        yield line, least, most, re.compile(pattern_of(line[repeat.end():] if repeat else line))


def differences(expected, got):
    """The diff as lines, "  " before what fits, "- " what was expected, "+ " what came; empty when all fits."""
    diff, at, wrong = [], 0, False
    for line, least, most, pattern in golden_lines(expected):
        count = 0
        while count < most and at < len(got) and pattern.fullmatch(got[at]):
            diff.append("  " + got[at])
            at, count = at + 1, count + 1
        if count < least:
            wrong = True
            diff.append("- " + line)
            # A line that differs, rather than one that is missing, is shown beside what came in its place.
            if at < len(got):
                diff.append("+ " + got[at])
                at += 1
    diff += ["+ " + line for line in got[at:]]
    return diff if wrong or at < len(got) else []


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 64
    expected = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    run = subprocess.run(sys.argv[2:], capture_output=True, check=False)
    got = run.stdout.decode("utf-8", "replace")
    diff = differences(expected, got.splitlines())
    for line in diff:
        print(line)
    if got and not got.endswith("\n"):
        diff.append("the last line does not end")
        print(diff[-1])
    if run.stderr:
        print("stderr:", run.stderr.decode("utf-8", "replace").rstrip())
    if run.returncode:
        print(f"{sys.argv[2]} ended with {run.returncode}")
    return 1 if diff or run.returncode or run.stderr else 0


if __name__ == "__main__":
    sys.exit(main())
