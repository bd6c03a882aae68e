#!/usr/bin/env python3
"""No limit in seconds decides a verdict unless it grows with the time scale: what waits for a time, or compares clocks,
does so in a statement that names the scale (ci/steps/time_scale.h, ci/testkit/time_scale.h), or stands in PLACES.

usage: time_limits_test.py PROJECT
"""
import collections
import pathlib
import re
import sys

# How often each file does so without the scale in the same statement, and why that may be.
PLACES = {
    "bench/history/store.cpp": (3, "another writer of the history is waited for: an error of the command, no verdict"),
    "bench/instructions/counting_run.cpp": (2, "looks for news; the limit is handed in, grown"),
    "ci/engine/terminal.cpp": (1, "how often a line is drawn anew"),
    "ci/faults/fault_check.cpp": (1, "a command of the tests alone: the self-test of the gate has its own, grown"),
    "ci/run/leftovers.cpp": (4, "processes that are killed: each is named, which decides, before the time is looked at"),
    "ci/run/process.cpp": (2, "for a killed process's end nothing is decided"),
    "ci/run/running.cpp": (4, "is handed its limit, grown"),
    "ci/run/suite_server.cpp": (3, "a server that is late is replaced by another"),
    "ci/run/suite_server.h": (1, "of these"),
    "ci/run/supervisor.cpp": (3, "looks for news; Limits are grown (ci/engine/suite_program.cpp)"),
    "ci/run/worker.cpp": (3, "Limits are grown; a server that is late to tell of a killed child is replaced"),
    "ci/steps/latency.cpp": (1, "run_to_end is handed its limit, grown where it is made"),
    "golden/suite/special_library.cpp": (2, "looks for the child's end; the limit was grown before the fork"),
    "impl/process/c_host.c": (1, "a program of the tests alone"),
    "impl/process/handlers.cpp": (1, "a program of the tests alone"),
    "impl/process/process.cpp": (1, "a program of the tests alone"),
    "property/table/leak.cpp": (2, "kPause is grown where it is made"),
}

# Programs and libraries of tests, and what is no part of a run of the gate.
ELSEWHERE = re.compile(r"(^|/)(build[^/]*|\.[^/]*|findings|test|hostile|hosts)/|_test\.cpp$|^ci/run/fake_suite\.cpp$")

WAITS = re.compile(
    r"\b(u?alarm|u?sleep|(clock_)?nanosleep|thrd_sleep|sleep_(for|until)|wait_(for|until)|try_lock_(for|until)|setitimer"
    r"|timer_create|timerfd_settime|\w+_timed(wait|lock)|sigtimedwait|pselect|ppoll|epoll_p?wait|run_to_end)\s*\("
    r"|\bpoll\s*\([^;]*,\s*[^-\s][^,;]*\)\s*;"
    r"|\bchrono::\w*(seconds|minutes|hours)\s*\(\s*[\dk]"
    r"|\bRLIMIT_CPU\b|\bSO_(RCV|SND)TIMEO\b|\btimeout -?\w*\d")
# A point in time to be, or a span of it that is compared.
CLOCK = r"(\bnow\(\)|\w*seconds\(\)|\bsince_\w+\(\)|\bclock\(\))"
COMPARES = re.compile(CLOCK + r"\s*\+\s|" + CLOCK + r"[^;{}]*\s[<>]=?\s|\s[<>]=?\s[^;{}]*" + CLOCK)
SCALED = re.compile(r"\b(time_scale|patience_scale|slowness)\b")
DECLARES = re.compile(r"^Ran run_to_end\(const ")


def statements(text):
    """Each with the number of its first line; without comments."""
    text = re.sub(r"/\*.*?\*/", lambda comment: re.sub(r"[^\n]", " ", comment[0]), text, flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    begin = 0
    for end in [match.end() for match in re.finditer(r";|\{(?=\s*\n)|\}(?=\s*\n)|(?<=:)\n|^\s*#[^\n]*\n", text, flags=re.M)] + [len(text)]:
        one = text[begin:end]
        yield text.count("\n", 0, begin + len(one) - len(one.lstrip())) + 1, " ".join(one.split())
        begin = end


def unscaled(text):
    return [(number, one) for number, one in statements(text)
            if (WAITS.search(one) or COMPARES.search(one)) and not SCALED.search(one) and not DECLARES.search(one)]


def problems(project):
    found = collections.Counter()
    for file in sorted(project.rglob("*")):
        path = file.relative_to(project).as_posix()
        if file.suffix not in (".h", ".c", ".cpp", ".def", ".inc") or ELSEWHERE.search(path):
            continue
        hits = unscaled(file.read_text())
        found[path] = len(hits)
        if len(hits) > PLACES.get(path, (0,))[0]:
            for number, one in hits:
                yield f"{path}:{number}: {one[:120]}"
    for path, (count, _) in PLACES.items():
        if found[path] < count:
            yield f"{path}: {count} places are listed, {found[path]} are there"


# A rule that sees nothing would be kept by everything.
for fixed in ("alarm(60);", "usleep(10000);", "std::this_thread::sleep_for(kPause);", "poll(fds, 2, 5000);",
              "if (done.wait_for(lock, kLong)) return;", "constexpr auto kPause = std::chrono::milliseconds(20);",
              "while (Clock::now() < deadline) look();", "const auto end = Clock::now() + kPatience;",
              "if (wall_seconds() - begun > 5) FAIL();", "const Ran ran = run_to_end(argv,\n    kSeconds);"):
    assert len(unscaled(f"void f() {{\n    {fixed}\n}}\n")) == 1, fixed
for fine in ("alarm(60 * time_scale());", "run_to_end(argv,\n    kSeconds * time_scale(settings));", "poll(ends, 2, -1);",
             "end_after(kSeconds);", "const double seconds = wall_seconds() - begun;", "// alarm(60);", "/* alarm(60); */"):
    assert not unscaled(f"void f() {{\n    {fine}\n}}\n"), fine


def main():
    project = pathlib.Path(sys.argv[1])
    found = list(problems(project))
    print("\n".join(found) or "no limit is fixed")
    sys.exit(1 if found else 0)


main()
