#!/bin/bash
# pytest 9.2.0 (PyPI: pytest)
# Expected: xfail says that a test function fails: "you expect a test to fail for some reason" (pytest's how-to). What a fixture
#     finds afterwards, for every test alike, is an error of its own, as it is for tests without the mark.
# Seen: a fixture whose teardown fails is an error and exit 1 for an ordinary test, and one more "xfailed" and exit 0 for a
#     marked one. One test is counted as two xfailed.
# Means: a leak check in a fixture (live handles before and after) is switched off for every test that is marked xfail, the very
#     ones that leave through an exception; a session's fixture is no way out where the last test is marked. Mark with raises=
#     and the exception that is expected: another one, as the fixture's, is an error then.
source "$(dirname "$0")/common.sh"
pypi pytest==9.2.0
cat >"$work/test_handles.py" <<'END'
import pytest
live = 0
@pytest.fixture(autouse=True)
def handles_are_given_back():
    before = live
    yield
    assert live == before, "a handle is left"
def test_ordinary():
    global live
    live += 1
@pytest.mark.xfail(reason="unsupported")
def test_marked():
    global live
    live += 1
    assert False
END
finding() {
    local test status
    cd "$work" || return
    for test in test_ordinary test_marked; do
        status=0
        python3 -m pytest -q -p no:cacheprovider test_handles.py -k $test >"$work/log" || status=$?
        echo "$test: exit $status, $(tail -n 1 "$work/log" | sed 's/ in .*//')"
    done
}
finding | behaves 3<<'END'
test_ordinary: exit 1, 1 passed, 1 deselected, 1 error
test_marked: exit 0, 1 deselected, 2 xfailed
END
