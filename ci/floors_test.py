#!/usr/bin/env python3
"""No include runs up: a file includes what stands on its own floor or below (docs/architecture.md).

usage: floors_test.py PROJECT
"""
import pathlib
import re
import sys

# The first that a path begins with counts; what begins with none is a suite.
FLOORS = [
    ("impl/", 0),
    ("reports/", 1),
    # The program: it puts the self-test and the commands beside the gate.
    ("ci/engine/main.cpp", 6),
    ("ci/engine/commands.cpp", 6),
    ("ci/census/", 5),
    ("ci/compare/", 5),
    ("ci/evidence/", 5),
    ("ci/faults/self_test/", 5),
    ("ci/shards/", 5),
    ("ci/engine/", 4),
    ("ci/steps/", 3),
    ("ci/", 2),
]
SUITES = 7


def floor(path):
    return next((floor for prefix, floor in FLOORS if path.startswith(prefix)), SUITES)


def runs_up(project):
    for file in sorted(project.rglob("*")):
        path = file.relative_to(project).as_posix()
        if file.suffix not in (".h", ".c", ".cpp", ".def", ".inc") or path.startswith(("build", ".")):
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            included = re.match(r'\s*#\s*include\s+"([^"]+/[^"]+)"', line)
            if included and floor(included[1]) > floor(path):
                yield f"{path}:{number}: includes {included[1]}, which stands on a floor above"


def main():
    project = pathlib.Path(sys.argv[1])
    # A rule that sees nothing would be kept by everything.
    assert floor("impl/abi/backend.h") < floor("ci/run/worker.h") < floor("ci/engine/gate.h") < floor("bench/calls/calls.h")
    problems = list(runs_up(project))
    print("\n".join(problems) or "no include runs up")
    sys.exit(1 if problems else 0)


main()
