#!/usr/bin/python3
"""Each check of the inventory sees what it is there to see: a case, a reason or a limit is taken away or added, and the fault appears."""
import copy
import hashlib
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inventory import checks, long_data, matrix, recorded, repeats, tolerances  # noqa: E402

FUNCTIONS = recorded.functions()
CASES = recorded.cases(FUNCTIONS)
HOLES = tomllib.loads((checks.FOLDER / "holes.toml").read_text())["hole"]
REPEATS = tomllib.loads((checks.FOLDER / "repeats.toml").read_text())["repeat"]


def inventory(keep=lambda case: True, more=()):
    """The recorded cases without those that keep refuses, and more; the cases in C++ are left out."""
    cases = {name: [c for c in of if keep(c)] + [c for c in more if c.function.name == name] for name, of in CASES.items()}
    plan = [{"id": c.id, "function": name, "promises": []} for name, of in cases.items() for c in of]
    return checks.Inventory(plan, FUNCTIONS, cases, {})


def case(function, json_case):
    return recorded.Case(FUNCTIONS[function], json_case)


def changed(case_id, **fields):
    """The recorded case of that id with other fields."""
    function = case_id.split("/")[0]
    original = next(c for c in CASES[function] if c.id == case_id)
    return case(function, {**copy.deepcopy(original.json), **fields})


def new_faults(check, before, after):
    return set(check(after)) - set(check(before))


WHOLE = inventory()


class Counts(unittest.TestCase):
    def test_too_few_values(self):
        found = new_faults(checks.counts, WHOLE, inventory(lambda c: c.function.name != "neg" or c.code or c.json.get("quick")))
        self.assertRegex(" ".join(found), "neg has [0-9]+ cases with a value, 15 are due")

    def test_too_few_errors(self):
        found = new_faults(checks.counts, WHOLE, inventory(lambda c: c.function.name != "gelu" or c.code != 1))
        self.assertEqual(found, {"gelu has 2 error cases, 3 are due"})

    def test_a_code_without_a_case(self):
        self.assertEqual(new_faults(checks.codes, WHOLE, inventory(lambda c: c.id != "add/memory")), {"add has no case of code 7"})

    def test_a_code_that_the_table_does_not_list(self):
        wrong = changed("add/memory", error=6)
        self.assertEqual(new_faults(checks.codes, WHOLE, inventory(more=[wrong])), {"add has a case of code 6, which the function table does not list"})


class Matrix(unittest.TestCase):
    @staticmethod
    def faults(of, reasons):
        return set(matrix.Matrix(of, reasons).faults())

    def test_a_hole_without_a_reason(self):
        found = self.faults(WHOLE, HOLES[1:]) - self.faults(WHOLE, HOLES)
        self.assertIn("dot has no case with transp and holes.toml gives no reason", found)

    def test_a_case_that_goes_leaves_a_hole(self):
        without = inventory(lambda c: c.function.name != "chunk" or "sliced" not in c.id)
        self.assertEqual(self.faults(without, HOLES) - self.faults(WHOLE, HOLES), {"chunk has no case with sliced and holes.toml gives no reason"})

    def test_a_reason_for_what_is_no_hole(self):
        more = HOLES + [{"functions": ["add"], "features": ["f32"], "why": "none"}]
        self.assertEqual(self.faults(WHOLE, more) - self.faults(WHOLE, HOLES), {"holes.toml explains add, f32, which is no hole"})

    def test_a_reason_for_a_feature_that_does_not_apply(self):
        more = HOLES + [{"functions": ["add"], "features": ["keep"], "why": "none"}]
        self.assertEqual(self.faults(WHOLE, more) - self.faults(WHOLE, HOLES), {"holes.toml explains add, keep, which is no hole"})

    def test_columns_line_up(self):
        lines = matrix.Matrix(WHOLE, HOLES).text().split("\n")
        rows = lines[1:lines.index("")]
        ends = [i for i, c in enumerate(lines[0]) if c != " " and (lines[0] + " ")[i + 1] == " "]
        for row in rows:
            filled = {i for i, c in enumerate(row[28:], 28) if c != " " and (row + " ")[i + 1] == " "}
            self.assertLessEqual(filled, set(ends), row)


class Repeats(unittest.TestCase):
    def test_elements_alone_make_no_difference(self):
        twin = changed("add/f32-f32-same", id="add/twin")
        twin.tensors[0].encoded["data"][0] = 0.625
        found = new_faults(lambda i: repeats.faults(i, REPEATS), WHOLE, inventory(more=[twin]))
        self.assertEqual(found, {"add: f32-f32-same, twin check the same, and repeats.toml gives no reason"})

    def test_a_special_value_makes_a_difference(self):
        other = changed("add/f32-f32-same", id="add/other")
        other.tensors[0].encoded["data"][0] = float("nan")
        self.assertEqual(new_faults(lambda i: repeats.faults(i, REPEATS), WHOLE, inventory(more=[other])), set())

    def test_a_reason_without_a_repeat(self):
        more = REPEATS + [{"cases": ["add/f32-f32-same"], "why": "none"}]
        self.assertEqual(set(repeats.faults(WHOLE, more)) - set(repeats.faults(WHOLE, REPEATS)), {"repeats.toml: add/f32-f32-same repeats no case"})


