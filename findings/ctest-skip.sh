#!/bin/bash
# CTest of CMake 4.4.5 (PyPI: cmake)
# Expected: FAIL_REGULAR_EXPRESSION: "If the test output matches this regular expression the test will fail, regardless of the
#     process exit code" (cmake --help-property FAIL_REGULAR_EXPRESSION).
# Seen: with a SKIP_RETURN_CODE that is this exit code, or a SKIP_REGULAR_EXPRESSION that matches too, the test is skipped and
#     ctest ends with 0. The output that had to fail it is there.
# Means: a project that sets FAIL_REGULAR_EXPRESSION "ERROR: AddressSanitizer|runtime error" on tests that may also skip (no
#     GPU, no data) loses reports of exactly the tests that end early. Let the sanitizer end the process with a code of its own.
source "$(dirname "$0")/common.sh"
pypi cmake==4.4.5
need make
cat >"$work/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.20)
project(finding NONE)
enable_testing()
foreach(name plain skip_code skip_text)
  add_test(NAME ${name} COMMAND sh -c "echo 'runtime error: no device'; exit 77")
  set_tests_properties(${name} PROPERTIES FAIL_REGULAR_EXPRESSION "runtime error")
endforeach()
set_tests_properties(skip_code PROPERTIES SKIP_RETURN_CODE 77)
set_tests_properties(skip_text PROPERTIES SKIP_REGULAR_EXPRESSION "no device")
END
PATH=$work/python/bin:$PATH
attempt cmake -S "$work" -B "$work/build" -G "Unix Makefiles"
finding() {
    local test status
    for test in plain skip_code skip_text; do
        status=0
        ctest --test-dir "$work/build" -R "$test" >"$work/log" 2>&1 || status=$?
        echo "$test: exit $status, $(grep -oE '\*\*\*[A-Za-z]+' "$work/log" | tr -d '*')"
    done
}
finding | behaves 3<<'END'
plain: exit 8, Failed
skip_code: exit 0, Skipped
skip_text: exit 0, Skipped
END
