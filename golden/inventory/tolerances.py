"""The table of limits: a row for every function and dtype whose values are recorded, none looser than its yardstick without a reason."""
import json

from .recorded import ELEMENTS, GOLDEN


def table():
    return json.loads((GOLDEN / "tolerances.json").read_text())


def looser(limit, yardstick):
    """Limits of different kinds are not comparable: where the yardstick counts ULP, an error relative and absolute is taken as looser."""
    if "ulp" in yardstick:
        return "rtol" in limit or limit["ulp"] > yardstick["ulp"]
    return "rtol" in limit and (limit["rtol"] > yardstick["rtol"] or limit["atol"] > yardstick["atol"])


def dtypes_recorded(function, cases):
    """The floating dtypes in which the function's recorded values are."""
    found = set()
    for case in cases:
        if case.code:
            continue
        if function.returns == "f64":
            found |= {t.dtype for t in case.values}
        elif function.returns == "[f64]":
            found.add("f64")
        found |= {r["dtype"] for r in case.results() if (ELEMENTS | {"samples"}) & r.keys()}
    return found - {"i64"}


def faults(inventory, limits=None):
    limits = limits or table()
    yardsticks = limits["yardsticks"]
    rows = {name: row for name, row in limits.items() if name not in ("_", "yardsticks")}
    for name, row in rows.items():
        due = {"f32", "f64"} if name == "gradients" else dtypes_recorded(inventory.functions[name], inventory.cases[name]) if name in inventory.functions else set()
        given = {dtype for dtype in ("f32", "f64") if dtype in row}
        if due != given:
            yield f"tolerances.json: {name} has limits of {sorted(given)}, recorded are {sorted(due)}"
        loose = [dtype for dtype in given if looser(row[dtype], yardsticks[row["like"]][dtype])]
        if loose and not row.get("why"):
            yield f"tolerances.json: {name} is looser than {row['like']} in {loose[0]} and does not say why"
        if "why" in row and not loose:
            yield f"tolerances.json: {name} gives a reason and is not looser than {row['like']}"
    for name, cases in inventory.cases.items():
        if name not in rows and dtypes_recorded(inventory.functions[name], cases):
            yield f"tolerances.json: {name} has no limit"
        for case in cases:
            if "tolerance" in case.json and not case.json["tolerance"].get("why"):
                yield f"{case.id} has a limit of its own and does not say why"
