#!/usr/bin/env python3
"""Every suite lists the same cases for whatever backend: one that it cannot be asked is skipped and does not vanish, and the
gate, which holds the list against the recorded plan, judges a stub as it judges a library.

    listed_cases_test.py BIN LIBRARY...
"""
import json
import pathlib
import subprocess
import sys

# The differential and the linked suite need a second library or a host besides.
SUITES = ["golden", "property", "dynamic"]


def cases(text):
    return {case["id"]: case for case in json.loads(text)["cases"]}


def main():
    binaries, libraries = pathlib.Path(sys.argv[1]), sys.argv[2:]
    faults = 0
    for suite in SUITES:
        recorded = cases((binaries / "plans" / f"{suite}.json").read_text())
        for library in libraries:
            # Values are compared with those of a second backend.
            second = ["--second", libraries[0]] if suite == "property" else []
            listed = cases(subprocess.run([binaries / f"{suite}_suite", "--backend", library, *second, "--list-cases"],
                                          check=True, capture_output=True, text=True).stdout)
            for name in sorted(recorded.keys() ^ listed.keys()):
                faults += 1
                print(f"{suite}: {name} is listed {'only' if name in listed else 'not'} for {library}")
            for name in sorted(recorded.keys() & listed.keys()):
                if recorded[name] != listed[name]:
                    faults += 1
                    print(f"{suite}: {name} of {library} is {listed[name]}, and was recorded as {recorded[name]}")
        print(f"{suite}: {len(recorded)} cases, {len(libraries)} backends")
    return 1 if faults or not libraries else 0


if __name__ == "__main__":
    sys.exit(main())