class LongData(unittest.TestCase):
    @staticmethod
    def with_argument(case_id, **fields):
        twin = changed(case_id)
        twin.tensors[0].encoded = {"dtype": "f32", "shape": [820, 41], **fields}
        return twin

    def test_rows_that_are_alike(self):
        for fields in ({"scattered": [1, 2] * 41, "width": 41}, {"data": [1], "each": 33620}, {"scattered": [x for k in (1, 2) for x in range(41)], "width": 41}):
            twin = self.with_argument("max_dim/f32-large", **fields)
            found = list(long_data.repeated(inventory(lambda c: c.id != twin.id, [twin])))
            self.assertEqual(found, ["max_dim/f32-large: of [820, 41] slices along dim 0 are alike, so that one stands for the other"], fields)

    def test_rows_far_from_each_other_that_are_alike(self):
        rows = [[r * 41 + c for c in range(41)] for r in range(819)]
        twin = self.with_argument("max_dim/f32-large", data=[x for row in rows + rows[:1] for x in row])
        found = list(long_data.repeated(inventory(lambda c: c.id != twin.id, [twin])))
        self.assertEqual(found, ["max_dim/f32-large: of [820, 41] slices along dim 0 are alike, so that one stands for the other"])

    def test_columns_that_are_alike(self):
        twin = self.with_argument("max_dim/f32-large", data=[r for r in range(820) for _ in range(41)])
        found = list(long_data.repeated(inventory(lambda c: c.id != twin.id, [twin])))
        self.assertEqual(found, ["max_dim/f32-large: of [820, 41] slices along dim 1 are alike, so that one stands for the other"])

    def test_a_side_of_a_block_that_no_case_is_on(self):
        found = set(long_data.one_sided(inventory(lambda c: c.id not in ("tanh/f32-2049-sliced", "tanh/i64-2047-sliced", "tanh/f64-2047-sliced"))))
        self.assertEqual(found, {f"tanh has no strided tensor of {n} elements, beside a block of kernels" for n in (2047, 2049)})


class Tolerances(unittest.TestCase):
    def faults_of(self, change):
        limits = tolerances.table()
        change(limits)
        return set(tolerances.faults(WHOLE, limits)) - set(tolerances.faults(WHOLE))

    def test_looser_than_the_yardstick(self):
        self.assertEqual(self.faults_of(lambda t: t["exp"]["f64"].update(ulp=4)), {"tolerances.json: exp is looser than exp in f64 and does not say why"})
        self.assertEqual(self.faults_of(lambda t: t["sum"]["f32"].update(atol=1e-4)), {"tolerances.json: sum is looser than sums in f32 and does not say why"})

    def test_elementwise_without_ulp(self):
        self.assertEqual(self.faults_of(lambda t: t["tanh"].update(f32={"rtol": 1e-9, "atol": 0})), {"tolerances.json: tanh is looser than tanh in f32 and does not say why"})

    def test_a_reason_that_is_not_needed(self):
        self.assertEqual(self.faults_of(lambda t: t["exp"].update(why="none")), {"tolerances.json: exp gives a reason and is not looser than exp"})

    def test_a_row_that_is_missing(self):
        self.assertEqual(self.faults_of(lambda t: t.pop("neg")), {"tolerances.json: neg has no limit"})

    def test_a_dtype_that_is_missing(self):
        self.assertEqual(self.faults_of(lambda t: t["neg"].pop("f32")), {"tolerances.json: neg has limits of ['f64'], recorded are ['f32', 'f64']"})

    def test_a_case_with_a_limit_of_its_own(self):
        loose = changed("add/f32-f32-same", id="add/loose", tolerance={"ulp": 9})
        self.assertIn("add/loose has a limit of its own and does not say why", set(tolerances.faults(inventory(more=[loose]))))


class MustPass(unittest.TestCase):
    def test_gone_and_unlisted(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "lists/1.0"
            file.parent.mkdir()
            checks.freeze(WHOLE, file)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            self.assertEqual((Path(folder) / "lists.sha256").read_text(), f"{digest}  1.0\n")
            self.assertEqual(list(checks.mustpass(WHOLE, file)), [])
            self.assertEqual(list(checks.mustpass(inventory(lambda c: c.id != "add/memory"), file)), ["must-pass case add/memory is gone"])
            self.assertIn("1 cases are in no must-pass list, the first add/new", " ".join(checks.mustpass(inventory(more=[changed("add/memory", id="add/new")]), file)))


if __name__ == "__main__":
    unittest.main()
