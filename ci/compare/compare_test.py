#!/usr/bin/env python3
"""ci/gate compare, as it is called: what it says of two verdicts, and what it refuses.

usage: compare_test.py SIMPLE_GATE
"""
import copy
import json
import os
import pathlib
import subprocess
import sys
import tempfile

GATE = os.path.abspath(sys.argv[1])
LIB = pathlib.Path(GATE).parents[1] / "lib"
STUB, REFERENCE, PROXY = (LIB / f"libsimple_{name}.so" for name in ("torch_stub", "torch_reference", "faults"))


def case(name, status, message="", **more):
    return {"id": name, "suite": "golden", "step": "suite", "function": name.split("/")[0], "promises": ["V4"],
            "status": status, "message": message, "seconds": 0.5, "capability": "", "waiver": "", "file": "",
            "repro": f"ci/gate --filter '{name}'", **more}


def verdict(cases, outcome="pass"):
    return {"format": FORMAT, "outcome": outcome, "exit_code": {"pass": 0, "fail": 1, "running": 2}[outcome],
            "run": {"candidate": "a.so", "candidate_sha256": "a" * 64,
                    "functions_files": ["a.so"], "functions_sha256": "a" * 64, "build_id": "", "harness_sha256": "b" * 64,
                    "plan_sha256": "c" * 64, "backend": "x", "version": "1.13", "contract": "1.1",
                    "started": "2026-11-29T10:00:00Z", "seconds": 2, "seed": 1, "device": "cpu", "command": "ci/gate",
                    "host": "h", "machine": "m", "cores": 2, "arithmetic": [], "selection": False, "partial": False,
                    "interrupted": False, "left_open": []},
            "problems": [], "steps": [{"name": "suite", "title": "suites", "status": "fail" if outcome == "fail" else "pass",
                                       "seconds": 2, "notes": [], "problems": []}],
            "sets": [], "extra_symbols": [], "unnamed_promises": [], "scorecard": [], "waivers": [],
            "comparison": None, "cases": cases, "measurements": []}


