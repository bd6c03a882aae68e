#!/usr/bin/env python3
"""golden/accuracy with measurements that are made up: its tables, and what it compares with the tolerances."""
import contextlib
import importlib.machinery
import importlib.util
import io
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
LOADER = importlib.machinery.SourceFileLoader("accuracy", str(HERE / "accuracy"))
accuracy = importlib.util.module_from_spec(importlib.util.spec_from_loader("accuracy", LOADER))
LOADER.exec_module(accuracy)
LARGEST = accuracy.drift.largest_cases()


def said(blas, **ours):
    """sum and dot of all sizes, each off by one error; LibTorch's sum by 1e-3."""
    rows = []
    for name, error in ours.items():
        for n in (*accuracy.SIZES, LARGEST[name]):
            libtorch = 1e-3 if name == "sum" else error
            rows.append({"call": name, "function": name, "data": "0.1", "n": n, "largest": 100.0, "ours": error, "libtorch": libtorch})
    return {"capability": "AVX2", "blas": f"/usr/lib/{blas}/libblas.so.3", "core": "", "rows": rows}


def tables(measured):
    """Of {name of the LibTorch: {BLAS: what was measured}}."""
    made = accuracy.Tables()
    for name, found in measured.items():
        calls = accuracy.put(made, name, found)
    return made.text(calls)


OLD = {"blas": said("blas", sum=1e-9, dot=2e-2), "openblas": said("openblas", sum=1e-9, dot=3e-5)}
NEW = {"blas": said("blas", sum=1e-9, dot=2e-2), "openblas": said("openblas", sum=1e-9, dot=4e-5)}


class Written(unittest.TestCase):
    def setUp(self):
        self.text = tables({"2.6.0+dfsg-7 (Debian)": NEW, "1.13.1+dfsg-4 (Debian)": OLD})

    def test_a_row_names_what_it_was_measured_with(self):
        self.assertIn("| this library | of | 10^3 | 10^4 | 10^5 | 10^6 | 10^7 | with |\n", self.text)
        self.assertIn("| sum | 0.1 | right | right | right | right | right | Debian 1.13.1, Debian 2.6.0 |\n", self.text)
        self.assertIn("| dot | 0.1 | 2e-2 | 2e-2 | 2e-2 | 2e-2 | 2e-2 | Debian 1.13.1 with blas, Debian 2.6.0 with blas |\n", self.text)
        self.assertIn("| dot | 0.1 | 4e-5 | 4e-5 | 4e-5 | 4e-5 | 4e-5 | Debian 2.6.0 with openblas |\n", self.text)

    def test_libtorch_stands_there_where_it_differs(self):
        own = self.text.split("| LibTorch called directly, where that differs |")[1].split("\n\n")[0]
        self.assertIn("| sum | 0.1 | 1e-3 | 1e-3 | 1e-3 | 1e-3 | 1e-3 | Debian 1.13.1, Debian 2.6.0 |", own)
        self.assertNotIn("dot", own)

    def test_what_is_read_back_is_written_alike(self):
        again = accuracy.Tables.parsed(self.text)
        self.assertEqual(again.text(["sum", "dot"]), self.text)

    def test_a_version_that_is_measured_again_replaces_its_own_rows_alone(self):
        again = accuracy.Tables.parsed(self.text)
        accuracy.put(again, "2.6.0+dfsg-8 (Debian)", {"openblas": said("openblas", sum=1e-9, dot=5e-5)})
        text = again.text(["sum", "dot"])
        self.assertIn("| dot | 0.1 | 5e-5 | 5e-5 | 5e-5 | 5e-5 | 5e-5 | Debian 2.6.0 |\n", text)
        self.assertIn("| Debian 1.13.1 with blas |\n", text)
        self.assertNotIn("4e-5", text)
        self.assertNotIn("dfsg-7", text)


