#!/bin/bash
# GoogleTest 1.12.1 (Debian: libgtest-dev 1.12.1-0.2) read by junitparser 5.0.3 (PyPI: junitparser) and junit-to-ctrf 0.0.14
# (npm: junit-to-ctrf)
# Expected: a test that is disabled did not run, and a reader of the report says so: GoogleTest's file has it as
#     status="notrun", and counts it in disabled="1".
# Seen: the file has no element for it within the testcase, so that both readers, who look for failure, error and skipped, count
#     it as passed.
# Means: tests that somebody switched off with DISABLED_ count towards "so many passed", and meet a gate that asks for a number
#     of passed cases. Count by status="run" and result="completed", which GoogleTest writes into each testcase.
source "$(dirname "$0")/common.sh"
debian libgtest-dev=1.12.1-0.2
pypi junitparser==5.0.3
npm_packages junit-to-ctrf@0.0.14
need g++
cat >"$work/suite.cpp" <<'END'
#include <gtest/gtest.h>
TEST(Suite, runs) {}
TEST(Suite, DISABLED_wrong) { FAIL(); }
END
cat >"$work/finding.py" <<'END'
import json, sys
from junitparser import JUnitXml
from xml.etree import ElementTree
folder = sys.argv[1]
for case in ElementTree.parse(f"{folder}/report.xml").iter("testcase"):
    print(f"GoogleTest: {case.get('name')} status={case.get('status')}, {len(case)} elements in it")
for suite in JUnitXml.fromfile(f"{folder}/report.xml"):
    for case in suite:
        print(f"junitparser: {case.name} is_passed={case.is_passed} is_skipped={case.is_skipped}")
with open(f"{folder}/ctrf.json") as file:
    for test in json.load(file)["results"]["tests"]:
        print(f"junit-to-ctrf: {test['name'].split()[-1]} {test['status']}")
END
lib=$(echo "$work"/debian/usr/lib/*-linux-gnu*)
attempt g++ -std=c++17 -I "$work/debian/usr/include" -L "$lib" -o "$work/suite" "$work/suite.cpp" -lgtest -lgtest_main -pthread
attempt "$work/suite" "--gtest_output=xml:$work/report.xml"
attempt node "$work/node_modules/junit-to-ctrf/dist/cli.js" "$work/report.xml" -o "$work/ctrf.json"
python3 "$work/finding.py" "$work" | behaves 3<<'END'
GoogleTest: runs status=run, 0 elements in it
GoogleTest: DISABLED_wrong status=notrun, 0 elements in it
junitparser: runs is_passed=True is_skipped=False
junitparser: DISABLED_wrong is_passed=True is_skipped=False
junit-to-ctrf: runs passed
junit-to-ctrf: DISABLED_wrong passed
END