def run(*arguments):
    done = subprocess.run([GATE, "compare", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def refused(code, words, *arguments):
    status, out, err = run(*arguments)
    assert status == code, (arguments, status, out, err)
    assert err.count("\n") == 1 and words in err and not out, (arguments, out, err)


def of_real_runs(folder):
    """As suites write them: a code that became another, calls that fail and should not, a value that drifted and passes."""
    for name, fault in [("right", ""), ("code", "zeros.code_7_is_2"), ("refusing", "linear.needs_bias")]:
        ran = subprocess.run([GATE, "--no-config", "--candidate", PROXY, "--suite", "golden", "--filter", "exp/*,linear/*,zeros/*",
                              "--out", name], capture_output=True, text=True, check=False,
                             env={**os.environ, "SIMPLE_FAULT_INNER": str(REFERENCE), "SIMPLE_FAULT": fault})
        assert ran.returncode == (1 if fault else 0), (fault, ran.stdout, ran.stderr)
    found = json.loads(run("right", "code", "--format", "json")[1])
    assert found["new_failures"], found
    for one in found["new_failures"]:
        assert (one["function"], one["code_before"], one["code_after"]) == ("zeros", 7, 2), one
        assert one["finding_after"].startswith("code 2, want 7, "), one
    assert found["drifts"] == [], found["drifts"]
    found = json.loads(run("right", "refusing", "--format", "json")[1])
    one = next(one for one in found["new_failures"] if one["name"] == "golden/linear/f32-f32-2d")
    assert (one["code_before"], one["code_after"]) == (None, 2), one
    assert one["finding_after"].startswith("code 2, want 0, message: "), one

    # The reference's exp in double is no libm's: some of its values are off, within what is allowed.
    moved = json.loads((folder / "right/verdict.json").read_text())
    off = [c for c in moved["cases"] if c.get("distance_per_mille")]
    assert off and all(1 <= c["distance_per_mille"] <= 1000 for c in off), off
    off[0]["distance_per_mille"] = off[0]["distance_per_mille"] % 1000 + 1
    (folder / "moved.json").write_text(json.dumps(moved))
    code, out, _ = run("right", "moved.json")
    assert code == 0 and "pass both times, at another distance from what is recorded: 1\n" in out, out


def main():
    folder = pathlib.Path(os.getcwd())
    before = verdict([case("a/x", "pass"), case("b/x", "fail", "code 3, want 2"), case("c/x", "pass")], "fail")
    after = verdict([case("a/x", "fail", "code 5, want 2\n  call: \x1b[31mf"), case("b/x", "pass"),
                     case("d|x`/x", "pass")], "fail")
    after["run"]["version"] = "2.5"
    after["measurements"] = before["measurements"] = []
    good = verdict([case("a/x", "pass")])
    for name, content in [("a", before), ("b", after), ("good", good)]:
        (folder / name).mkdir()
        (folder / name / "verdict.json").write_text(json.dumps(content))

    code, out, err = run("a", "b/verdict.json")  # a folder, and a file
    assert code == 1 and not err, (code, err)
    for words in ["new failures: 1", "golden/a/x  pass → fail, code none → 5", "      code 5, want 2", "      again: ci/gate",
                  "fixed: 1", "golden/b/x  fail → pass", "lost: 1", "golden/c/x  pass → not there", "added: 1",
                  "version: 1.13 → 2.5", "1 new failure, 1 fixed, 1 case lost, 1 case added"]:
        assert words in out, (words, out)
    assert "\x1b" not in out
    assert run("good", "good")[0] == 0
    assert run("b", "a")[0] == 1, "b/x fails again"
    assert run("a", "good")[0] == 0, "a lost case alone is no new failure"

    found = json.loads(run("a", "b", "--format", "json")[1])
    assert [one["name"] for one in found["new_failures"]] == ["golden/a/x"] and found["worse"] is True, found
    markdown = run("a", "b", "--format", "markdown")[1]
    assert "# 1 new failure" in markdown and "``golden/d\\|x`/x``" in markdown, markdown
    page = run("a", "b", "--format", "html")[1]
    assert page.startswith("<!doctype html>") and "golden/a/x" in page and "\x1b" not in page
    code, out, _ = run("a", "b", "--format", "json", "--out", "changes.json")
    assert code == 1 and not out and json.loads((folder / "changes.json").read_text()) == found

    # What cannot be compared is one line.
    files = {"torn": json.dumps(good)[:200], "empty": "", "list": "[]", "other": json.dumps({**good, "format": "verdict 9.0"}),
             "running": json.dumps(verdict([], "running")), "added": json.dumps({**good, "approved": True})}
    missing = copy.deepcopy(good)
    del missing["cases"]
    files["missing"] = json.dumps(missing)
    for name, text in files.items():
        (folder / (name + ".json")).write_text(text)
    for name in ["torn", "empty", "list", "missing"]:
        refused(2, "is no verdict", "good", name + ".json")
        refused(2, "is no verdict", name + ".json", "good")
    refused(2, "its format is verdict 9.0", "other.json", "good")
    refused(2, "is not as this gate writes a verdict", "added.json", "good")
    refused(2, "says running", "good", "running.json")
    refused(2, "cannot read nowhere.json: No such file", "good", "nowhere.json")
    (folder / "nothing").mkdir()
    refused(2, "cannot read nothing/verdict.json: No such file", "good", "nothing")
    os.mkfifo("pipe")
    refused(2, "not a regular file", "good", "pipe")
    refused(2, "cannot write", "good", "good", "--out", "nothing/there/changes")

    # A bundle, beside the folder of the run that it is of.
    ran = [GATE, "--candidate", STUB, "--suite", "golden", "--filter", "shape", "--out", "ran"]
    subprocess.run([*ran, "--bundle", "ran.tar.zst"], check=True, capture_output=True)
    code, out, err = run("ran", "ran.tar.zst")
    assert code == 0 and out.endswith("\nno new failure\n"), (out, err)
    whole = (folder / "ran.tar.zst").read_bytes()
    (folder / "torn.tar.zst").write_bytes(whole[:-10])
    refused(2, "torn.tar.zst", "ran", "torn.tar.zst")
    refused(2, "nowhere.tar.zst", "nowhere.tar.zst", "ran")

    of_real_runs(folder)

    for arguments in [(), ("good",), ("good", "good", "good"), ("good", "good", "--format", "xml"), ("good", "good", "--wat"),
                      ("", "good"), ("good", "good", "--out", "")]:
        refused(64, "compare: ", *arguments)
    code, out, _ = run("--help")
    assert code == 0 and "--format" in out
    print("all is well")


if __name__ == "__main__":
    # The gate itself says what it writes.
    schema = pathlib.Path(__file__).resolve().parents[2] / "reports" / "verdict.schema.json"
    FORMAT = json.loads(schema.read_text())["properties"]["format"]["const"]
    with tempfile.TemporaryDirectory() as temporary:
        os.chdir(temporary)
        main()