class Measured(unittest.TestCase):
    """With which BLAS, and whether the document has it."""

    MKL = {**said("", sum=1e-9), "blas": "MKL"}

    def with_each_blas(self, measure):
        ran = []
        with mock.patch.object(accuracy, "blas_libraries", lambda: {"blas": "/usr/lib/blas", "openblas": "/usr/lib/openblas"}), \
                mock.patch.object(accuracy, "measure", lambda *arguments: ran.append(arguments) or measure(arguments[-1])):
            return list(accuracy.with_each_blas("program", "library")), len(ran)

    def test_each_of_debian_and_of_openblas_its_kernels(self):
        def measure(environment):
            name = pathlib.Path(environment["LD_LIBRARY_PATH"]).name
            core = environment.get("OPENBLAS_CORETYPE", "Zen") if name == "openblas" else ""
            return {**said(name, sum=1e-9), "core": core}

        self.assertEqual(self.with_each_blas(measure), (["blas", "openblas Zen", "openblas Haswell"], 3))

    def test_a_wheels_own_once(self):
        self.assertEqual(self.with_each_blas(lambda environment: self.MKL), (["MKL"], 1))

    def test_the_document_has_it_or_has_not(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(accuracy.BEGIN + tables({"2.6.0+dfsg-7 (Debian)": NEW, "2.13.0+cpu (wheel)": {"MKL": self.MKL}}) + accuracy.END)
            file.flush()
            with mock.patch.object(accuracy, "DOCUMENT", pathlib.Path(file.name)):
                for measured, name, has in ((said("blas"), "2.6.0+dfsg-7 (Debian)", True), (said("las"), "2.6.0+dfsg-7 (Debian)", False),
                                            (said("blas"), "2.14.1+dfsg-1 (Debian)", False), (self.MKL, "2.13.0+cpu (wheel)", True),
                                            (self.MKL, "2.14.1+cpu (wheel)", False), (self.MKL, "2.6.0+dfsg-7 (Debian)", False),
                                            ({**self.MKL, "blas": "?"}, "2.13.0+cpu (wheel)", False)):
                    self.assertIs(accuracy.is_measured(measured, name), has, (measured["blas"], name))


class Checked(unittest.TestCase):
    def check(self, measured, limits=None):
        out = io.StringIO()
        table = accuracy.tolerances.table
        if limits:
            accuracy.tolerances.table = lambda: limits
        try:
            with contextlib.redirect_stdout(out):
                return accuracy.check(measured), out.getvalue()
        finally:
            accuracy.tolerances.table = table

    LIMITS = {"sum": {"f32": {"rtol": 1e-6, "atol": 0}}, "dot": {"f32": {"rtol": 1e-6, "atol": 1e-4}}}

    def test_within_the_limits(self):
        self.assertEqual(self.check(said("blas", sum=9e-7, dot=1.9e-6), self.LIMITS)[0], 0)  # 1e-4 of 100 is 1e-6 more

    def test_over_a_limit(self):
        code, text = self.check(said("blas", sum=9e-7, dot=2.1e-6), self.LIMITS)
        self.assertEqual(code, 1)
        self.assertIn(f"dot of {LARGEST['dot']} elements 0.1 is off by 2.1e-06, the limit is 2.0e-06", text)

    def test_over_a_limit_for_a_reason(self):
        limits = {**self.LIMITS, "dot": {**self.LIMITS["dot"], "drift": "some"}}
        self.assertEqual(self.check(said("blas", dot=2.1e-6), limits)[0], 0)


class Drift(unittest.TestCase):
    """What golden/coverage asks of docs/accuracy.md and the tolerances."""

    def faults(self, errors, elements=LARGEST, **reasons):
        rows = "".join(f"| {name} | 0.1 | {elements[name]} | 1e-06 | {errors.get(name, 'right')} | Debian 1.13.1 |\n" for name in LARGEST)
        document = f"| this library at a case's size | of | elements | limit | off | with |\n| --- |\n{rows}<!-- end -->\n"
        return list(accuracy.drift.faults({"_": "of a drift", **{name: reasons.get(name, {}) for name in LARGEST}}, document))

    def test_right(self):
        self.assertEqual(self.faults({"dot": "9e-7"}), [])

    def test_an_error_over_the_limit_needs_a_reason(self):
        self.assertEqual(len(self.faults({"dot": "2e-6"})), 1)
        self.assertEqual(self.faults({"dot": "2e-6"}, dot={"drift": "some"}), [])

    def test_a_reason_needs_an_error(self):
        self.assertEqual(self.faults({}, dot={"drift": "some"}), ["tolerances.json: dot gives a reason for a drift that was not measured"])

    def test_a_larger_case_is_measured_again(self):
        self.assertIn("its largest case has", self.faults({}, {**LARGEST, "dot": 7})[0])


if __name__ == "__main__":
    unittest.main()
