"""Counts of cases, error codes, promises, and the list of cases that may not go."""
import collections
import fnmatch
import hashlib
import json
import re
import tomllib
from pathlib import Path

from . import features, recorded

FOLDER = Path(__file__).resolve().parent
LEAST_VALUES, LEAST_ERRORS = 15, 3
ELSEWHERE = {"S1": "the stub's own suite", "S2": "the differential suite", "S3": "the differential suite", "S4": "the differential suite",
             "L1": "the loader's tests", "L2": "the dynamic suite"}
# Errors that no argument can bring about on a CPU build: without CUDA no stream exists and the device is absent first (C4).
NOT_HERE = {("cuda", 5), ("to_stream", 5), ("stream_create", 5)}


class Inventory:
    """functions by name; plan: every case of the suite; cases: the recorded ones; special: what is said of the others."""

    def __init__(self, plan, functions, cases, special):
        self.plan, self.functions, self.cases, self.special = plan, functions, cases, special


def special(plan):
    """{case id: (codes, features)}; a pattern that fits no case is a fault of its own."""
    recorded_ids = {case["id"] for case in plan}
    found = {}
    for row in tomllib.loads((FOLDER / "special.toml").read_text())["special"]:
        for pattern in row["ids"]:
            fitting = fnmatch.filter(recorded_ids, pattern)
            if not fitting:
                raise SystemExit(f"special.toml: no case is named {pattern}")
            for case_id in fitting:
                codes, names = found.setdefault(case_id, (set(), set()))
                codes.update(row.get("codes", []))
                names.update(row.get("features", []))
    return found


def read(plan_file):
    plan = json.loads(Path(plan_file).read_text())["cases"]
    functions = recorded.functions()
    return Inventory(plan, functions, recorded.cases(functions), special(plan))


def counts(inventory):
    total = collections.Counter(case["function"] for case in inventory.plan)
    errors = collections.Counter(c.function.name for of in inventory.cases.values() for c in of if c.code)
    function_of = {case["id"]: case["function"] for case in inventory.plan}
    for case_id, (codes, _) in inventory.special.items():
        errors[function_of[case_id]] += bool(codes)
    for name, function in inventory.functions.items():
        values = total[name] - errors[name]
        if not total[name]:
            yield f"{name} has no case"
        if features.valued(function) and values < LEAST_VALUES:
            yield f"{name} has {values} cases with a value, {LEAST_VALUES} are due"
        if function.codes and errors[name] < LEAST_ERRORS:
            yield f"{name} has {errors[name]} error cases, {LEAST_ERRORS} are due"


def codes(inventory):
    function_of = {case["id"]: case["function"] for case in inventory.plan}
    for name, function in inventory.functions.items():
        found = {c.code for c in inventory.cases[name]} - {0}
        for case_id, (more, _) in inventory.special.items():
            if function_of[case_id] == name:
                found |= more
        for code in sorted(set(function.codes) - found):
            if (name, code) not in NOT_HERE:
                yield f"{name} has no case of code {code}"
        for code in sorted(found - set(function.codes)):
            yield f"{name} has a case of code {code}, which the function table does not list"


def promises(inventory, contract_file):
    named = {p for case in inventory.plan for p in case["promises"]}
    for promise in sorted(set(re.findall(r"\*\*([A-Z]\d+)\*\*", Path(contract_file).read_text())) - named):
        if ELSEWHERE.get(promise):
            print(f"not checked by this suite: {promise} ({ELSEWHERE[promise]})")
        else:
            yield f"promise {promise} is named by no case"


def mustpass(inventory, file):
    """No case that a version lists may go, and every case is in the list of some version: a case that none lists could fall unnoticed."""
    there = {case["id"] for case in inventory.plan}
    frozen = {case_id for version in Path(file).parent.iterdir() for case_id in listed(version)}
    yield from (f"must-pass case {case_id} is gone" for case_id in sorted(frozen - there))
    unlisted = sorted(there - frozen)
    if unlisted:
        yield f"{len(unlisted)} cases are in no must-pass list, the first {unlisted[0]}: --freeze writes the list of a version that is not yet published"


def listed(file):
    return Path(file).read_text().split("\n")[:-1]


def freeze(inventory, file):
    Path(file).write_text("".join(f"{case_id}\n" for case_id in sorted(case["id"] for case in inventory.plan)))
    lists = Path(file).parent
    lists.with_name(lists.name + ".sha256").write_text(
        "".join(f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in sorted(lists.iterdir())))
