#!/bin/bash
# pytest 9.2.0 (PyPI: pytest)
# Expected: in a JUnit file the attribute tests of a suite is the number of its testcase elements, skipped that of the skipped
#     ones, and a test function is one testcase.
# Seen: three functions, each with a fixture whose teardown fails, are 4 testcases and tests="5"; skipped="2" stands over one
#     skipped testcase; one function is two testcases of the same name, the first a failure and the second an error.
# Means: readers that believe the attributes, count elements or count names report 5, 4 and 3 tests of one valid file. A gate
#     that compares totals of two runners, or demands that no test disappears, compares names.
source "$(dirname "$0")/common.sh"
pypi pytest==9.2.0
cat >"$work/test_three.py" <<'END'
import pytest
@pytest.fixture(autouse=True)
def handles_are_given_back():
    yield
    assert False, "a handle is left"
def test_right():
    pass
def test_wrong():
    assert False
@pytest.mark.xfail(reason="unsupported")
def test_unsupported():
    assert False
END
cat >"$work/finding.py" <<'END'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot()[0]
print("attributes:", *(f"{name}={suite.get(name)}" for name in ("tests", "failures", "errors", "skipped")))
print("elements:", len(suite.findall("testcase")), "names:", len({case.get("name") for case in suite.findall("testcase")}))
for case in suite.findall("testcase"):
    print(" ", case.get("name"), *(child.tag for child in case))
END
finding() {
    cd "$work" || return
    python3 -m pytest -q -p no:cacheprovider --junitxml=report.xml test_three.py >"$work/log" && cannot "pytest passes tests that fail"
    python3 finding.py report.xml
}
finding | behaves 3<<'END'
attributes: tests=5 failures=1 errors=2 skipped=2
elements: 4 names: 3
  test_right error
  test_wrong failure
  test_wrong error
  test_unsupported skipped skipped
END
